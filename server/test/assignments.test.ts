import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as factories from './factories/index.ts';
import { createEntity, createYear, everyMonth } from './factories/index.ts';
import { as, type Person } from './harness/as.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { sql } from './harness/sql.ts';

/** Whose cost a service is, is dated: it changes from the first open month on, and never in a closed one. */
let past: Awaited<ReturnType<typeof createYear>>;
let year: Awaited<ReturnType<typeof createYear>>;
let editor: Person;
let [one, two] = [0, 0];

beforeAll(async () => {
  past = await createYear('FY25', { state: 'CLOSED' });
  year = await createYear('FY26');
  editor = await as('Editor');
  await close();
});
beforeEach(async () => {
  [one, two] = [(await createEntity()).id, (await createEntity()).id];
});

const close = () =>
  sql(`UPDATE periods SET state = 'CLOSED' WHERE fiscal_year_id = $1 OR fiscal_year_id = $2 AND number <= 3`, [
    past.id,
    year.id,
  ]);
/** What closed months hold was there before they were closed. */
async function beforeTheClose<Made>(make: () => Promise<Made>): Promise<Made> {
  await sql(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id IN ($1, $2)`, [past.id, year.id]);
  const made = await make();
  await close();
  return made;
}
const planned = (overrides = {}) =>
  beforeTheClose(() =>
    factories.createService({ entityId: one, ...overrides }, { planId: year.planId, months: everyMonth('10.00') }),
  );
const createKey = (...given: Parameters<typeof factories.createKey>) =>
  beforeTheClose(() => factories.createKey(...given));
const patch = (id: number, body: object, fy = 'FY26') =>
  editor.patch(`/api/budgets/${id}?fy=${fy}`).set({ 'if-match': '"v1"' }).send(body);
/** What falls on each entity in two months, one closed and one open. */
const marchAndApril = async (id: number) =>
  (
    await sql<{ entity_id: number; closed: string; open: string }>(
      `SELECT entity_id, b03::numeric(20, 2)::text AS closed, b04::numeric(20, 2)::text AS open FROM service_entity_years
       WHERE service_id = $1 AND fiscal_year_id = $2 ORDER BY entity_id NULLS LAST`,
      [id, year.id],
    )
  ).map(({ entity_id, closed, open }) => [entity_id, closed, open]);
const assignmentsOf = (id: number) =>
  sql(
    `SELECT valid_from::text AS "from", service_type AS type, entity_id AS entity, budget_key_id AS key
     FROM service_assignments WHERE service_id = $1 ORDER BY valid_from`,
    [id],
  );
const refusal = (text: string, values: unknown[]) =>
  sql(text, values).then(
    () => 'accepted',
    (error: unknown) => (error as pg.DatabaseError).code,
  );

describe('an edit of the entity, the type or a key', () => {
  test('counts from the first open month on; closed months keep their shares', async () => {
    const { id } = await planned();
    await patch(id, { entityId: two }).expect(200);
    expect(await marchAndApril(id)).toEqual([
      [one, '10.00', '0.00'],
      [two, '0.00', '10.00'],
    ]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('makes a dedicated service a shared one, and later gives it another key', async () => {
    const [halves, all] = [await createKey([[one, '1'], [two, '1']]), await createKey([[two, '1']])]; // prettier-ignore
    const { id } = await planned();
    const { body } = await patch(id, { serviceType: 'Shared', budgetKeyId: halves.id }).expect(200);
    expect(body).toMatchObject({ serviceType: 'Shared', entityId: null, budgetKeyId: halves.id });
    expect(await marchAndApril(id)).toEqual([
      [one, '10.00', '5.00'],
      [two, '0.00', '5.00'],
    ]);
    await sql('UPDATE services SET budget_key_id = $1 WHERE id = $2', [all.id, id]);
    expect(await marchAndApril(id)).toEqual([
      [one, '10.00', '0.00'],
      [two, '0.00', '10.00'],
    ]);
    expect(await assignmentsOf(id)).toEqual([
      { from: '0001-01-01', type: 'Dedicated', entity: one, key: null },
      { from: '2025-07-01', type: 'Shared', entity: null, key: all.id },
    ]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('leaves alone what a later assignment says of other fields', async () => {
    const [key, later] = [await createKey([[one, '1']]), await createKey([[two, '1']])];
    const { id } = await planned();
    await sql(
      `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id) VALUES ($1, '2026-01-01', 'Dedicated', $2, $3)`,
      [id, two, later.id],
    );
    await patch(id, { actualKeyId: key.id }).expect(412); // the service shows its latest assignment, so it has changed
    await editor
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set({ 'if-match': '"v2"' })
      .send({ actualKeyId: key.id })
      .expect(200);
    expect(await assignmentsOf(id)).toEqual([
      { from: '0001-01-01', type: 'Dedicated', entity: one, key: null },
      { from: '2025-07-01', type: 'Dedicated', entity: one, key: null },
      { from: '2026-01-01', type: 'Dedicated', entity: two, key: later.id },
    ]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('planned for a year to come counts from that year on', async () => {
    const next = await createYear('FY40', { reportedThrough: 0 });
    const { id } = await planned();
    await patch(id, { entityId: two }, next.label).expect(200);
    expect(await marchAndApril(id)).toEqual([[one, '10.00', '10.00']]);
    expect((await assignmentsOf(id)).at(-1)).toEqual({ from: '2039-04-01', type: 'Dedicated', entity: two, key: null });
    expect(await brokenInvariants()).toEqual([]);
  });

  test('is in the log of its entities of now, and no more of those it came from', async () => {
    const { id } = await planned();
    await patch(id, { entityId: two }).expect(200);
    await editor.patch(`/api/budgets/${id}?fy=FY26`).set({ 'if-match': '"v2"' }).send({ owner: 'Asha' }).expect(200);
    const entries = await sql('SELECT entity_ids AS ids FROM audit_entries WHERE subject_id = $1 ORDER BY id', [id]);
    expect(entries).toEqual([{ ids: [two, one] }, { ids: [two] }]);
  });

  test('is refused in a year that is closed, and says so', async () => {
    const { id } = await planned();
    const { body } = await patch(id, { entityId: two }, past.label).expect(409);
    expect(body.detail).toContain('Every month of FY25 is closed');
    await patch(id, { owner: 'Somebody else' }, past.label).expect(200);
    expect(await assignmentsOf(id)).toHaveLength(1);
  });

  test('waits for the month that is being closed, and is refused then', async () => {
    const { id } = await planned();
    const closing = new pg.Client({ connectionString: process.env['DATABASE_URL']! });
    await closing.connect();
    await closing.query('BEGIN');
    await closing.query(`UPDATE periods SET state = 'CLOSED' WHERE number = 4 AND fiscal_year_id = $1`, [year.id]);
    let isOver = false;
    const edit = patch(id, { entityId: two }).then(({ status }) => ((isOver = true), status));
    const waits = 'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = $1';
    await expect.poll(async () => isOver || (await sql(waits, ['Lock'])).length > 0).toBe(true);
    await closing.query('COMMIT');
    expect(await edit).toBe(409);
    await closing.query(`UPDATE periods SET state = 'OPEN' WHERE number = 4 AND fiscal_year_id = $1`, [year.id]);
    await closing.end();
    expect(await marchAndApril(id)).toEqual([[one, '10.00', '10.00']]);
  });
});

describe('the database', () => {
  test('begins every service with an assignment, also where months are closed', async () => {
    const { id } = await planned();
    expect(await assignmentsOf(id)).toEqual([{ from: '0001-01-01', type: 'Dedicated', entity: one, key: null }]);
  });

  test.each([
    ['a change', 'UPDATE service_assignments SET entity_id = $2 WHERE service_id = $1'],
    ['another date', `UPDATE service_assignments SET valid_from = '2025-06-01', entity_id = $2 WHERE service_id = $1`],
    ['a removal', 'DELETE FROM service_assignments WHERE service_id = $1 AND $2 > 0'],
    [
      'one in between',
      `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id) VALUES ($1, '2025-06-01', 'Dedicated', $2)`,
    ],
  ])('refuses %s that touches a closed month', async (_, statement) => {
    const { id } = await planned();
    expect(await refusal(statement, [id, two])).toBe('OP001');
    expect(await assignmentsOf(id)).toHaveLength(1);
  });

  test('takes what changes nothing there, and a service that goes', async () => {
    const { id } = await factories.createService({ entityId: one });
    const same = `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id) VALUES ($1, '2025-06-01', 'Dedicated', $2)`;
    expect(await refusal(same, [id, one])).toBe('accepted');
    expect(await refusal('DELETE FROM service_assignments WHERE service_id = $1 AND valid_from > $2', [id, '2025-01-01'])).toBe('accepted'); // prettier-ignore
    expect(await refusal('DELETE FROM services WHERE id = $1', [id])).toBe('accepted');
    expect(await assignmentsOf(id)).toEqual([]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('makes a service show its latest assignment, by whomever it is written', async () => {
    const { id } = await planned();
    await sql(
      `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id) VALUES ($1, '2025-07-01', 'Dedicated', $2)`,
      [id, two],
    );
    const shown = () => sql('SELECT entity_id AS entity FROM services WHERE id = $1', [id]);
    expect(await shown()).toEqual([{ entity: two }]);
    await sql(`DELETE FROM service_assignments WHERE service_id = $1 AND valid_from > '2025-01-01'`, [id]);
    expect(await shown()).toEqual([{ entity: one }]);
    expect(await brokenInvariants()).toEqual([]);
  });
});

test('two entities that become one are one at all times', async () => {
  const { id } = await planned();
  await patch(id, { entityId: two }).expect(200);
  const admin = await as('Admin');
  await admin
    .post(`/api/entities/${one}/merge`)
    .set({ 'if-match': '"v1"' })
    .send({ intoId: two, intoVersion: 1, reason: 'Two names of one' })
    .expect(200);
  expect(await marchAndApril(id)).toEqual([[two, '10.00', '10.00']]);
  expect(await brokenInvariants()).toEqual([]);

  const { body } = await admin.get('/api/master-merges').expect(200);
  const [merge] = (body as { data: { id: number; version: number }[] }).data;
  await admin
    .post(`/api/master-merges/${merge!.id}/undo`)
    .set({ 'if-match': `"v${merge!.version}"` })
    .send({ reason: 'They are two after all' })
    .expect(200);
  expect(await marchAndApril(id)).toEqual([
    [one, '10.00', '0.00'],
    [two, '0.00', '10.00'],
  ]);
  expect(await brokenInvariants()).toEqual([]);
});
