import pg from 'pg';
import { expect, test } from 'vitest';
import { sql } from '../../test/harness/sql.ts';
import { cacheTags, type CacheTag, currentVersions } from './tags.ts';
import { inside } from './inside.ts';
import { inTransaction } from './transaction.ts';

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

test('the database has a counter for each tag, and no other', async () => {
  const seeded = await sql<{ tag: string }>('SELECT tag FROM cache_tags ORDER BY tag');
  expect(seeded.map(({ tag }) => tag)).toEqual(cacheTags.toSorted());
});

test('a change that raises an unknown tag is refused as a whole', async () => {
  const unknown = 'figurse' as CacheTag;
  const change = inTransaction(['figures', unknown], (tx) => inside(tx).tower.create({ data: { name: 'Never kept' } }));
  await expect(change).rejects.toThrow('There is no cache tag figurse');
  expect(await sql(`SELECT FROM towers WHERE name = 'Never kept'`)).toEqual([]);
});
