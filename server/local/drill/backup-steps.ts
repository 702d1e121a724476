import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../command.ts';
import type { Client } from './client.ts';
import type { Compose } from './compose.ts';
import type { Load } from './load.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  compose: Compose;
  client: Client;
  load: Load;
}

export const backupSteps: Step<Rehearsal>[] = [
  { what: 'a backup is restored beside the living data and looked at', work: rehearsed },
  { what: 'a time is gone back to, beside the living data', work: restoredToTime },
  { what: 'the data of the primary are lost, and restored', work: dataLost, mayFail: 'there is no database' },
];

const now = async (compose: Compose) => (await compose.sql('SELECT clock_timestamp()')).trim();
const secondsSince = (began: number) => ((performance.now() - began) / 1000).toFixed(1);

/** As it stands in the words of how to do it. */
async function rehearsed({ compose }: Rehearsal): Promise<string> {
  const began = performance.now();
  const asked = Date.now();
  const said = await compose.run('run', '--rm', '--no-TTY', 'rehearse').finally(() => gone(compose));
  const until = /^Restored until (\S+), and found right$/m.exec(said)?.[1];
  if (!until) throw new CommandFailed(said);
  const words = await compose.product('backup-check');
  const behind = Math.max(0, (asked - Date.parse(until)) / 1000).toFixed(1);
  return `found right after ${secondsSince(began)} s, it lacks ${behind} s; backup-check: ${words.trim().split('\n').length} times ok`;
}

async function restoredToTime({ compose, client, load }: Rehearsal): Promise<string> {
  const [service = 0] = load.remarks.map((remark) => remark.service);
  const write = (text: string) => client.json('POST', `/api/services/${service}/remarks`, { text });
  await write('before the time');
  await sleep(1_000);
  const time = await now(compose);
  await sleep(1_000);
  await write('after the time');
  await sleep(5_000); // it is restored to what has something after it
  const began = performance.now();
  try {
    await compose.restore(time);
    const seconds = secondsSince(began);
    const found = await compose.sql(`SELECT text FROM remarks WHERE text LIKE '% the time'`, 'restored');
    if (found.trim() !== 'before the time') throw new CommandFailed(`There is ${found}`);
    return `what was written before is there and what was written after is not, after ${seconds} s`;
  } finally {
    await gone(compose);
  }
}

/** From the loss to the next answer to who writes. */
async function dataLost({ compose, load }: Rehearsal): Promise<string> {
  const living = '/var/lib/postgresql/18/docker';
  const began = performance.now();
  await compose.kill('primary');
  const answered = [...load.remarks];
  await compose.run('run', '--rm', '--no-TTY', '--entrypoint', `rm -rf ${living}`, 'restored');
  await compose.restore('');
  await compose.run('run', '--rm', '--no-deps', '--no-TTY', '--env', 'DATABASE_URL=postgres://opex_application@restored:5432/opex', 'worker', 'verify'); // prettier-ignore
  const kept = new Set((await compose.sql('SELECT text FROM remarks', 'restored')).split('\n'));
  await compose.run('--profile', '*', 'stop'); // what Redis keeps may be newer
  await compose.run('run', '--rm', '--no-TTY', 'restored', '--use');
  await gone(compose);
  await compose.run('rm', '--force', 'replica');
  await compose.removeVolume('replica');
  await compose.up();
  const lost = answered.filter(({ text }) => !kept.has(text));
  load.forget(lost);
  return `found right, and in use after ${secondsSince(began)} s; of ${answered.length} remarks ${lost.length} are lost`;
}

const gone = (compose: Compose) => compose.run('--profile', 'restore', 'rm', '--stop', '--force', 'restored');
