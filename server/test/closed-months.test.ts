import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
  monthColumns,
} from './factories/index.ts';
import { brokenInvariants } from './harness/invariants.ts';

/** A closed month keeps every fact that a report of it is made of, also for a writer who never heard of our code. */
const client = new pg.Client({ connectionString: process.env['DATABASE_URL']! });
const rows = async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows;
const outcome = async (text: string, ...values: unknown[]) =>
  rows(text, ...values).then(
    () => 'accepted',
    (error: unknown) => {
      const { code, constraint } = error as pg.DatabaseError;
      return code === 'OP001' ? constraint : code;
    },
  );

let year: Awaited<ReturnType<typeof createYear>>;
let other: Awaited<ReturnType<typeof createYear>>;
let planned: { id: number };
let bare: { id: number };
let key: { id: number };
const ids: Record<string, number> = {};
/** `:name` stands for an id made below. */
const withIds = (text: string) => text.replace(/:(\w+)\b/g, (whole, name: string) => String(ids[name] ?? whole));

beforeAll(async () => {
  await client.connect();
  year = await createYear('FY26');
  other = await createYear('FY25');
  const [a, b] = [await createEntity(), await createEntity()];
  key = await createKey([[a.id, '1']], '2025-04-01');
  await rows(`INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-07-01')`, key.id);
  planned = await createService({ entityId: a.id }, { planId: year.planId, months: everyMonth('1.00') });
  bare = await createService({ entityId: a.id });
  await createActual({ serviceId: planned.id, entityId: a.id, fiscalYearId: year.id, months: everyMonth('1.00') });
  const [{ id: revision }] = await rows(
    `INSERT INTO plan_versions (fiscal_year_id, name) VALUES ($1, 'Revision') RETURNING id`,
    year.id,
  );
  const [{ id: usd }] = await rows(`INSERT INTO currencies (code, name) VALUES ('USD', 'Dollar') RETURNING id`);
  for (const day of ['2025-05-10', '2025-06-10', '2024-05-10'])
    for (const set of ['PLAN', 'ACTUAL'])
      await rows(
        `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) VALUES ($1, $2, $3, 80)`,
        set,
        usd,
        day,
      );
  await rows(`UPDATE periods SET state = 'CLOSED' WHERE number <= 2 AND fiscal_year_id = $1`, year.id);
  await rows(`UPDATE periods SET state = 'SOFT' WHERE number = 3 AND fiscal_year_id = $1`, year.id);
  const versions = await rows(`SELECT id FROM allocation_key_versions ORDER BY valid_from`);
  Object.assign(ids, { a: a.id, b: b.id, usd, revision, year: year.id, other: other.id });
  Object.assign(ids, { plan: year.planId, otherPlan: other.planId, planned: planned.id, bare: bare.id, key: key.id });
  Object.assign(ids, { april: versions[0].id, july: versions[1].id });
});
afterAll(() => client.end());

/** Every case is tried in a transaction of its own that is taken back. */
beforeEach(() => rows('BEGIN'));
afterEach(() => rows('ROLLBACK'));

const budgets = 'plan_lines_period_open';
const keys = 'allocation_keys_period_open';
const rates = 'currency_rates_period_open';
const plans = 'plan_versions_period_open';

describe('the database refuses', () => {
  test.each([
    ['another budget', 'UPDATE plan_lines SET m01 = 2 WHERE service_id = :planned', budgets],
    ['no budget any more', 'UPDATE plan_lines SET m02 = NULL WHERE service_id = :planned', budgets],
    ['a first budget', `INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES (:plan, :bare, 0)`, budgets],
    ['to delete the line of a budget', 'DELETE FROM plan_lines WHERE service_id = :planned', budgets],
    ['to move a budget to another service', 'UPDATE plan_lines SET service_id = :bare', budgets],
    ['to move a budget to another plan', 'UPDATE plan_lines SET plan_version_id = :revision', budgets],
    [
      'to write over a budget',
      `INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES (:plan, :planned, 7)
       ON CONFLICT (plan_version_id, service_id) DO UPDATE SET m01 = excluded.m01`,
      budgets,
    ],
    [
      'a version of a key from a closed month on',
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES (:key, '2025-05-01')`,
      keys,
    ],
    [
      'a first version of a key that reaches over one',
      `WITH k AS (INSERT INTO allocation_keys (name, driver_type) VALUES ('New', 'x') RETURNING id)
       INSERT INTO allocation_key_versions (allocation_key_id, valid_from) SELECT id, '2020-01-01' FROM k`,
      keys,
    ],
    [
      'another value of a key',
      'UPDATE allocation_drivers SET value = 5 WHERE allocation_key_version_id = :april',
      keys,
    ],
    ['another entity of a key', 'UPDATE allocation_drivers SET entity_id = :b', keys],
    ['a value more', 'INSERT INTO allocation_drivers VALUES (:april, :b, 1)', keys],
    ['a value less', 'DELETE FROM allocation_drivers', keys],
    ['to move values to another version', 'UPDATE allocation_drivers SET allocation_key_version_id = :july', keys],
    [
      'to begin a version later',
      `UPDATE allocation_key_versions SET valid_from = '2025-06-01' WHERE id = :april`,
      keys,
    ],
    [
      'to pull a later version over one',
      `UPDATE allocation_key_versions SET valid_from = '2025-05-01' WHERE id = :july`,
      keys,
    ],
    [
      'to delete a version',
      'DELETE FROM allocation_drivers; DELETE FROM allocation_key_versions WHERE id = :april',
      keys,
    ],
    ['an actual rate of a day in one', "UPDATE currency_rates SET rate = 81 WHERE rate_set = 'ACTUAL'", rates],
    [
      'to delete an actual rate',
      `DELETE FROM currency_rates WHERE effective_date = '2025-05-10' AND rate_set = 'ACTUAL'`,
      rates,
    ],
    [
      'a new actual rate',
      `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) VALUES ('ACTUAL', :usd, '2025-04-30', 80)`,
      rates,
    ],
    [
      'to date an actual rate into one',
      `UPDATE currency_rates SET effective_date = '2025-05-31' WHERE effective_date = '2025-06-10' AND rate_set = 'ACTUAL'`,
      rates,
    ],
    [
      'a plan rate of the year, though it is dated later',
      `UPDATE currency_rates SET rate = 81 WHERE effective_date = '2025-06-10' AND rate_set = 'PLAN'`,
      rates,
    ],
    ['to delete the month', 'DELETE FROM periods WHERE number = 1 AND fiscal_year_id = :year', 'periods_closed_stay'],
    [
      'to renumber the month',
      'UPDATE periods SET number = 11 WHERE number = 1 AND fiscal_year_id = :year',
      'periods_closed_stay',
    ],
    [
      'to take the current plan to another year',
      `UPDATE plan_versions SET is_current = false WHERE id = :otherPlan;
       UPDATE plan_versions SET fiscal_year_id = :other, name = 'x' WHERE id = :plan`,
      plans,
    ],
  ])('%s', async (_what, statement, rule) => {
    expect(await outcome(withIds(statement))).toBe(rule);
  });
});

describe('a switch of the current plan', () => {
  const switchTo = async (...versions: string[]) => {
    await rows('SET CONSTRAINTS ALL DEFERRED');
    for (const version of versions) {
      await rows(withIds('UPDATE plan_versions SET is_current = false WHERE fiscal_year_id = :year AND is_current'));
      await rows(withIds(`UPDATE plan_versions SET is_current = true WHERE id = ${version}`));
    }
    return outcome('SET CONSTRAINTS ALL IMMEDIATE');
  };
  const copyInto = (months: string) =>
    rows(
      withIds(
        `INSERT INTO plan_lines (plan_version_id, service_id, ${months}) SELECT :revision, service_id, ${months} FROM plan_lines`,
      ),
    );
  const all = Object.keys(monthColumns(everyMonth('0'))).join(', ');

  test('is refused when a closed month would say something else', async () => {
    await copyInto(all);
    await rows(withIds('UPDATE plan_lines SET m02 = 1.01 WHERE plan_version_id = :revision'));
    expect(await switchTo(':revision')).toBe(plans);
  });

  test('is refused to a plan that lacks a service', async () => {
    expect(await switchTo(':revision')).toBe(plans);
  });

  test('is taken when only open months differ, and back again within one transaction', async () => {
    await copyInto(all);
    await rows(withIds('UPDATE plan_lines SET m09 = 77 WHERE plan_version_id = :revision'));
    expect(await switchTo(':revision')).toBe('accepted');
    expect(await switchTo(':plan', ':revision', ':plan')).toBe('accepted');
  });

  test('is refused to nothing at all, and then from nothing to another budget', async () => {
    await rows(withIds('UPDATE plan_versions SET is_current = false WHERE id = :plan'));
    expect(await outcome('SET CONSTRAINTS ALL IMMEDIATE')).toBe(plans);
    await rows('ROLLBACK');
    await rows(withIds(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = :year`));
    await rows(withIds('UPDATE plan_versions SET is_current = false WHERE id = :plan'));
    await rows(withIds(`UPDATE periods SET state = 'CLOSED' WHERE number <= 2 AND fiscal_year_id = :year`));
    await rows('BEGIN');
    await rows(withIds('UPDATE plan_versions SET is_current = true WHERE id = :plan'));
    expect(await outcome('SET CONSTRAINTS ALL IMMEDIATE')).toBe(plans);
    await rows('ROLLBACK');
    await rows(withIds(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = :year`));
    await rows(withIds('UPDATE plan_versions SET is_current = true WHERE id = :plan'));
    await rows(withIds(`UPDATE periods SET state = 'CLOSED' WHERE number <= 2 AND fiscal_year_id = :year`));
  });
});

describe('the database takes', () => {
  test.each([
    ['a budget in an open month', 'UPDATE plan_lines SET m03 = 5, m12 = NULL WHERE service_id = :planned'],
    [
      'a budget written over as it is',
      `INSERT INTO plan_lines (plan_version_id, service_id, m01, m02, m04) VALUES (:plan, :planned, 1, 1, 9)
       ON CONFLICT (plan_version_id, service_id) DO UPDATE SET m01 = excluded.m01, m02 = excluded.m02, m04 = excluded.m04`,
    ],
    [
      'an actual written over as it is',
      `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, m01, m04) VALUES (:planned, :a, :year, 'MANUAL', 1, 9)
       ON CONFLICT (service_id, fiscal_year_id, entity_id, source) DO UPDATE SET m01 = excluded.m01, m04 = excluded.m04`,
    ],
    [
      'any budget of a plan that is not the current one',
      `INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES (:revision, :bare, 5)`,
    ],
    [
      'a line without a budget in a closed month',
      `INSERT INTO plan_lines (plan_version_id, service_id, m03) VALUES (:plan, :bare, 5)`,
    ],
    [
      'a version of a key from an open month on',
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES (:key, '2025-06-01')`,
    ],
    ['values of a version of open months', 'INSERT INTO allocation_drivers VALUES (:july, :b, 1)'],
    [
      'to move a version among open months',
      `UPDATE allocation_key_versions SET valid_from = '2025-06-01' WHERE id = :july`,
    ],
    ['to delete a version of open months', 'DELETE FROM allocation_key_versions WHERE id = :july'],
    [
      'an actual rate of an open month',
      `UPDATE currency_rates SET rate = 81 WHERE effective_date = '2025-06-10' AND rate_set = 'ACTUAL'`,
    ],
    ['rates of a year without a closed month', `DELETE FROM currency_rates WHERE effective_date = '2024-05-10'`],
    ['the next version of a rate that stays', 'UPDATE currency_rates SET version = version + 1'],
  ])('%s', async (_what, statement) => {
    expect(await outcome(withIds(statement))).toBe('accepted');
  });
});

test('a month says since when it is closed, and every process is told', async () => {
  const tag = `SELECT version::int AS version FROM cache_tags WHERE tag = 'masters'`;
  const [before] = (await rows(tag)) as [{ version: number }];
  const state = (number: number) =>
    rows(
      `SELECT state, state_since > now() - interval '1 minute' AS fresh FROM periods WHERE number = $1 AND fiscal_year_id = $2`,
      number,
      year.id,
    );
  expect(await state(7)).toEqual([{ state: 'OPEN', fresh: null }]);
  await rows(`UPDATE periods SET state = 'CLOSED' WHERE number = 7 AND fiscal_year_id = $1`, year.id);
  expect(await state(7)).toEqual([{ state: 'CLOSED', fresh: true }]);
  expect(await rows(tag)).toEqual([{ version: before.version + 1 }]);
});

test('after all this every sum, share and link of the log is right', async () => {
  await rows('ROLLBACK');
  expect(await brokenInvariants()).toEqual([]);
});
