import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import { CommandFailed } from '../command.ts';
import { backupSteps } from './backup-steps.ts';
import type { Client } from './client.ts';
import { type Compose, docker, program } from './compose.ts';
import type { Load } from './load.ts';
import { importAmidKills, prepareImport } from './import-step.ts';
import { redisSteps } from './redis-steps.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  compose: Compose;
  client: Client;
  load: Load;
  /** The folder. */
  secrets: string;
  /** The tag of another version's images. */
  next: string;
  version: string;
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
  { what: 'services are added that a workbook plans for', work: prepareImport },
  {
    what: 'the workbook is imported, and the worker and a server are killed while it is applied',
    work: importAmidKills,
  },
  { what: 'the replica is killed, and started again', work: killed('replica') },
  ...redisSteps,
  { what: "the certificate is renewed, and the service's password changed", work: renew },
  { what: 'another version is deployed', work: (context) => upgraded(context, context.next) },
  { what: 'the version before is deployed again', work: (context) => upgraded(context, context.version) },
  {
    what: 'the primary is restarted',
    work: async ({ compose }) => {
      await docker(['restart', ...(await compose.containersOf('primary'))]);
      await compose.up();
    },
    mayFail: 'nothing can be written meanwhile, nor read that is not kept',
  },
  ...backupSteps,
  {
    what: 'everything is stopped, and started again',
    work: async ({ compose }) => {
      await compose.run('stop');
      await compose.up();
    },
    mayFail: 'nobody is there to answer',
  },
];

async function upgraded({ compose }: Rehearsal, version: string) {
  await program('server/deploy/upgrade.sh', [version], compose.settings);
  const images = await Promise.all((await compose.containersOf('serve')).map((id) => docker(['inspect', '--format', '{{.Config.Image}}', id]))); // prettier-ignore
  if (images.some((image) => image.trim() !== `opex-manager:${version}`))
    throw new CommandFailed(`There run ${images.join(', ')}`);
}

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
