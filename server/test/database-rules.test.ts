import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createOrder } from './factories/index.ts';
import { figuresAreSettled } from './harness/sql.ts';
import { rulesStory } from './stories/rules.ts';

/** Rules that hold for every writer, also one that never heard of our code. */
const { client, sql, refusal, ids } = await rulesStory();

/** `:name` stands for an id made above. */
const withIds = (text: string) => text.replace(/:(\w+)\b/g, (whole, name: string) => String(ids[name] ?? whole));

const check = '23514';
const unique = '23505';
const inUse = /^23(503|001)$/;
const missing = '23503';

describe('the database refuses', () => {
  test.each([
    // Money is exact, and a number.
    ['half a paisa in a budget', 'UPDATE plan_lines SET m05 = 1.005', check],
    ['half a paisa in an actual', 'UPDATE actuals SET m05 = 0.001', check],
    ['half a paisa in an order', 'UPDATE purchase_splits SET ordered = 1.005', check],
    ['not-a-number as a budget', `UPDATE plan_lines SET m05 = 'NaN'`, check],
    ['not-a-number as an actual', `UPDATE actuals SET m05 = 'NaN'`, check],
    ['not-a-number as a driver', `UPDATE allocation_drivers SET value = 'NaN'`, check],
    ['not-a-number as a rate', `UPDATE currency_rates SET rate = 'NaN'`, check],
    ['an infinite budget', `UPDATE plan_lines SET m05 = 'Infinity'`, '22003'],
    ['more than sixteen digits', 'UPDATE plan_lines SET m05 = 10000000000000000', '22003'],
    ['a budget of an absurd size', 'UPDATE plan_lines SET m05 = 1000000000000', check],
    ['a saving of an absurd size', 'UPDATE plan_lines SET m05 = -1000000000000', check],
    ['an actual of an absurd size', 'UPDATE actuals SET m05 = 1000000000000', check],
    ['an order of an absurd size', 'UPDATE purchase_lines SET base_value = 1000000000000', check],
    ['a split of an absurd size', 'UPDATE purchase_splits SET ordered = 1000000000000', check],
    ['a total of one’s own', 'UPDATE plan_lines SET total = 5', '428C9'],
    ['a negative driver', 'UPDATE allocation_drivers SET value = -1', check],
    ['a negative order', 'UPDATE purchase_splits SET ordered = -1', check],
    ['a negative invoice', 'UPDATE purchase_splits SET invoiced = -1', check],
    ['a negative cancellation', 'UPDATE purchase_splits SET cancelled = -1', check],
    ['a negative order line', 'UPDATE purchase_lines SET base_value = -1', check],
    ['a rate of zero', 'UPDATE currency_rates SET rate = 0', check],
    // Words of a closed list.
    ['an unknown service type', `UPDATE services SET service_type = 'Free'`, check],
    ['an unknown initiative type', `UPDATE services SET initiative_type = 'Old'`, check],
    ['an unknown phasing', `UPDATE services SET phasing = 'RANDOM'`, check],
    ['an unknown source', `UPDATE actuals SET source = 'GUESS'`, check],
    ['an unknown period state', `UPDATE periods SET state = 'AJAR'`, check],
    ['an unknown plan state', `UPDATE plan_versions SET state = 'OPEN'`, check],
    ['an unknown role', `UPDATE users SET role = 'Owner'`, check],
    ['an unknown rate set', `UPDATE currency_rates SET rate_set = 'SPOT'`, check],
    ['a currency code that is none', `INSERT INTO currencies (code, name) VALUES ('usd', 'x')`, check],
    ['a thirteenth period', `UPDATE periods SET number = 13 WHERE number = 12`, check],
    ['a year that ends before it starts', `UPDATE fiscal_years SET end_date = '2001-01-01' WHERE id = :open`, check],
    ['a label that is none', `UPDATE fiscal_years SET label = '2026' WHERE id = :open`, check],
    ['to date beyond the year', 'UPDATE fiscal_years SET reported_through = 13', check],
    [
      'a key that begins within a month',
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES (:key, '2025-05-02')`,
      check,
    ],
    ['an order without a number', `UPDATE purchase_lines SET po_number = '', pr_number = ''`, check],
    ['a blank name', `UPDATE vendors SET name = '  '`, check],
    ['a blank UID', `UPDATE services SET uid = ' ' WHERE id = :service`, check],
    ['an empty remark', `UPDATE remarks SET text = ' '`, check],
    // Sense.
    ['an end before the start', `UPDATE services SET start_date = '2026-01-02', end_date = '2026-01-01'`, check],
    ['a shared service of one entity', `UPDATE services SET service_type = 'Shared' WHERE id = :service`, check],
    ['a service as its own parent', 'UPDATE services SET parent_id = id WHERE id = :service', /^(23514|OP003)$/],
    ['a loop of parents', 'UPDATE services SET parent_id = :grandchild WHERE id = :service', 'OP003'],
    ['a budget that does not say of what', 'INSERT INTO plan_lines (plan_version_id) VALUES (:openPlan)', '23502'],
    // One of a kind.
    ...['vendors', 'towers', 'budget_heads', 'entities', 'po_entities', 'allocation_types'].map((table) => [
      `a name twice in ${table}`,
      `INSERT INTO ${table} (name) VALUES ('Straße  Nord'), (' straße nord ')`,
      unique,
    ]),
    [
      'a name twice among keys',
      `INSERT INTO allocation_keys (name, driver_type) VALUES ('K', 'x'), ('k ', 'x')`,
      unique,
    ],
    ['a UID twice, in another case', `INSERT INTO services (uid) VALUES (' svc-1')`, unique],
    [
      'an e-mail address twice',
      `INSERT INTO users (email, name, password_hash, role) SELECT upper(email), 'x', 'x', 'Viewer' FROM users`,
      unique,
    ],
    ['a second current plan', 'UPDATE plan_versions SET is_current = true', unique],
    [
      'a second line of a service in a plan',
      'INSERT INTO plan_lines (plan_version_id, service_id) VALUES (:openPlan, :service)',
      unique,
    ],
    [
      'a second actual of the same source',
      `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source) VALUES (:service, :entity, :open, 'MANUAL')`,
      unique,
    ],
    [
      'a second rate of a day',
      `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) SELECT rate_set, currency_id, effective_date, 2 FROM currency_rates`,
      unique,
    ],
    [
      'a period twice',
      `INSERT INTO periods (fiscal_year_id, number, start_date, end_date) VALUES (:open, 1, '2020-01-01', '2020-01-31')`,
      unique,
    ],
    ['a second head of the log', `INSERT INTO audit_heads (id, last_id, last_hash) VALUES (true, 0, '')`, unique],
    // What is referred to stays.
    ['to delete a vendor in use', 'DELETE FROM vendors WHERE id = :vendor', inUse],
    ['to delete an entity in use', 'DELETE FROM entities WHERE id = :entity', inUse],
    ['to delete a key in use', 'DELETE FROM allocation_keys WHERE id = :key', inUse],
    [
      'to delete a key version with drivers',
      'DELETE FROM allocation_key_versions WHERE allocation_key_id = :key',
      inUse,
    ],
    ['to delete a service with money', 'DELETE FROM services WHERE id = :service', inUse],
    ['to delete a parent', 'DELETE FROM services WHERE id = :child', inUse],
    ['to delete an order line with splits', 'DELETE FROM purchase_lines WHERE id = :order', inUse],
    ['to delete a currency in use', 'DELETE FROM currencies', inUse],
    ['to delete a plan with lines', 'DELETE FROM plan_versions WHERE id = :openPlan', inUse],
    ['to delete a year', 'DELETE FROM fiscal_years WHERE id = :open', inUse],
    ['to delete somebody who wrote a remark', 'DELETE FROM users WHERE id = :user', inUse],
    ['a vendor that does not exist', 'UPDATE services SET vendor_id = 999999 WHERE id = :service', missing],
    // What is closed stays closed.
    ['an actual in a closed month', 'UPDATE actuals SET m01 = 6 WHERE id = :actual', 'OP001'],
    ['an actual where a closed month had none', 'UPDATE actuals SET m02 = 0 WHERE id = :actual', 'OP001'],
    ['to empty a closed month', 'UPDATE actuals SET m01 = NULL WHERE id = :actual', 'OP001'],
    ['to delete an actual of a closed month', 'DELETE FROM actuals WHERE id = :actual', 'OP001'],
    [
      'a new actual in a closed month',
      `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, m01) VALUES (:child, :entity, :open, 'MANUAL', 1)`,
      'OP001',
    ],
    [
      'to move an actual of a closed month to another service',
      'UPDATE actuals SET service_id = :child WHERE id = :actual',
      'OP001',
    ],
    [
      'to move an actual out of a closed month of another year',
      'UPDATE actuals SET fiscal_year_id = :locked WHERE id = :actual',
      'OP001',
    ],
    [
      'a budget in a locked plan',
      'INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES (:lockedPlan, :service, 1)',
      'OP002',
    ],
    ['to move a budget into a locked plan', 'UPDATE plan_lines SET plan_version_id = :lockedPlan', 'OP002'],
    [
      'a budget in an approved plan',
      `INSERT INTO plan_lines (plan_version_id, service_id) SELECT id, :service FROM plan_versions WHERE state = 'APPROVED'`,
      'OP002',
    ],
    ['splits over their order line', 'UPDATE purchase_splits SET ordered = 100.01', 'OP004'],
    ['an order line below its splits', 'UPDATE purchase_lines SET base_value = 99.99', 'OP004'],
    [
      'a second split beyond the line',
      'INSERT INTO purchase_splits (purchase_line_id, service_id, fiscal_year_id, ordered) VALUES (:order, :child, :open, 0.01)',
      'OP004',
    ],
    // What happened has happened.
    ['to change the log', `UPDATE audit_entries SET reason = 'x'`, 'OP005'],
    ['to shorten the log', 'DELETE FROM audit_entries', 'OP005'],
    ['to empty the log', 'TRUNCATE audit_entries', 'OP005'],
  ] as [string, string, string | RegExp][])('%s', async (_what, statement, code) => {
    expect(await refusal(withIds(statement))).toMatch(code);
  });

  test('to take a line out of a plan that is settled', async () => {
    await sql(
      `INSERT INTO plan_lines (plan_version_id, service_id, m05) VALUES ($1, $2, 1)`,
      ids['openPlan'],
      ids['child'],
    );
    await sql(`UPDATE plan_versions SET state = 'SUBMITTED' WHERE id = $1`, ids['openPlan']);
    const [draft] = await sql(
      `INSERT INTO plan_versions (fiscal_year_id, name) VALUES ($1, 'Elsewhere') RETURNING id`,
      ids['open'],
    );
    expect(
      await refusal(`UPDATE plan_lines SET plan_version_id = $1 WHERE service_id = $2`, draft.id, ids['child']),
    ).toBe('OP002');
    expect(await refusal(`UPDATE plan_lines SET m05 = 2 WHERE service_id = $1`, ids['child'])).toBe('OP002');
    expect(await refusal(`DELETE FROM plan_lines WHERE service_id = $1`, ids['child'])).toBe('OP002');
    await sql(`UPDATE plan_versions SET state = 'RETURNED' WHERE id = $1`, ids['openPlan']);
    await sql(`UPDATE plan_lines SET m05 = 2 WHERE service_id = $1`, ids['child']);
  });
});

describe('the database takes', () => {
  test('an actual in an open month of a row with closed ones', async () => {
    await sql('UPDATE actuals SET m03 = 8, m04 = -1.25 WHERE id = $1', ids['actual']);
    await sql(`UPDATE actuals SET m01 = 5.0000 WHERE id = $1`, ids['actual']);
  });

  test('splits up to the order line, in any order within a transaction', async () => {
    await sql('BEGIN');
    await sql(
      'INSERT INTO purchase_splits (purchase_line_id, service_id, fiscal_year_id, ordered) VALUES ($1, $2, $3, 40)',
      ids['order'],
      ids['child'],
      ids['open'],
    );
    await sql('UPDATE purchase_splits SET ordered = 60 WHERE service_id = $1', ids['service']);
    await sql('COMMIT');
    await figuresAreSettled(client);
    const [{ committed }] = await sql('SELECT sum(committed)::int AS committed FROM service_years');
    expect(committed).toBe(100);
  });

  test('two writers of splits one after the other, never both beyond the line', async () => {
    const other = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
    await other.connect();
    const order = await createOrder({ serviceId: ids['service']!, fiscalYearId: ids['open']!, ordered: '100.00' });
    await sql('UPDATE purchase_splits SET ordered = 50 WHERE purchase_line_id = $1', order.id);
    const add =
      'INSERT INTO purchase_splits (purchase_line_id, service_id, fiscal_year_id, ordered) VALUES ($1, $2, $3, 40)';
    const outcomes = await Promise.allSettled([
      sql(add, order.id, ids['child'], ids['open']),
      other.query(add, [order.id, ids['grandchild'], ids['open']]),
    ]);
    await other.end();
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
