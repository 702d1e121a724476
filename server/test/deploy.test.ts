import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { secretFiles } from '../src/commands/secrets.ts';
import { settingNames } from '../src/config.ts';
import '../src/app.ts';
import { served } from '../src/http/serve.ts';

// What can be said of the image and the compose file without an engine; `npm run drill -- --compose` runs them.
const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const service = z.looseObject({
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  logging: z.object({ driver: z.string(), options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
  deploy: z.looseObject({
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.int() }) }),
  }),
  restart: z.enum(['unless-stopped', 'no']),
  image: z.string(),
  build: z.object({ target: z.string() }).optional(),
  user: z.string().optional(),
  healthcheck: z.looseObject({ disable: z.boolean().default(false) }).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const composeFile = z.looseObject({
  services: z.record(z.string(), z.unknown()),
  networks: z.record(z.string(), z.object({ internal: z.union([z.literal(true), z.string()]).optional() })),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const compose = composeFile.parse(parse(read('docker-compose.yml'), { merge: true, maxAliasCount: -1 }));
const services = Object.entries(compose.services).map(([name, found]) => ({ name, ...service.parse(found) }));
const named = (wanted: string) => services.filter(({ name }) => name === wanted)[0]!;

describe('the compose file', () => {
  // Parsing above has looked at read_only, capabilities, privileges, limits and logs of each service.
  test('runs nothing as root but what writes the secrets, once', () => {
    const asRoot = services.filter(({ user, build }) => !build && (user === undefined || user.startsWith('0')));
    expect(asRoot).toEqual([]);
    expect(services.filter(({ user }) => user?.startsWith('0')).map(({ name }) => name)).toEqual(['secrets']);
  });

  test('names three Sentinels to servers and to each other', () => {
    const sentinels = services.filter(({ command }) => command.includes('sentinel')).map(({ name }) => name);
    expect(sentinels).toHaveLength(3);
    for (const file of ['server/deploy/README.md', 'server/local/drill/compose-drill.ts'])
      expect(read(file)).toContain(sentinels.map((name) => `${name}:26379`).join(','));
    for (const { name, environment } of services)
      if (environment['REDIS_URL'] || environment['SENTINELS'])
        expect({ name, values: Object.values(environment) }).toEqual({ name, values: expect.arrayContaining(['${REDIS_SENTINELS:-}']) }); // prettier-ignore
  });

  test('waits for what each service needs', () => {
    for (const { name, depends_on } of services)
      for (const [other, { condition }] of Object.entries(depends_on))
        expect({ name, condition }).toEqual({
          name,
          condition: named(other).healthcheck?.disable ? 'service_completed_successfully' : 'service_healthy',
        });
  });

  test('opens one port, to nginx, and lets nothing else out', () => {
    const product = services.filter(({ profiles }) => !profiles.includes('observe'));
    expect(product.filter(({ ports }) => ports.length > 0).map(({ name }) => name)).toEqual(['nginx']);
    const open = Object.entries(compose.networks).filter(([, { internal }]) => !internal).map(([name]) => name); // prettier-ignore
    expect(product.filter(({ networks }) => networks.some((name) => open.includes(name))).map(({ name }) => name)).toEqual(['nginx']); // prettier-ignore
  });

  test('lets the worker out only where somebody says so', () => {
    const asked = Object.entries(compose.networks).filter(([, { internal }]) => typeof internal === 'string');
    expect(asked).toEqual([['outside', { internal: '${WORKER_STAYS_INSIDE:-true}' }]]);
    expect(services.filter(({ networks }) => networks.includes('outside')).map(({ name }) => name)).toEqual(['worker']);
  });

  test('lets only this host look at what watches', () => {
    const watching = services.filter(({ profiles }) => profiles.includes('observe'));
    expect(watching.map(({ name }) => name)).toEqual(['prometheus', 'alertmanager', 'grafana']);
    for (const { ports } of watching) expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  test('gives secrets as files only, and all of those that the command writes', () => {
    const told = services.flatMap(({ environment }) => Object.entries(environment));
    for (const [name, value] of told) {
      if (/PASSWORD|SECRET|TOKEN|KEYS/.test(name)) expect(`${name}=${value}`).toMatch(/^\w+_FILE=\/run\/secrets\/\w+$/);
      if (URL.canParse(value)) expect(new URL(value).password).toBe('');
    }
    expect(Object.keys(compose.secrets).toSorted()).toEqual(secretFiles.toSorted());
    for (const { name, environment, secrets } of services)
      for (const value of Object.values(environment))
        if (value.startsWith('/run/secrets/')) expect({ name, secrets }).toEqual({ name, secrets: expect.arrayContaining([value.slice(13)]) }); // prettier-ignore
  });

  test('names settings that there are', () => {
    const known = settingNames.flatMap((name) => [name, `${name}_FILE`]);
    for (const { environment, build } of services)
      if (build) for (const name of Object.keys(environment)) expect(known).toContain(name);
  });
});

describe('nginx', () => {
  const lines = read('server/deploy/nginx/nginx.conf').split('\n');

  test('does not take a server that turns requests away for a broken one', () => {
    expect(lines.filter((line) => line.includes('http_503')).length).toBeGreaterThan(0);
    const upstream = lines.filter((line) => /^\s*server \S+:\d+/.test(line));
    expect(upstream.length).toBeGreaterThan(0);
    for (const line of upstream) expect(line).toContain('max_fails=0');
  });

  test('repeats at another server what takes a key, and no other write', () => {
    const taken = new RegExp(/"~(\^POST [^"]+)"/.exec(lines.join('\n'))![1]!);
    const writes = served.filter(({ method, guarded }) => method !== 'get' && !guarded);
    expect(writes.length).toBeGreaterThan(5);
    for (const { method, path, idempotent = false } of writes) {
      const request = `${method.toUpperCase()} /api${path.replace(/:\w+/g, '7')}`;
      expect({ request, idempotent }).toEqual({ request, idempotent: taken.test(request) });
    }
  });

  test('keeps connections to servers for a shorter time than they do', () => {
    const seconds = Number(/keepalive_timeout (\d+)s; # less/.exec(lines.join('\n'))?.[1]);
    expect(seconds).toBeLessThan(75);
  });
});

describe('the image', () => {
  const dockerfile = read('server/Dockerfile');
  const instructions = (name: string) => [...dockerfile.matchAll(new RegExp(`^\\s*${name} (.*)$`, 'gm'))].map(([, rest]) => rest!); // prettier-ignore

  test('pins the version of Node.js', () => {
    expect(dockerfile).toMatch(/^ARG NODE=\d+\.\d+\.\d+-\w+-slim$/m);
    expect(instructions('FROM').join()).not.toContain('latest');
  });

  test('starts the program itself, as a user without a name, neither by a shell nor by npm', () => {
    for (const command of [...instructions('ENTRYPOINT'), ...instructions('CMD')])
      expect(JSON.parse(command.replace(/^CMD /, ''))).not.toContain('npm');
    expect(instructions('USER')).toEqual(['10001:10001']);
  });

  test('is built without a secret', () => {
    for (const line of [...instructions('ARG'), ...instructions('ENV')])
      expect(line).not.toMatch(/PASSWORD|TOKEN|SECRET|_KEY/);
    const ignored = read('server/Dockerfile.dockerignore').split('\n');
    expect(ignored.filter((line) => !line.startsWith('#'))[0]).toBe('*');
    expect(ignored).toContain('**/.env*');
  });
});
