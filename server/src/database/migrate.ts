import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Client, DatabaseError } from 'pg';
import { z } from 'zod';
import { withClient } from './with-client.ts';

const migrationsDirectory = resolve(import.meta.dirname, '../../../prisma/migrations');

// The lock and the table are those of `prisma migrate deploy`, which then finds nothing left to do.
const prismaLock = 72707369;
const prismaTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/** For one statement that PostgreSQL refuses inside a transaction, such as CREATE INDEX CONCURRENTLY. */
const noTransactionMarker = /^-- opex: no transaction$/m;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Applies what is pending, each migration whole or not at all, and returns the names applied. */
export async function applyMigrations(connectionString: string, directory = migrationsDirectory): Promise<string[]> {
  return withClient(connectionString, async (client) => {
    // Waits for another process that is migrating. The lock ends with the connection at the latest.
    await client.query(`SET lock_timeout = '60s'; SELECT pg_advisory_lock(${prismaLock})`);
    await client.query(prismaTable);
    const { pending } = await compare(client, directory);
    for (const migration of pending) {
      // A migration that waits for a lock makes every later query on that table wait behind it.
      await client.query(`SET lock_timeout = '3s'`);
      await apply(client, migration);
    }
    return pending.map(({ name }) => name);
  });
}

const foundRow = z.object({ found: z.string().nullable() });

/** Names of migrations: those that the database lacks, and those that only a newer build knows. */
export interface SchemaDifference {
  pending: string[];
  unknown: string[];
}

export async function schemaDifference(
  connectionString: string,
  directory = migrationsDirectory,
): Promise<SchemaDifference> {
  const find = async (client: Client) => {
    const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') AS found`);
    const isNew = foundRow.parse(rows[0]).found === null;
    const { pending, unknown } = isNew
      ? { pending: await readMigrations(directory), unknown: [] }
      : await compare(client, directory);
    return { pending: pending.map(({ name }) => name), unknown };
  };
  return withClient(connectionString, find, { silentMs: 2_000 });
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

const appliedRow = z.object({ migration_name: z.string(), checksum: z.string(), is_finished: z.boolean() });

async function compare(client: Client, directory: string): Promise<{ pending: Migration[]; unknown: string[] }> {
  const { rows } = await client.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS is_finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const begun = z.array(appliedRow).parse(rows);
  const unfinished = begun.find((row) => !row.is_finished);
  if (unfinished) {
    throw new Error(
      `Migration ${unfinished.migration_name} began and did not finish. Undo what it did, then delete its row of _prisma_migrations.`,
    );
  }
  const applied = new Map(begun.map((row) => [row.migration_name, row.checksum]));
  const migrations = await readMigrations(directory);
  for (const { name, checksum } of migrations) {
    if (applied.has(name) && applied.get(name) !== checksum) {
      throw new Error(
        `Migration ${name} has changed since it was applied. Restore its file and write a new migration.`,
      );
    }
  }
  const known = new Set(migrations.map(({ name }) => name));
  return {
    pending: migrations.filter(({ name }) => !applied.has(name)),
    unknown: [...applied.keys()].filter((name) => !known.has(name)),
  };
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  const isAtomic = !noTransactionMarker.test(migration.sql);
  if (isAtomic) await client.query('BEGIN');
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ]);
  try {
    await client.query(migration.sql); // without parameters: the simple protocol, any number of statements
  } catch (cause) {
    if (isAtomic) await client.query('ROLLBACK').catch(() => undefined); // the connection may be gone
    throw new Error(`Migration ${migration.name} failed${placeOf(cause, migration.sql)}: ${String(cause)}`, { cause });
  }
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
  if (isAtomic) await client.query('COMMIT');
}

function placeOf(error: unknown, sql: string): string {
  if (!(error instanceof DatabaseError) || error.position === undefined) return '';
  return ` at line ${sql.slice(0, Number(error.position)).split('\n').length}`;
}
