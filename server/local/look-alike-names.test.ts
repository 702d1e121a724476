import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyMigrations } from '../src/database/migrate.ts';

const migrations = resolve(import.meta.dirname, '../../prisma/migrations');
const folding = '20261125040010_fold_look_alike_names';
let admin: pg.Client;
let client: pg.Client;
let url: string;
let earlier: string;

beforeEach(async () => {
  const server = new URL(process.env.TEST_DATABASE_URL ?? '');
  admin = new pg.Client(server.href);
  await admin.connect();
  server.pathname = `names_${randomUUID().slice(0, 8)}`;
  await admin.query(`CREATE DATABASE ${server.pathname.slice(1)}`);
  url = server.href;
  client = new pg.Client(url);
  await client.connect();
  earlier = mkdtempSync(join(tmpdir(), 'opex-migrations-'));
  cpSync(migrations, earlier, {
    recursive: true,
    filter: (from) => !/\/\d{14}_/.test(from) || from.slice(migrations.length + 1) < folding,
  });
});

afterEach(async () => {
  await client.end();
  await admin.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await admin.end();
  rmSync(earlier, { recursive: true });
});

test('an upgrade tells names apart that look the same, says so in the log, and orders services by the new keys', async () => {
  await applyMigrations(url, earlier);
  await client.query(`
    INSERT INTO vendors (id, name) VALUES (1, 'Acme'), (2, E'Ac\\u00ADme'), (3, E'Be\\u200Bta');
    INSERT INTO services (id, uid, vendor_id) VALUES (1, 'SVC-1', 2), (2, E'SVC\\uFE0F-1', 3), (3, 'SVC-3', 3);
    UPDATE services SET parent_id = 2 WHERE id = 3;
    INSERT INTO users (id, email, name, password_hash, role) VALUES (1, 'a@b.example', 'A', '', 'Viewer'), (2, E'a@b.ex\\u034Fample', 'B', '', 'Viewer')`);

  await applyMigrations(url);

  const { rows: vendors } = await client.query('SELECT name, name_key(name) AS key, version FROM vendors ORDER BY id');
  expect(vendors).toEqual([
    { name: 'Acme', key: 'acme', version: 1 },
    { name: 'Ac\u00adme (2)', key: 'acme (2)', version: 2 },
    { name: 'Be\u200bta', key: 'beta', version: 1 },
  ]);
  const { rows: services } = await client.query('SELECT vendor_key, parent_uid_key FROM services ORDER BY id');
  expect(services).toEqual([
    { vendor_key: 'acme (2)', parent_uid_key: '' },
    { vendor_key: 'beta', parent_uid_key: '' },
    { vendor_key: 'beta', parent_uid_key: 'svc-1 (2)' },
  ]);
  const { rows: users } = await client.query('SELECT name_key(email) AS key FROM users ORDER BY id');
  expect(users.map(({ key }: { key: string }) => key)).toEqual(['a@b.example', 'a@b.example.double2']);
  const { rows: entries } = await client.query(
    'SELECT action, subject_type, subject_id, actor_name FROM audit_entries ORDER BY id',
  );
  expect(entries).toMatchObject([
    { action: 'master.updated', subject_type: 'vendor', subject_id: 2, actor_name: 'Upgrade' },
    { action: 'service.updated', subject_type: 'service', subject_id: 2 },
    { action: 'user.updated', subject_type: 'user', subject_id: 2 },
  ]);
  await expect(client.query(`INSERT INTO vendors (id, name) VALUES (10, E'AC\\u3164ME')`)).resolves.toBeDefined(); // a blank within
  await expect(client.query(`INSERT INTO vendors (id, name) VALUES (11, E'AC\\uFEFFME')`)).rejects.toThrow(
    /vendors_name_key/,
  );
});
