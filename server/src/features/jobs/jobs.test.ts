import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { countEffects, effect, makeEffects } from '../../../test/harness/effects.ts';
import { sql } from '../../../test/harness/sql.ts';
import { inTransaction } from '../../database/transaction.ts';
import { invalid } from '../../lib/errors.ts';
import { registry } from '../../lib/metrics.ts';
import * as jobs from './jobs.service.ts';
import { queueOf } from './queue.service.ts';

const nobody = { id: null, name: 'Test' };
/** What a test lets the work of this kind do. */
let work: (run: jobs.Run) => Promise<unknown> = () => Promise.resolve();
const trial = jobs.jobKind({ name: 'trial', payload: z.object({}), work: (_, run) => work(run) });
const clocked = jobs.jobKind({ name: 'clocked', payload: z.object({}), work: () => Promise.resolve() });
let endWaiting = () => {};
const waiting = jobs.jobKind({
  name: 'waiting',
  payload: z.object({}),
  atOnce: 1,
  work: () => new Promise<void>((resolve) => (endWaiting = resolve)),
});
const queue = queueOf({ effect, trial, clocked, waiting });
const look = () => queue.repeat!.work();

const add = (dueAt?: Date) => inTransaction([], (tx) => jobs.add(trial, {}, nobody, tx, dueAt ? { dueAt } : {}));
type Row = { id: number; state: string; tries: number; crashes: number; error: string | null; pause: number };
const last = async () =>
  (
    await sql<Row>(`SELECT id, state, tries, crashes, error, extract(epoch FROM due_at - now())::float AS pause
      FROM jobs ORDER BY id DESC LIMIT 1`)
  )[0]!;
const becomes = (state: string) => expect.poll(async () => (await last()).state, { timeout: 5_000 }).toBe(state);
const passTime = () => sql(`UPDATE jobs SET due_at = now() WHERE state = 'waiting'`);

beforeAll(async () => {
  await makeEffects();
  queue.listen?.();
});
afterEach(() => sql('TRUNCATE jobs; TRUNCATE effects'));
afterAll(() => queue.drain?.());

describe('a job', () => {
  test('is done soon, if the transaction that adds it is kept, and never else', async () => {
    const adding = (number: number, fails: boolean) =>
      inTransaction([], async (tx) => {
        await jobs.add(effect, { number, takesMs: 0 }, nobody, tx);
        if (fails) throw new Error('not kept');
      });
    await expect(adding(1, true)).rejects.toThrow('not kept');
    await adding(2, false);
    await becomes('done');
    expect(await sql('SELECT number FROM effects')).toEqual([{ number: 2 }]);
  });

  test('that fails is tried three times, ever later, and says why it failed', async () => {
    work = () => Promise.reject(new Error('the other end is away'));
    await add();
    for (const [tries, least, most] of [
      [1, 8, 11],
      [2, 35, 44],
    ] as const) {
      await expect.poll(async () => (await last()).tries).toBe(tries);
      const { state, error, pause } = await last();
      expect([state, error]).toEqual(['waiting', 'the other end is away']);
      expect(pause).toBeGreaterThan(least);
      expect(pause).toBeLessThan(most);
      await passTime();
      await look();
    }
    await becomes('failed');
    expect(await last()).toMatchObject({ tries: 3, crashes: 0, error: 'the other end is away' });
  });

  test('that the rules refuse is not tried again', async () => {
    work = () => Promise.reject(invalid('/file', 'This is no workbook'));
    await add();
    await becomes('failed');
    expect((await last()).tries).toBe(1);
  });

  test('with a payload that is none of its kind fails and is not begun', async () => {
    await sql(`INSERT INTO jobs (kind, payload) VALUES ('effect', '{"number": "one"}')`);
    await look();
    await expect.poll(async () => (await last()).error).toMatch(/number/);
    expect(await countEffects()).toEqual({ numbers: 0, effects: 0 });
  });

  test('of a kind that this build does not know is left to another', async () => {
    await sql(`INSERT INTO jobs (kind, payload) VALUES ('of-a-newer-build', '{}')`);
    await add();
    work = () => Promise.resolve();
    await look();
    await becomes('done');
    expect(await sql(`SELECT state FROM jobs WHERE kind = 'of-a-newer-build'`)).toEqual([{ state: 'waiting' }]);
  });

  test('that is not due yet waits', async () => {
    await add(new Date(Date.now() + 60_000));
    await look();
    expect((await last()).state).toBe('waiting');
  });
});

test('jobs of a kind with places of its own leave those of the others free', async () => {
  const stateOf = (kind: string) =>
    sql<{ state: string }>('SELECT state FROM jobs WHERE kind = $1 ORDER BY state', [kind]);
  await inTransaction([], async (tx) => {
    for (let number = 0; number < 6; number++) await jobs.add(waiting, {}, nobody, tx);
    await jobs.add(effect, { number: 1, takesMs: 0 }, nobody, tx);
  });
  await expect.poll(() => stateOf('effect'), { timeout: 5_000 }).toEqual([{ state: 'done' }]);
  expect((await stateOf('waiting')).map(({ state }) => state)).toEqual([
    'running',
    ...Array<string>(5).fill('waiting'),
  ]);
  await sql(`DELETE FROM jobs WHERE state = 'waiting'`);
  endWaiting();
  await becomes('done');
});

describe('a process that does not renew its lease', () => {
  test('keeps nothing of the job any more, which another one does', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const outcomes: string[] = [];
    work = async ({ keep }) => {
      await held;
      const keeping = keep({ tags: [] }, () => Promise.resolve([]));
      await keeping.then(
        () => outcomes.push('kept'),
        (error: unknown) => outcomes.push((error as Error).message),
      );
      await keeping;
    };
    await add();
    await becomes('running');
    // As a process that hung for a while finds it when it goes on.
    await sql(`UPDATE jobs SET claim = claim + 1, worker = 'another', lease_until = now() + interval '1 minute'`);
    release();
    await expect.poll(() => outcomes).toEqual(['The job was cancelled, or another process has it now']);
    expect(await last()).toMatchObject({ state: 'running', tries: 0 });
  });

  test('loses it, and three such processes make it fail', async () => {
    work = () => Promise.resolve();
    for (const [crashes, state] of [
      [1, 'waiting'],
      [2, 'waiting'],
      [3, 'failed'],
    ] as const) {
      await sql(`DELETE FROM jobs;
        INSERT INTO jobs (kind, payload, state, claim, worker, lease_until, crashes)
        VALUES ('of-another', '{}', 'running', 1, 'gone:7', now() - interval '1 second', ${crashes - 1})`);
      await look();
      expect(await last()).toMatchObject({ state, crashes, tries: 0, error: expect.stringContaining('gone:7') });
    }
  });
});

describe('a scheduled job', () => {
  test('that is done once is added by one process, and not again when it is done', async () => {
    const schedules = [{ kind: clocked, once: 'version 1' }];
    const work = () => Promise.all([1, 2, 3].map(() => queueOf({}, schedules).repeat!.work()));
    await work();
    await becomes('done');
    await work();
    expect(await sql('SELECT kind, due_key, state FROM jobs')).toEqual([
      { kind: 'clocked', due_key: 'clocked version 1', state: 'done' },
    ]);
  });

  test('is added once for each time that is due, however many processes there are', async () => {
    const schedules = [{ kind: clocked, everyMinutes: 60 }];
    const processes = [1, 2, 3].map(() => queueOf({}, schedules));
    await Promise.all([...processes, ...processes].map(({ repeat }) => repeat!.work()));
    const rows = await sql<{ minutes: number; state: string }>(
      `SELECT extract(minute FROM due_at)::int AS minutes, state FROM jobs WHERE kind = 'clocked'`,
    );
    expect(rows).toEqual([{ minutes: 0, state: 'waiting' }]);
  });
});

test('many jobs are done at once, and the queue says how deep it is', { timeout: 60_000 }, async () => {
  await inTransaction([], async (tx) => {
    for (let number = 0; number < 500; number++) await jobs.add(effect, { number, takesMs: 0 }, nobody, tx);
  });
  // As often as a process looks by itself: on a machine that is late some may have to be tried again.
  const looking = setInterval(() => void look().catch(() => undefined), 2_000);
  await expect.poll(countEffects, { timeout: 50_000, interval: 100 }).toEqual({ numbers: 500, effects: 500 });
  clearInterval(looking);
  await sql(`INSERT INTO jobs (kind, payload, due_at) VALUES ('of-a-newer-build', '{}', now() - interval '5 minutes')`);
  await look();
  const metrics = await registry.metrics();
  expect(metrics).toMatch(/^queue_depth 1$/m);
  expect(Number(/^queue_oldest_job_age_seconds (.*)$/m.exec(metrics)?.[1])).toBeGreaterThan(299);
  expect(metrics).toMatch(/^job_duration_seconds_count\{kind="effect",result="done"\} \d{3}/m);
  expect(metrics).toMatch(/^job_retries_total\{kind="trial"\} 2$/m);
});
