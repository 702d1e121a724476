import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyMigrations, schemaDifference } from '../src/database/migrate.ts';

let admin: pg.Client;
let client: pg.Client;
let url: string;
let directory: string;

beforeEach(async () => {
  const server = new URL(process.env.TEST_DATABASE_URL ?? '');
  admin = new pg.Client(server.href);
  await admin.connect();
  server.pathname = `migrate_${randomUUID().slice(0, 8)}`;
  await admin.query(`CREATE DATABASE ${server.pathname.slice(1)}`);
  url = server.href;
  client = new pg.Client(url);
  await client.connect();
  directory = mkdtempSync(join(tmpdir(), 'opex-migrations-'));
});

afterEach(async () => {
  await client.end();
  await admin.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await admin.end();
  rmSync(directory, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, 'migration.sql'), sql);
}

const apply = () => applyMigrations(url, directory);

test('applies each migration once, in the order of their names', async () => {
  write('2_fill', 'INSERT INTO things VALUES (1);');
  write('1_create', 'CREATE TABLE things (id int);');
  expect(await schemaDifference(url, directory)).toEqual({ pending: ['1_create', '2_fill'], unknown: [] });
  expect(await apply()).toEqual(['1_create', '2_fill']);
  expect(await apply()).toEqual([]);
  expect(await schemaDifference(url, directory)).toEqual({ pending: [], unknown: [] });
  expect((await client.query('SELECT * FROM things')).rowCount).toBe(1);
  const { rows } = await client.query(
    'SELECT migration_name, applied_steps_count AS steps, length(checksum) AS digits FROM _prisma_migrations ORDER BY 1',
  );
  expect(rows).toEqual([
    { migration_name: '1_create', steps: 1, digits: 64 },
    { migration_name: '2_fill', steps: 1, digits: 64 },
  ]);
});

test('names a migration that was changed after it was applied', async () => {
  write('1_create', 'CREATE TABLE things (id int);');
  await apply();
  write('1_create', 'CREATE TABLE things (id bigint);');
  await expect(apply()).rejects.toThrow('Migration 1_create has changed');
  await expect(schemaDifference(url, directory)).rejects.toThrow('Migration 1_create has changed');
});

test('takes bodies between dollars and semicolons as they are', async () => {
  write(
    '1_function',
    `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$
     BEGIN
       PERFORM 1; -- a statement; of its own
       RETURN n * 2;
     END $$;
     CREATE TABLE doubled AS SELECT twice(21) AS n;`,
  );
  await apply();
  expect((await client.query('SELECT n FROM doubled')).rows).toEqual([{ n: 42 }]);
});

test('leaves nothing of a migration that fails, and says where it failed', async () => {
  write('1_create', 'CREATE TABLE things (id int);');
  write('2_broken', 'CREATE TABLE half ();\nINSERT INTO nowhere VALUES (1);');
  await expect(apply()).rejects.toThrow(/Migration 2_broken failed at line 2: .*"nowhere" does not exist/);
  expect((await client.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
  expect(await schemaDifference(url, directory)).toMatchObject({ pending: ['2_broken'] });
  write('2_broken', 'CREATE TABLE half ();');
  expect(await apply()).toEqual(['2_broken']);
});

test('runs a marked migration outside of a transaction, and stops at one that did not finish', async () => {
  write('1_create', 'CREATE TABLE things (id int);');
  write('2_index', '-- opex: no transaction\nCREATE INDEX CONCURRENTLY things_id ON things (id);');
  expect(await apply()).toEqual(['1_create', '2_index']);
  write('3_index', '-- opex: no transaction\nCREATE INDEX CONCURRENTLY things_no ON things (no);');
  await expect(apply()).rejects.toThrow('Migration 3_index failed');
  await expect(apply()).rejects.toThrow('Migration 3_index began and did not finish');
});

test('lets two processes that start at once apply everything once', async () => {
  write('1_create', 'CREATE TABLE things (id int); SELECT pg_sleep(0.2);');
  const applied = await Promise.all([apply(), apply()]);
  expect(applied.flat()).toEqual(['1_create']);
});

test('does not wait behind a long query for a table', { timeout: 10_000 }, async () => {
  write('1_create', 'CREATE TABLE things (id int);');
  await apply();
  write('2_alter', 'ALTER TABLE things ADD name text;');
  await client.query('BEGIN; SELECT * FROM things');
  await expect(apply()).rejects.toThrow('lock timeout');
  await client.query('COMMIT');
  expect(await apply()).toEqual(['2_alter']);
});
