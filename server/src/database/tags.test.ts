import pg from 'pg';
import { expect, test } from 'vitest';
import { sql } from '../../test/sql.ts';
import { currentVersions } from './tags.ts';

const listeners = async () =>
  (await sql(`SELECT FROM pg_stat_activity WHERE application_name = 'opex-listener' AND datname = current_database()`))
    .length;

test('a process that could not listen for a while has one connection for it afterwards', async () => {
  await expect.poll(currentVersions).toBeDefined();
  const holder = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await holder.connect();
  try {
    await holder.query('BEGIN; LOCK cache_tags IN ACCESS EXCLUSIVE MODE');
    await expect.poll(currentVersions).toBeUndefined();
    // Each attempt connects, and then waits in vain for the tags.
    const waiting = () =>
      sql<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'cache_tags'::regclass ORDER BY pid`,
      );
    const attempts = new Set<number>();
    await expect
      .poll(async () => {
        for (const { pid } of await waiting()) attempts.add(pid);
        return attempts.size;
      })
      .toBeGreaterThanOrEqual(3);
  } finally {
    await holder.end();
  }
  await expect.poll(currentVersions).toBeDefined();
  await expect.poll(listeners).toBe(1);
});
