import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../src/database/transaction.ts';
import * as jobs from '../src/features/jobs/jobs.service.ts';
import { countEffects, effect, makeEffects } from './harness/effects.ts';
import { startInstance } from './harness/instances.ts';
import { sql } from './harness/sql.ts';

/** Workers die at any moment; each job has its effect once all the same. */
const [many, kills] = [300, 30];
const nobody = { id: null, name: 'Test' };
const main = 'server/test/harness/effects-worker.ts';

const stateOf = async () => {
  const rows = await sql<{ state: string; count: number; crashes: number }>(
    'SELECT state, count(*)::int AS count, sum(crashes)::int AS crashes FROM jobs WHERE kind = $1 GROUP BY state',
    [effect.name],
  );
  return Object.fromEntries(rows.map(({ state, count, crashes }) => [state, { count, crashes }]));
};

const add = () =>
  inTransaction([], async (tx) => {
    for (let number = 0; number < many; number++)
      await jobs.add(effect, { number, takesMs: 100 + Math.random() * 1_900 }, nobody, tx);
  });

beforeAll(() => makeEffects());

test(
  'a worker that is asked to end finishes what is short and hands back what is long',
  { timeout: 60_000 },
  async () => {
    const worker = await startInstance({}, { main });
    await inTransaction([], async (tx) => {
      for (const takesMs of [3_000, 60_000]) await jobs.add(effect, { number: -takesMs, takesMs }, nobody, tx);
    });
    await expect.poll(async () => (await stateOf())['running']?.count, { timeout: 10_000 }).toBe(2);
    await worker.stop();
    expect(await sql('SELECT state, tries, crashes FROM jobs WHERE kind = $1 ORDER BY id', [effect.name])).toEqual([
      { state: 'done', tries: 0, crashes: 0 },
      { state: 'waiting', tries: 0, crashes: 0 },
    ]);
    await sql('TRUNCATE jobs; TRUNCATE effects');
  },
);

test(`${many} jobs, whose worker is killed ${kills} times, have each effect once`, { timeout: 300_000 }, async () => {
  await add();
  // Two at a time: while one dies the other goes on, and the next starts.
  const alive = [start(), start()];
  for (let killed = 0; killed < kills; killed++) {
    const dying = alive.shift()!;
    await expect.poll(() => isWorking(dying), { timeout: 20_000, interval: 20 }).toBe(true);
    await sleep(Math.random() * 300);
    dying.kill('SIGKILL');
    alive.push(start());
  }
  await expect.poll(async () => (await stateOf())['done']?.count, { timeout: 90_000, interval: 500 }).toBe(many);
  expect(await countEffects()).toEqual({ numbers: many, effects: many });
  expect((await stateOf())['done']?.crashes).toBeGreaterThanOrEqual(kills);
  for (const worker of alive) worker.kill('SIGKILL');
});

const start = () =>
  spawn(process.execPath, [
    '--import',
    'tsx',
    '--conditions=development',
    join(import.meta.dirname, 'harness/effects-killed.ts'),
  ]);
const isWorking = async ({ pid }: ChildProcess) =>
  (await sql(`SELECT FROM jobs WHERE state = 'running' AND worker LIKE '%:' || $1`, [String(pid)])).length > 0;
