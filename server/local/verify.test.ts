import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../src/database/migrate.ts';
import { settleLeft } from '../src/features/figures/settling.service.ts';
import { loadDemo } from './demo/load.ts';
import { verify } from '../src/verify/verify.ts';

const adminUrl = process.env.TEST_DATABASE_URL ?? '';
const asOf = '2026-01-20';
const made: string[] = [];

async function run(url: string, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let result = await client.query('SELECT');
    for (const statement of statements) result = await client.query(statement);
    return result;
  } finally {
    await client.end();
  }
}

/** As a server does that finds figures due. */
async function settle(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  while ((await client.query('SELECT FROM due_figures LIMIT 1')).rowCount) {
    await client.query('BEGIN');
    await settleLeft(client);
    await client.query('COMMIT');
  }
  await client.end();
}

async function createDatabase(template = 'template1'): Promise<string> {
  const name = `verify_${randomBytes(6).toString('hex')}`;
  await run(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  made.push(name);
  const url = new URL(adminUrl);
  url.pathname = name;
  return url.href;
}

const broken = async (url: string) => (await verify(url)).filter(({ ok }) => !ok).map(({ name }) => name);
const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** Everything a load writes that is not a clock. */
async function fingerprint(url: string): Promise<string[]> {
  const tables = [
    ...[
      'vendors',
      'entities',
      'allocation_keys',
      'allocation_key_versions',
      'allocation_drivers',
      'currency_rates',
      'periods',
    ],
    ...['services', 'remarks', 'plan_versions', 'plan_lines', 'actuals', 'purchase_lines', 'purchase_splits'],
    ...['service_years', 'service_entity_years', 'tower_entity_years', 'vendor_entity_years', 'vendor_years'],
  ];
  const sums = tables.map(
    (table) =>
      `SELECT '${table} ' || count(*) || ' ' || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t`,
  );
  const { rows } = await run(url, sums.join(' UNION ALL '));
  return (rows as Record<string, string>[]).flatMap(Object.values);
}

let demo: string;

beforeAll(async () => {
  demo = await createDatabase();
  await applyMigrations(demo);
  await loadDemo(demo, { size: 'demo', asOf });
}, 60_000);

afterAll(async () => {
  for (const name of made) await run(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
}, 60_000);

describe('the demo company', () => {
  it('is the same each time', async () => {
    const again = await createDatabase();
    await applyMigrations(again);
    await loadDemo(again, { size: 'demo', asOf });
    expect(await fingerprint(again)).toEqual(await fingerprint(demo));
  }, 60_000);

  it('goes only into an empty database, and leaves the other one as it was', async () => {
    const before = await fingerprint(demo);
    await expect(loadDemo(demo, { size: 'demo', asOf })).rejects.toThrow('already holds');
    expect(await fingerprint(demo)).toEqual(before);
  });

  it('closes the past and leaves the present open', async () => {
    const { rows } = await run(
      demo,
      `SELECT label, string_agg(left(p.state, 1), '' ORDER BY number) AS periods, v.state AS plan
       FROM fiscal_years y JOIN periods p ON p.fiscal_year_id = y.id JOIN plan_versions v ON v.fiscal_year_id = y.id
       GROUP BY label, v.state ORDER BY label`,
    );
    expect(rows).toEqual([
      { label: 'FY24', periods: 'CCCCCCCCCCCC', plan: 'LOCKED' },
      { label: 'FY25', periods: 'CCCCCCCCCCCC', plan: 'DRAFT' },
      { label: 'FY26', periods: 'CCCCCCCCSOOO', plan: 'DRAFT' },
    ]);
  });

  it('tells its story: a tower over budget, one shared service without a key, a large contract about to end', async () => {
    const { rows } = await run(
      demo,
      `SELECT (SELECT round(100 * sum(ytd_variance) / sum(ytd_budget)) FROM service_years y JOIN services s ON s.id = y.service_id
          JOIN towers t ON t.id = s.tower_id WHERE t.name = 'Cloud platforms' AND fiscal_year_id = 3)::integer AS clouds,
        (SELECT array_agg(DISTINCT uid) FROM service_entity_years n JOIN services s ON s.id = n.service_id
          WHERE n.entity_id IS NULL) AS unallocated,
        (SELECT array_agg(uid) FROM services JOIN service_years ON service_id = id AND fiscal_year_id = 3
          WHERE end_date = date '${asOf}' + 45 AND budget > 100000000) AS expiring`,
    );
    expect(rows).toEqual([{ clouds: expect.any(Number), unallocated: ['SVC-0203'], expiring: ['SVC-0042'] }]);
    expect((rows as { clouds: number }[])[0]?.clouds).toBeLessThan(-10);
  });

  it('is right in every figure', async () => {
    expect((await verify(demo)).filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe('a year that goes on', () => {
  it('keeps its figures right when another month is reported', async () => {
    const copy = await createDatabase(nameOf(demo));
    await run(copy, 'UPDATE fiscal_years SET reported_through = 10 WHERE id = 3');
    expect(await broken(copy)).toContain('no figures wait to be settled');
    await settle(copy);
    expect((await verify(copy)).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('keeps its figures right when another plan becomes the current one', async () => {
    const copy = await createDatabase(nameOf(demo));
    await run(
      copy,
      "INSERT INTO plan_versions (fiscal_year_id, name) VALUES (3, 'Revision 1')",
      // Months that are closed keep their budget; the last one gets another.
      `INSERT INTO plan_lines (plan_version_id, service_id, m01, m02, m03, m04, m05, m06, m07, m08, m12)
       SELECT revision.id, service_id, m01, m02, m03, m04, m05, m06, m07, m08, m12 * 2 FROM plan_lines, plan_versions revision
       WHERE plan_version_id = 3 AND revision.name = 'Revision 1'`,
      'BEGIN',
      'UPDATE plan_versions SET is_current = false WHERE fiscal_year_id = 3',
      "UPDATE plan_versions SET is_current = true WHERE fiscal_year_id = 3 AND name = 'Revision 1'",
      'COMMIT',
    );
    await settle(copy);
    expect((await verify(copy)).filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe('a tampered database', () => {
  const shared =
    "(SELECT id FROM services WHERE service_type = 'Shared' AND budget_key_id IS NOT NULL ORDER BY id LIMIT 1)";
  const entities = `SELECT id FROM service_entity_years WHERE service_id = ${shared} AND fiscal_year_id = 3 ORDER BY entity_id`;

  it.each([
    [
      'a budget month',
      'UPDATE plan_lines SET m03 = m03 + 1 WHERE service_id = 9 AND plan_version_id = 3',
      'net budget of the entities',
      'SVC-0009, FY26, m03',
    ],
    [
      'an actual month',
      'UPDATE actuals SET m01 = m01 + 1 WHERE id = (SELECT min(id) FROM actuals WHERE service_id = 9)',
      'net actual of the entities',
      'SVC-0009, FY24, m01',
    ],
    [
      'an order',
      'UPDATE purchase_splits SET ordered = ordered + 1 WHERE id = (SELECT min(id) FROM purchase_splits WHERE open > 0)',
      'committed of the entities',
      'committed is off by -1',
    ],
    [
      'the year of a service',
      'UPDATE service_years SET actual = actual + 1 WHERE service_id = 9 AND fiscal_year_id = 2',
      'year of a service',
      'SVC-0009, FY25, actual is off by 1',
    ],
    [
      'to date of a service',
      'UPDATE service_years SET ytd_budget = ytd_budget - 1 WHERE service_id = 9 AND fiscal_year_id = 3',
      'to date of a service',
      'SVC-0009, FY26, ytd_budget is off by -1',
    ],
    [
      'to date of an entity',
      'UPDATE service_entity_years SET ytd_actual = ytd_actual + 1 WHERE service_id = 9 AND fiscal_year_id = 3',
      'to date of an entity',
      'SVC-0009, FY26',
    ],
    [
      'the years',
      'DELETE FROM service_years WHERE service_id = 9 AND fiscal_year_id = 1',
      'every service has a row',
      'SVC-0009, FY24',
    ],
    [
      'a day carried',
      'UPDATE service_years SET renews_on = current_date WHERE service_id = 9',
      'years carry',
      'SVC-0009',
    ],
    [
      'a paisa between two entities',
      `UPDATE service_entity_years SET b05 = b05 + CASE WHEN id = (${entities} LIMIT 1) THEN 0.01 ELSE -0.01 END WHERE id IN (${entities} LIMIT 2)`,
      'shares are exact',
      'b05 is off by',
    ],
    ['a service', 'DELETE FROM services WHERE id = 9', 'services that are there', 'service 9'],
    [
      'an assignment',
      "UPDATE service_assignments SET service_type = 'Dedicated', entity_id = 1, actual_key_id = 1 WHERE service_id = 9",
      'latest assignment',
      'SVC-0009',
    ],
    [
      'a mark',
      'INSERT INTO due_figures (service_id, fiscal_year_id) VALUES (9, 3)',
      'no figures wait',
      'SVC-0009, FY26',
    ],
    [
      'a tower of the net figures',
      'UPDATE service_entity_years SET tower_id = tower_id % 8 + 1 WHERE service_id = 9',
      'net figures carry',
      'SVC-0009',
    ],
    [
      'a tower',
      'UPDATE tower_entity_years SET a12 = a12 + 0.01 WHERE id = (SELECT min(id) FROM tower_entity_years WHERE tower_id = 1)',
      'towers = services',
      'Cloud platforms',
    ],
    [
      'a vendor of an entity',
      'UPDATE vendor_entity_years SET budget = budget + 1 WHERE id = (SELECT min(id) FROM vendor_entity_years)',
      'vendors by entity',
      'budget is off by 1',
    ],
    [
      'a vendor',
      'DELETE FROM vendor_years WHERE id = (SELECT min(id) FROM vendor_years)',
      'vendors = services',
      'is off by',
    ],
    [
      'the value of an order line',
      'UPDATE purchase_lines SET base_value = 1 WHERE id = 5',
      'splits <= the order line',
      'PR-1005 PO-20005',
    ],
    [
      'the currency of a split',
      'UPDATE purchase_splits SET currency_id = currency_id + 1 WHERE id = 5',
      'splits carry the currency',
      'PR-1003 PO-20003',
    ],
    [
      'parents',
      'UPDATE services SET parent_id = CASE id WHEN 9 THEN 10 ELSE 9 END WHERE id IN (9, 10)',
      'parents end',
      'SVC-0009',
    ],
    ['a name carried for sorting', "UPDATE services SET vendor_key = 'a' WHERE id = 9", 'names carried', 'SVC-0009'],
    ['text of an audit entry', "UPDATE audit_entries SET reason = '-' WHERE id = 1", 'each audit entry', 'entry 1'],
    [
      'the number of an audit entry',
      'UPDATE audit_entries SET id = 2',
      'audit entries are numbered',
      'entry 1 is missing',
    ],
    [
      'the end of the audit log',
      'DELETE FROM audit_entries',
      'the audit chain ends',
      'the head is at 1, the last entry is 0',
    ],
  ])('%s', async (_, tampering, invariant, offender) => {
    const copy = await createDatabase(nameOf(demo));
    await run(copy, 'SET session_replication_role = replica', tampering);
    const broken = (await verify(copy)).filter(({ ok }) => !ok);
    expect(broken).toContainEqual({
      name: expect.stringContaining(invariant),
      ok: false,
      firstOffender: expect.stringContaining(offender),
    });
    await run(adminUrl, `DROP DATABASE ${made.pop() ?? ''} WITH (FORCE)`);
  });
});
