import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import type { Client } from './client.ts';
import { type Compose, docker } from './compose.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  compose: Compose;
  client: Client;
  /** The folder. */
  secrets: string;
}

const awayMs = 5_000;

/** It is away for a while, and comes back. */
const killed =
  (service: string) =>
  async ({ compose }: Rehearsal) => {
    await compose.kill(service);
    await sleep(awayMs);
    await compose.up();
  };

export const steps: Step<Rehearsal>[] = [
  { what: 'nothing happens', work: () => sleep(awayMs) },
  { what: 'a server is killed, and started again', work: killed('serve') },
  {
    what: 'both servers are restarted, one after the other',
    async work({ compose }) {
      for (const container of await compose.containersOf('serve')) {
        await docker(['restart', '--time', '30', container]);
        await compose.up();
      }
    },
  },
  { what: 'the worker is killed, and started again', work: killed('worker') },
  { what: 'the replica is killed, and started again', work: killed('replica') },
  { what: 'Redis is killed, and started again', work: killed('redis') },
  { what: "the certificate is renewed, and the service's password changed", work: renew },
  {
    what: 'the primary is restarted',
    work: async ({ compose }) => {
      await docker(['restart', ...(await compose.containersOf('primary'))]);
      await compose.up();
    },
    mayFail: 'nothing can be written meanwhile, nor read that is not kept',
  },
  {
    what: 'everything is stopped, and started again',
    work: async ({ compose }) => {
      await compose.run('stop');
      await compose.up();
    },
    mayFail: 'nobody is there to answer',
  },
];

/** Written into their files: a container sees the file it was given, not another one in its place. A server started afterwards needs the new password. */
async function renew({ compose, client, secrets }: Rehearsal) {
  const renewed = join(secrets, 'renewed');
  rmSync(renewed, { recursive: true, force: true });
  await writeSecrets([renewed]);
  const next = (name: string) => readFileSync(join(renewed, name), 'utf8');
  client.trust(next('tls.crt'));
  for (const name of ['tls.crt', 'tls.key']) writeFileSync(join(secrets, name), next(name));
  await compose.run('exec', '--no-TTY', 'nginx', 'nginx', '-s', 'reload');
  await compose.sql(`ALTER ROLE opex_application PASSWORD '${next('database_password')}'`);
  writeFileSync(join(secrets, 'database_password'), next('database_password'));
  rmSync(renewed, { recursive: true });
  const [container = ''] = await compose.containersOf('serve');
  await docker(['restart', '--time', '30', container]);
  await compose.up();
}

/** What nginx saw of a failure. */
export async function nginxSaw({ compose }: Rehearsal): Promise<string[]> {
  const log = await compose.run('logs', '--since', '1m', '--no-color', 'nginx');
  return log.split('\n').filter((line) => /"status":5|error/.test(line));
}
