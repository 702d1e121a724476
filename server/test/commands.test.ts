import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { runSql, urlOf } from '../local/test-databases.ts';
import { ApiClient } from '../local/api-client.ts';
import { admin, startInstance } from './harness/instances.ts';
import { runCommand } from './harness/run-command.ts';
import { sql } from './harness/sql.ts';
import { secretFiles } from '../src/commands/secrets.ts';

const owner = process.env['MIGRATION_DATABASE_URL']!;
const folder = mkdtempSync(join(tmpdir(), 'opex-commands-'));

describe('a worker beside servers that do no jobs', () => {
  test('does what belongs to the installation, and answers probes only', async () => {
    const server = await startInstance({ JOBS: 'off' });
    expect(await sql('SELECT FROM users')).toEqual([]);
    const worker = await startInstance({}, { command: 'worker' });
    expect(await sql('SELECT FROM users')).toHaveLength(1);
    const answers = ['/livez', '/readyz', '/health', '/', '/api/auth/me'].map(
      async (path) => (await fetch(worker.url + path)).status,
    );
    expect(await Promise.all(answers)).toEqual([200, 200, 200, 404, 404]);
    expect(await (await fetch(worker.metricsUrl)).text()).toContain('db_pool_size');
    await Promise.all([worker.stop(), server.stop()]);
  });
});

describe('what cannot be run', () => {
  test.each([
    [
      'a command that is none',
      ['dance'],
      {},
      /^There is no command "dance"\. There are: serve, worker, migrate, .*\n$/,
    ],
    [
      'bad settings',
      ['worker'],
      { PORT: 'x', JOBS: 'maybe' },
      /^These settings are missing or not valid: PORT, JOBS\. .*\n$/,
    ],
    ['a secret that is not there', ['serve'], { REDIS_PASSWORD_FILE: '/none' }, /not valid: REDIS_PASSWORD_FILE\./],
    [
      'a rescue that is none',
      ['admin', 'sing', admin.email],
      {},
      /^Use: admin reset-password \| unlock \| end-sessions /,
    ],
    [
      'somebody who is not there',
      ['admin', 'unlock', 'nobody@example.com'],
      {},
      /^There is no user with the e-mail address/,
    ],
  ])('%s says what is wrong, and nothing else', async (_, args, env, words) => {
    const { code, out, err } = await runCommand(args, env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(words);
    expect(err).not.toContain('    at ');
  });
});

describe('a server that cannot go on says why in its log, and ends with 1', () => {
  test.each(['PORT', 'METRICS_PORT'])('%s is taken', async (setting) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const settings = { NODE_ENV: 'production', LOG_LEVEL: 'error', PORT: '0', METRICS_PORT: '0' };
    const { code, out, err } = await runCommand(['serve'], { ...settings, [setting]: String(port) });
    other.close();
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.trim().split('\n').map(messageOf)).toEqual([
      `The process cannot listen on 127.0.0.1, ${setting}=${port}: another program does; set a port that is free`,
    ]);
  });

  test('an error that nobody foresaw', async () => {
    const thrower = `process.once('SIGUSR2',()=>{throw%20new%20Error('unforeseen')})`;
    const instance = await startInstance({ NODE_OPTIONS: `--import=data:text/javascript,${thrower}` });
    await instance.stop('SIGUSR2');
    expect(instance.exitCode()).toBe(1);
    expect(instance.log().trim().split('\n').map(messageOf)).toEqual([
      'The process ends: an error that nobody foresaw left it in an unknown state',
    ]);
  });
});

const messageOf = (line: string) => (JSON.parse(line) as { message: string }).message;

describe('migrate', () => {
  const name = `opex_commands_${process.pid}`;
  const of = { MIGRATION_DATABASE_URL: urlOf(owner, name), DATABASE_URL: urlOf(process.env['DATABASE_URL']!, name) };

  test('fills an empty database, gives the service its rights, and finds nothing to do the second time', async () => {
    await runSql(owner, `CREATE DATABASE ${name}`);
    try {
      expect(await runCommand(['migrate'], of)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^Applied 2026.*create_core\n/),
      });
      expect((await runCommand(['migrate'], of)).out).toBe(
        'The database is as this build needs it (0 migrations applied)\n',
      );
      expect((await runCommand(['verify'], of)).out).not.toContain('BROKEN');
    } finally {
      await runSql(owner, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  test('serves a database that a newer build has migrated, and says so', async () => {
    await sql(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('new', 'x', '2999_later', now())`,
    );
    const instance = await startInstance({ LOG_LEVEL: 'warn' });
    await instance.stop();
    await sql(`DELETE FROM _prisma_migrations WHERE id = 'new'`);
    expect(instance.log()).toMatch(/migrated by a newer build.*2999_later/);
  });
});

test('verify and backup-check end with 1 when something is broken, and name it', async () => {
  expect(await runCommand(['backup-check'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('BROKEN  archive_mode is off'),
  });
  expect(await runCommand(['verify'])).toMatchObject({ code: 0, out: expect.stringContaining('ok      parents end') });
  expect(await sql('SELECT broken, words FROM verifications')).toEqual([{ broken: 0, words: '' }]);
});

test('rehearse looks at what was restored, notes it in the living database, and takes nothing for new twice', async () => {
  const url = process.env['DATABASE_URL']!;
  expect(await runCommand(['rehearse', url])).toMatchObject({
    code: 0,
    out: expect.stringContaining('and found right'),
  });
  expect(await sql(`SELECT kind, words FROM backup_notes WHERE succeeded_at = tried_at`)).toEqual([
    { kind: 'drill', words: expect.stringContaining('found right') },
  ]);
  expect(await runCommand(['rehearse', url])).toMatchObject({
    code: 1,
    err: expect.stringContaining('looked at before'),
  });
});

describe('admin', () => {
  let server: Awaited<ReturnType<typeof startInstance>>;
  beforeAll(async () => {
    server = await startInstance();
    return () => server.stop();
  });
  const signIn = (password = admin.password) => ApiClient.signIn(server.url, admin.email, password);
  const last = async (action: string) =>
    (
      await sql(
        `SELECT actor_name, subject_label FROM audit_entries WHERE action = '${action}' ORDER BY id DESC LIMIT 1`,
      )
    )[0];
  const byOperator = { actor_name: 'Operator (command line)', subject_label: admin.email };

  test('end-sessions signs somebody out everywhere', async () => {
    const client = await signIn();
    expect((await runCommand(['admin', 'end-sessions', admin.email.toUpperCase()])).out).toContain('1 sessions');
    await expect.poll(() => client.text('/api/auth/me').catch(String)).toContain('401');
    expect(await last('user.sessions-ended')).toEqual(byOperator);
  });

  test('unlock ends the wait after wrong passwords', async () => {
    for (let tries = 0; tries < 6; tries++) await signIn('not the password').catch(() => undefined);
    await expect(signIn()).rejects.toThrow('429');
    await runCommand(['admin', 'unlock', admin.email, '--address', '127.0.0.1']);
    await signIn();
    expect(await last('user.unlocked')).toEqual(byOperator);
  });

  test('reset-password prints a temporary one, once', async () => {
    const { out } = await runCommand(['admin', 'reset-password', admin.email]);
    await signIn(/ is (\S+) until /.exec(out)?.[1]);
    expect(await last('user.password-reset')).toEqual(byOperator);
    expect(await sql(`SELECT details FROM security_events WHERE event = 'authn_password_reset'`)).toEqual([
      { details: { by: byOperator.actor_name } },
    ]);
  });
});

describe('secrets', () => {
  const here = join(folder, 'secrets');

  test('are written once, for their owner only, with a certificate of their own', async () => {
    await runCommand(['secrets', here, 'opex.example']);
    const before = Object.fromEntries(readdirSync(here).map((name) => [name, readFileSync(join(here, name), 'utf8')]));
    expect(statSync(here).mode & 0o777).toBe(0o700);
    expect(Object.keys(before)).toEqual(secretFiles.toSorted());
    const certificate = new X509Certificate(before['tls.crt']!);
    expect(certificate.checkHost('opex.example')).toBe('opex.example');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(before['redis_users.acl']).not.toContain(before['redis_password']);
    await runCommand(['secrets', here]);
    for (const [name, content] of Object.entries(before)) expect(readFileSync(join(here, name), 'utf8')).toBe(content);
  });

  test('of Redis that come as files are read again, too', async () => {
    const redis = new Redis(process.env['REDIS_URL']!);
    const file = join(folder, 'redis-password');
    await redis.call('ACL', 'SETUSER', 'rotated', 'on', '>first', '~*', '&*', '+@all');
    writeFileSync(file, 'first');
    const url = new URL(process.env['REDIS_URL']!);
    url.username = 'rotated';
    const server = await startInstance({ REDIS_URL: url.href, REDIS_PASSWORD_FILE: file, LOG_LEVEL: 'warn' });
    const health = async () => (await fetch(`${server.url}/health`)).json();
    try {
      expect(await health()).toMatchObject({ cache: 'memory and Redis' });
      expect(server.log()).not.toContain('Redis is unavailable');
      await redis.call('ACL', 'SETUSER', 'rotated', 'resetpass', '>second');
      writeFileSync(file, 'second');
      await redis.call('CLIENT', 'KILL', 'USER', 'rotated');
      await expect.poll(health).toMatchObject({ cache: 'memory (Redis is away)' });
      await expect.poll(health).toMatchObject({ cache: 'memory and Redis' });
    } finally {
      await server.stop();
      await redis.call('ACL', 'DELUSER', 'rotated');
      redis.disconnect();
    }
  });

  test('that come as files are read again for new connections', async () => {
    const role = `opex_rotated_${process.pid}`;
    const file = join(folder, 'password');
    await sql(`CREATE ROLE ${role} LOGIN PASSWORD 'first'; SELECT grant_to_application('${role}')`);
    writeFileSync(file, 'first\n');
    const url = new URL(process.env['DATABASE_URL']!);
    url.username = role;
    url.password = '';
    const server = await startInstance({
      DATABASE_URL: url.href,
      DATABASE_PASSWORD_FILE: file,
      DATABASE_READ_REPLICA_URL: '',
    });
    try {
      await sql(`ALTER ROLE ${role} PASSWORD 'second'`);
      writeFileSync(file, 'second\n');
      await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
      await expect
        .poll(async () => (await fetch(`${server.url}/health`)).json())
        .toMatchObject({ database: 'up', changes: 'listening' });
    } finally {
      await server.stop();
      await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
