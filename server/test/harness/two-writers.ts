import pg from 'pg';
import { afterEach, beforeEach, expect } from 'vitest';
import { sql } from './sql.ts';

/** Two transactions at once: what one checked still holds when it commits. */
let writers: pg.Client[] = [];
export let [first, second] = [{} as pg.Client, {} as pg.Client];

/** Another transaction, of the owner, that has begun. */
export const open = async () => {
  const writer = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  writers.push(writer);
  await writer.connect();
  await writer.query('BEGIN');
  return writer;
};

/** `first` and `second` are new for each test. */
export function useTwoWriters() {
  beforeEach(async () => {
    [first, second] = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(writers.map((writer) => writer.end()));
    writers = [];
  });
}

export const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error as pg.DatabaseError).code,
  );
export const waiting = async () =>
  (
    await sql<{ pid: number }>(
      'SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()',
    )
  ).length;

/** Ends `first` once `second` waits for it, or is done without. */
export async function meet(begun: Promise<unknown>, end: 'COMMIT' | 'ROLLBACK' = 'COMMIT') {
  const ended = outcome(begun);
  let isOver = false;
  void ended.then(() => (isOver = true));
  await expect.poll(async () => isOver || (await waiting()) > 0).toBe(true);
  const waited = !isOver;
  await first.query(end);
  const result = await ended;
  if (result === 'done') await second.query('COMMIT');
  return { result, waited };
}
