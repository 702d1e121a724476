import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createPlanned,
  createService,
  createTower,
  createVendor,
  createYear,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { figuresAreSettled, sql } from '../../../test/harness/sql.ts';
import { primaryPool } from '../../database/database.ts';
import { inside } from '../../database/inside.ts';
import { connectionOf, inTransaction, leaveFigures, settleFirst } from '../../database/transaction.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let viewer: Person;

beforeAll(async () => {
  year = await createYear('FY26');
  viewer = await as('Viewer');
});

const planned = (overrides = {}) => createPlanned(year, overrides);
const budgetOf = async (serviceId: number) =>
  (await primaryPool.query(`SELECT budget::text FROM service_years WHERE service_id = $1`, [serviceId])).rows[0].budget;

describe('facts written past the server', () => {
  test('have their figures within a second of the commit, and until then answers say so', async () => {
    const { id, uid } = await planned();
    const list = () => viewer.get('/api/budgets').query({ fy: 'FY26', uid }).expect(200);
    expect((await list()).headers).not.toHaveProperty('x-figures');
    const [writer, settler] = [0, 1].map(() => new pg.Client({ connectionString: process.env['DATABASE_URL']! }));
    await Promise.all([writer!.connect(), settler!.connect()]);
    // Another server is at it, so this one can only wait.
    await settler!.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('due_figures'))`);
    await writer!.query('UPDATE plan_lines SET m01 = 5 WHERE service_id = $1', [id]);
    await expect.poll(async () => (await list()).headers['x-figures']).toBe('being settled');
    expect((await list()).body.data).toMatchObject([{ id, budget: '12.00' }]);
    await settler!.query('COMMIT');
    await figuresAreSettled(writer!, 1_000);
    await expect.poll(async () => (await list()).body.data).toMatchObject([{ id, budget: '16.00' }]);
    await expect.poll(async () => (await list()).headers).not.toHaveProperty('x-figures');
    await Promise.all([writer!.end(), settler!.end()]);
  });

  test('are many at once: every service, in batches', async () => {
    const entity = await createEntity();
    await sql(`INSERT INTO services (uid, entity_id) SELECT 'MANY-' || n, $1 FROM generate_series(1, 2100) n`, [
      entity.id,
    ]);
    await sql(
      `INSERT INTO plan_lines (plan_version_id, service_id, m01) SELECT $1, id, id FROM services WHERE uid LIKE 'MANY-%'`,
      [year.planId],
    );
    await sql('UPDATE fiscal_years SET reported_through = 3 WHERE id = $1', [year.id]);
    expect(await brokenInvariants()).toEqual([]);
    await sql(`DELETE FROM plan_lines USING services s WHERE s.id = service_id AND uid LIKE 'MANY-%'`);
    await sql(`DELETE FROM services WHERE uid LIKE 'MANY-%'`);
    expect(await brokenInvariants()).toEqual([]);
  });
});

describe('a transaction of the server', () => {
  test('is on the connection that it says', async () => {
    const backends = await Promise.all(
      Array.from({ length: 8 }, () =>
        inTransaction([], async (tx) => {
          const [ofPrisma] = await inside(tx).$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
          const { rows } = await connectionOf(tx).query('SELECT pg_backend_pid() AS pid');
          return [ofPrisma?.pid, rows[0].pid];
        }),
      ),
    );
    for (const [one, other] of backends) expect(one).toBe(other);
    expect(new Set(backends.map(String)).size).toBeGreaterThan(1);
  });

  test('settles before it commits what it has written', async () => {
    const { id } = await planned();
    await inTransaction(
      ['figures'],
      (tx) => inside(tx).$executeRaw`UPDATE plan_lines SET m01 = 7 WHERE service_id = ${id}`,
    );
    expect(await budgetOf(id)).toBe('18.0000');
  });

  test('cannot leave figures behind', async () => {
    const { id } = await planned();
    await expect(primaryPool.query('UPDATE plan_lines SET m01 = 7 WHERE service_id = $1', [id])).rejects.toMatchObject({
      code: 'OP009',
    });
    expect(await budgetOf(id)).toBe('12.0000');
  });

  test.each([
    ['after its figures were settled', settleFirst],
    ['by work that said it writes none', leaveFigures],
  ])('refuses a fact that is written %s', async (_when, before) => {
    const { id } = await planned();
    const change = inTransaction(['figures'], async (tx) => {
      await before(tx);
      await inside(tx).$executeRaw`UPDATE plan_lines SET m01 = 7 WHERE service_id = ${id}`;
    });
    await expect(change).rejects.toThrow('figures are not settled');
    expect(await budgetOf(id)).toBe('12.0000');
    expect(await sql('SELECT FROM due_figures WHERE service_id = $1', [id])).toEqual([]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('writes nothing where figures are right', async () => {
    const { id } = await planned({ towerId: (await createTower()).id });
    const places = () => sql(`SELECT ctid::text FROM service_entity_years WHERE service_id = $1`, [id]);
    const before = await places();
    await sql('UPDATE plan_lines SET m01 = m01 WHERE service_id = $1', [id]);
    expect(await places()).toEqual(before);
  });

  test('is exact beyond what a number holds', async () => {
    const months = Array<string>(12).fill('999999999999.99');
    const entity = await createEntity();
    const { id } = await createService(
      { entityId: entity.id, vendorId: (await createVendor()).id },
      { planId: year.planId, months },
    );
    for (let entities = 0; entities < 10; entities++)
      await createActual({ serviceId: id, entityId: (await createEntity()).id, fiscalYearId: year.id, months });
    expect(await budgetOf(id)).toBe('11999999999999.8800');
    const [kept] = await sql<{ actual: string }>(
      'SELECT actual FROM service_years WHERE service_id = $1 AND fiscal_year_id = $2',
      [id, year.id],
    );
    expect(kept?.actual).toBe('119999999999998.8000');
    expect(await brokenInvariants()).toEqual([]);
    await sql('DELETE FROM plan_lines WHERE service_id = $1', [id]);
    await sql('DELETE FROM actuals WHERE service_id = $1', [id]);
  });
});

test('a key that gets new values while a service begins to use it: the service has them', async () => {
  const [one, two] = [await createEntity(), await createEntity()];
  const key = await createKey([[one.id, '1']]);
  const { id } = await planned({ serviceType: 'Shared' });
  const clients = [0, 1].map(() => new pg.Client({ connectionString: process.env['DATABASE_URL']! }));
  const [user, author] = clients as [pg.Client, pg.Client];
  await Promise.all(clients.map((client) => client.connect()));
  await user.query('BEGIN');
  await user.query('UPDATE services SET budget_key_id = $1 WHERE id = $2', [key.id, id]);
  await author.query('BEGIN');
  const versioned = author.query(
    `WITH version AS (INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-04-01') RETURNING id)
     INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value) SELECT id, $2, 1 FROM version`,
    [key.id, two.id],
  );
  await user.query('COMMIT');
  await figuresAreSettled(user);
  await versioned;
  await author.query('COMMIT');
  expect(await brokenInvariants()).toEqual([]);
  const shares = await sql<{ entity_id: number }>('SELECT entity_id FROM service_entity_years WHERE service_id = $1', [
    id,
  ]);
  expect(shares).toEqual([{ entity_id: two.id }]);
  await Promise.all(clients.map((client) => client.end()));
});
