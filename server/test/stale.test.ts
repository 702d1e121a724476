import pg from 'pg';
import request from 'supertest';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { createService, createUser, createYear, signedInAs } from './factories/index.ts';
import { sql } from './harness/sql.ts';

/** Two writers of one record at the same moment: the one who comes second learns the version that the first has left. */
const api = request(createApp());
let other: pg.Client;
beforeEach(async () => {
  other = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await other.connect();
  await other.query('BEGIN');
});
afterEach(() => other.end());

let approver: Awaited<ReturnType<typeof signedInAs>>;
let admin: typeof approver;
beforeAll(async () => {
  await createYear('FY26');
  approver = await signedInAs('Approver');
  admin = await signedInAs('Admin');
});

const isWaitedFor = async () =>
  (
    await sql(
      'SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()',
    )
  ).length > 0;

/** The request is under way when the other writer's change, three versions ahead, is kept. */
async function overtaken(table: string, id: number, send: () => request.Test) {
  await other.query(`UPDATE ${table} SET version = version + 3 WHERE id = $1`, [id]);
  const answer = send().then((response) => response);
  await expect.poll(isWaitedFor).toBe(true);
  await other.query('COMMIT');
  return answer;
}

const seen = (headers: typeof approver, version: number) => ({ ...headers, 'if-match': `"v${version}"` });

test('of a service that is retired', async () => {
  const { id } = await createService();
  const answer = await overtaken('services', id, () =>
    api.post(`/api/services/${id}/retire`).set(seen(approver, 1)).send({ reason: 'Because we test it' }),
  );
  expect([answer.status, answer.headers['etag']]).toEqual([412, '"v4"']);
});

test('of a service that is edited', async () => {
  const { id } = await createService();
  const answer = await overtaken('services', id, () =>
    api.patch(`/api/budgets/${id}`).set(seen(approver, 1)).send({ service: 'Other' }),
  );
  expect([answer.status, answer.headers['etag']]).toEqual([412, '"v4"']);
});

test('of a user', async () => {
  const { id } = await createUser('Viewer');
  const answer = await overtaken('users', id, () =>
    api.patch(`/api/users/${id}`).set(seen(admin, 1)).send({ name: 'Other' }),
  );
  expect([answer.status, answer.headers['etag']]).toEqual([412, '"v4"']);
});

test('of a currency', async () => {
  const [currency] = await sql<{ id: number; version: number }>(
    `INSERT INTO currencies (code, name) VALUES ('XTS', 'For tests') RETURNING id, version`,
  );
  const answer = await overtaken('currencies', currency!.id, () =>
    api.patch(`/api/currencies/${currency!.id}`).set(seen(admin, 1)).send({ name: 'Other' }),
  );
  expect([answer.status, answer.headers['etag']]).toEqual([412, '"v4"']);
});
