import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import { type Defer, say } from '../command.ts';
import { notesFolder } from '../folders.ts';
import { freePort } from '../ports.ts';
import { everyRemarkIsThereOnce, noSecretIsSeen } from './checks.ts';
import { Client } from './client.ts';
import { makeCompany } from './company.ts';
import { Compose, docker } from './compose.ts';
import { Load } from './load.ts';
import { nginxSaw, steps } from './steps.ts';
import { rehearse } from './table.ts';

interface ComposeDrill {
  rate: number;
  writeShare: number;
  only: string;
  keep: boolean;
  /** The tag of another version's images; without it those that are built here, once more. */
  next: string | undefined;
}

const images = ['opex-manager', 'opex-manager-web'];
const version = 'drill';
const settings = {
  COMPOSE_FILE: 'docker-compose.yml:server/local/drill/one-person.yml',
  COMPOSE_PROFILES: 'sentinel,backup',
  REDIS_SENTINELS: 'sentinel-1:26379,sentinel-2:26379,sentinel-3:26379',
};

/** Starts the whole product anew, breaks one part after the other while people work, and says what it cost them. */
export async function drillCompose(
  { rate, writeShare, only, keep, next }: ComposeDrill,
  defer: Defer,
): Promise<number> {
  await docker(['compose', 'version']);

  const secrets = join(notesFolder(), 'drill');
  await writeSecrets([secrets]);
  const compose = new Compose({ project: 'opex-drill', port: await freePort(8543), secrets, version }, settings);
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();

  say('Building the images');
  await compose.run('build');
  if (!next) for (const image of images) await docker(['tag', `${image}:${version}`, `${image}:${version}-next`]);
  await compose.run('--profile', '*', 'down', '--volumes', '--remove-orphans');
  if (!keep) defer(() => compose.run('--profile', '*', 'down', '--volumes', '--timeout', '5'));
  const begun = performance.now();
  await compose.up();
  say(`All services are healthy after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${compose.url}`);

  const client = new Client(compose.url, secret('tls.crt'));
  await client.signIn('admin@localhost', secret('admin_password'));
  const load = new Load(client, await makeCompany(client), rate, writeShare);
  const context = { compose, client, load, secrets, version, next: next ?? `${version}-next` };
  const chosen = steps.filter(({ what }) => what.includes(only));
  const isBroken = await rehearse(chosen, context, load, nginxSaw).finally(() => load.stop());
  const findings = [
    ...(await everyRemarkIsThereOnce(compose, load.remarks)),
    ...(await noSecretIsSeen(compose, secrets, version)),
    ...(await compose.product('verify').then(() => [], (error: unknown) => [String(error)])), // prettier-ignore
  ];
  for (const finding of findings) say(`BROKEN  ${finding}`);
  if (findings.length === 0)
    say(
      `ok      ${load.remarks.length} remarks were answered as written and are there once; every figure is right; no secret is in an image, a setting or a log`,
    );
  return isBroken || findings.length > 0 ? 1 : 0;
}
