import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTower } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { startInstance } from '../../../test/harness/instances.ts';
import { sql } from '../../../test/harness/sql.ts';
import { verify as verifyOutside } from '../../verify/verify.ts';
import { config } from '../../config.ts';
import { sealFailures } from '../../lib/metrics.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as audit from './audit.service.ts';
import { keysOf, readPublished } from './seals.rules.ts';
import * as seals from './seals.service.ts';

const owner = process.env['MIGRATION_DATABASE_URL']!;
const keys = keysOf(process.env['AUDIT_SEAL_KEYS']!);
const file = join(tmpdir(), `opex-seals-${process.pid}.jsonl`);
let approver: Person;
const application = new Client({ connectionString: config.DATABASE_URL });

const record = (label: string) =>
  inTransaction([], (tx) =>
    audit.record({ id: null, name: 'Test' }, { action: 'demo.loaded', subject: { type: 'demo', id: 1, label } }, tx),
  );
const verify = async () => (await approver.get('/api/audit/verify').expect(200)).body;
const lastId = async () => (await sql<{ id: number }>('SELECT last_id::int AS id FROM audit_heads'))[0]!.id;
const sealsNow = () => sql<{ number: string; entry_id: string }>('SELECT * FROM audit_seals ORDER BY number');

beforeAll(async () => {
  approver = await as('Approver');
  // What is granted on the database itself is not in the copy of the template.
  await sql(`SELECT grant_to_application('opex_application')`);
  await application.connect();
  for (let entry = 1; entry <= 6; entry++) await record(`entry ${entry}`);
});
afterAll(async () => {
  await application.end();
  rmSync(file, { force: true });
});

/** As its owner can: an entry is changed, and all hashes after it are made anew, so that the chain is whole. */
const rewriteFrom = (id: number) => `
  SET session_replication_role = replica;
  UPDATE audit_entries SET subject_label = 'rewritten' WHERE id = ${id};
  DO $$ DECLARE previous bytea := ''; entry audit_entries; BEGIN
    FOR entry IN SELECT * FROM audit_entries ORDER BY id LOOP
      entry.previous_hash := previous;
      previous := audit_hash(entry);
      UPDATE audit_entries SET previous_hash = entry.previous_hash, hash = previous WHERE audit_entries.id = entry.id;
    END LOOP;
    UPDATE audit_heads SET last_hash = previous;
  END $$;`;

/** Undone afterwards. */
async function tampered(statements: string, look: () => Promise<void>) {
  const tables = ['audit_entries', 'audit_heads', 'audit_seals'];
  await sql(tables.map((table) => `CREATE TABLE kept_${table} AS SELECT * FROM ${table}`).join(';'));
  try {
    await sql(statements);
    await look();
  } finally {
    const restore = tables.map(
      (table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}; DROP TABLE kept_${table}`,
    );
    await sql(`SET session_replication_role = replica; ${restore.join(';')}`);
  }
}

describe('as the role of the service', () => {
  test.each([
    `UPDATE audit_entries SET reason = 'x'`,
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'UPDATE audit_heads SET last_id = 0',
    `INSERT INTO audit_heads (id, last_id, last_hash) VALUES (false, 0, '')`,
    'DELETE FROM audit_seals',
    `UPDATE audit_seals SET seal = ''`,
    'ALTER TABLE audit_entries DISABLE TRIGGER ALL',
    'DROP TRIGGER refuse_rewriting ON audit_entries',
    'CREATE TRIGGER mine BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()',
    'DROP TABLE audit_entries',
    'SET session_replication_role = replica',
    `CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    'CREATE TABLE mine (id int)',
    'CREATE TEMPORARY TABLE audit_heads (id int)',
    'DO $$ BEGIN LOCK audit_entries; END $$',
    'UPDATE _prisma_migrations SET checksum = NULL',
    `SELECT grant_to_application('opex_application')`,
    'SET ROLE postgres',
    'ALTER ROLE opex_application SUPERUSER',
  ])('this is refused: %s', async (statement) => {
    await expect(application.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('a written number, time or hash of an entry is not believed', async () => {
    const before = await lastId();
    await application.query(
      `INSERT INTO audit_entries (id, at, actor_name, action, subject_type, subject_label, previous_hash, hash)
       VALUES (2, '2020-01-01', 'x', 'test.done', 'test', 'forged', '\\x00', '\\x00')`,
    );
    expect(await lastId()).toBe(before + 1);
    expect(await verify()).toMatchObject({ intact: true, rewritingPrevented: true });
  });

  test('every table can be used, what is append-only added to, and nothing else', async () => {
    const granted = await sql<{ name: string; privileges: string; append_only: boolean }>(`
      SELECT relname AS name,
        EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgfoid = 'refuse_rewriting'::regproc) AS append_only,
        (SELECT string_agg(p, ' ') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p
         WHERE has_table_privilege('opex_application', c.oid, p)) AS privileges
      FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`);
    expect(granted.length).toBeGreaterThan(25);
    const [readOnly, appendOnly] = [
      ['_prisma_migrations', 'audit_heads'],
      ['audit_entries', 'audit_seals'],
    ];
    for (const { name, privileges, append_only } of granted)
      expect(`${name}: ${privileges}`).toBe(
        `${name}: ${readOnly.includes(name) ? 'SELECT' : append_only ? 'SELECT INSERT' : 'SELECT INSERT UPDATE DELETE'}`,
      );
    expect(granted.filter(({ append_only }) => append_only).map(({ name }) => name)).toEqual(
      expect.arrayContaining(appendOnly),
    );
  });
});

describe('seals', () => {
  test('reach to the end of the log, and one more is made only when there is more to seal', async () => {
    await seals.seal();
    await seals.seal();
    const before = await sealsNow();
    expect(Number(before.at(-1)?.entry_id)).toBe(await lastId());
    await record('after the seal');
    await Promise.all([seals.seal(), seals.seal()]);
    expect(await sealsNow()).toHaveLength(before.length + 1);
    expect(await verify()).toMatchObject({ intact: true, sealedThrough: await lastId() });
    expect((await verifyOutside(owner, { keys })).filter(({ ok }) => !ok)).toEqual([]);
  });

  test('find a chain that its owner has made anew as a whole, and are not put on it', async () => {
    await record('one more');
    await seals.seal();
    await tampered(rewriteFrom(3), async () => {
      // The chain alone is whole again.
      const withoutSeals = (await verifyOutside(owner, { keys })).filter(({ ok }) => !ok);
      expect(withoutSeals.map(({ name }) => name)).toEqual([expect.stringMatching(/^each seal/)]);
      const { intact, firstBadId, reason } = await verify();
      expect({ intact, firstBadId }).toEqual({ intact: false, firstBadId: 1 });
      expect(reason).toMatch(/rewritten after it was sealed/);

      await record('after the rewriting');
      const [count, failures] = [(await sealsNow()).length, await failed('seal')];
      await seals.seal();
      expect(await sealsNow()).toHaveLength(count);
      expect(await failed('seal')).toBe(failures + 1);
    });
    expect(await verify()).toMatchObject({ intact: true });
  });

  test('that are gone are missed by the process that made them', async () => {
    await record('one more');
    await seals.seal();
    await tampered(`SET session_replication_role = replica; DELETE FROM audit_seals`, async () => {
      await seals.seal();
      expect(await sealsNow()).toEqual([]);
    });
  });
});

const failed = async (step: string) =>
  (await sealFailures.get()).values.find(({ labels }) => labels.step === step)?.value ?? 0;

describe('what is published', () => {
  test('to a file at the start and at the end finds a log whose seals were removed with it', async () => {
    const instance = await startInstance({ AUDIT_SEAL_PUBLISH: file });
    const published = () => readPublished(readFileSync(file, 'utf8'));
    await expect.poll(() => published().length).toBe(1);
    await createTower();
    await record('at the end');
    await instance.stop();
    expect(published().at(-1)?.entryId).toBe(await lastId());
    expect((await verifyOutside(owner, { keys, published: published() })).filter(({ ok }) => !ok)).toEqual([]);

    await tampered(`${rewriteFrom(3)} DELETE FROM audit_seals`, async () => {
      expect((await verifyOutside(owner, { keys })).filter(({ ok }) => !ok)).toEqual([]);
      const [found, ...others] = (await verifyOutside(owner, { keys, published: published() })).filter(({ ok }) => !ok);
      expect(found?.firstOffender).toMatch(/^entry 1: a seal that was published is missing/);
      expect(others).toEqual([]);
    });
  });

  test('goes to an address as well, and a service whose address is away goes on and counts it', async () => {
    const bodies: string[] = [];
    const receiver = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => (bodies.push(body), res.end()));
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const told = await startInstance({ AUDIT_SEAL_PUBLISH: `http://127.0.0.1:${port}/seals` });
    await expect.poll(() => bodies.length).toBe(1);
    await told.stop();
    receiver.close();
    expect(readPublished(bodies[0]!)[0]).toMatchObject({
      entryId: expect.any(Number),
      seal: expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    const alone = await startInstance({ AUDIT_SEAL_PUBLISH: `http://127.0.0.1:${port}/seals` });
    await expect
      .poll(async () => (await fetch(alone.metricsUrl)).text())
      .toMatch(/^audit_seal_failures_total\{step="publish"\} 1$/m);
    expect((await fetch(`${alone.url}/readyz`)).status).toBe(200);
    await alone.stop();
  });
});

test('a service that runs as the owner, or without a key, says what is not proved', async () => {
  const asOwner = await startInstance({ DATABASE_URL: owner, AUDIT_SEAL_KEYS: '', LOG_LEVEL: 'warn' });
  await expect.poll(asOwner.log).toMatch(/Rewriting the audit log is not prevented/);
  await expect.poll(asOwner.log).toMatch(/The audit log is not sealed/);
  await asOwner.stop();
  const asApplication = await startInstance({ LOG_LEVEL: 'warn' });
  await asApplication.stop();
  expect(asApplication.log()).not.toMatch(/audit log/);
});
