import type { AllocationKey } from '@opex/contracts/allocation-keys';
import fc from 'fast-check';
import type { QueryResult } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
  monthColumns,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql as byAnotherProgram } from '../../../test/harness/sql.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let viewer: Person;
let approver: Person;

beforeAll(async () => {
  await createYear('FY25');
  year = await createYear('FY26', { reportedThrough: 6 });
  viewer = await as('Viewer');
  approver = await as('Approver');
});

/** As another program would write: no code of ours between it and the tables. */
const sql = (text: string, ...values: unknown[]): Promise<QueryResult['rows']> => byAnotherProgram(text, values);

const monthNames = Object.keys(monthColumns(Array<null>(12).fill(null)));
const monthsUpTo = (...months: string[]) => [...months, ...Array<null>(12 - months.length).fill(null)];
const shared = (keys: { budgetKeyId?: number; actualKeyId?: number }, ...months: string[]) =>
  createService({ serviceType: 'Shared', ...keys }, { planId: year.planId, months: monthsUpTo(...months) });
const entities = async (count: number) => {
  const made = [];
  for (let n = 0; n < count; n++) made.push((await createEntity()).id);
  return made;
};

/** What falls on each entity, by the column asked for; null is nobody. */
async function net(serviceId: number, column = 'b01', yearId = year.id) {
  const rows = await sql(
    `SELECT entity_id, ${column}::numeric(20, 2)::text AS share FROM service_entity_years
     WHERE service_id = $1 AND fiscal_year_id = $2 ORDER BY entity_id NULLS LAST`,
    serviceId,
    yearId,
  );
  return rows.map(({ entity_id, share }) => [entity_id, share] as [number | null, string]);
}

describe('what falls on each entity', () => {
  test.each([
    ['182.25 by 98/2', '182.25', ['98', '2'], ['178.61', '3.64']],
    [
      '100.00 by six equal',
      '100.00',
      Array<string>(6).fill('1'),
      [...Array<string>(4).fill('16.67'), '16.66', '16.66'],
    ],
    ['-100.00 by three equal', '-100.00', ['7.5', '7.5', '7.5'], ['-33.34', '-33.33', '-33.33']],
    ['0.01 by three equal', '0.01', ['1', '1', '1'], ['0.01', '0.00', '0.00']],
    ['very uneven drivers', '1.00', ['999999999999', '0.00000001'], ['1.00', '0.00']],
    ['the branch of a tree', '300001.00', ['120', '45', '35'], ['180000.60', '67500.23', '52500.17']],
  ])('is exact: %s', async (_name, amount, drivers, expected) => {
    const ids = await entities(drivers.length);
    const key = await createKey(drivers.map((value, index) => [ids[index]!, value]));
    const service = await shared({ budgetKeyId: key.id }, amount);
    expect(await net(service.id)).toEqual(expected.map((share, index) => [ids[index], share]));
  });

  test('is everything, also where the shares in the file add up to 100.01', async () => {
    const ids = await entities(3);
    const key = await createKey([
      [ids[0]!, '33.34'],
      [ids[1]!, '33.34'],
      [ids[2]!, '33.33'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '1000000.00');
    const shares = await net(service.id);
    expect(shares.reduce((sum, [, share]) => sum + toUnits(share), 0n)).toBe(100_000_000n);
    expect(shares.map(([, share]) => share)).toEqual(
      ['333366.66', '333366.67', '333266.67'].toSorted((a, b) => Number(b) - Number(a)),
    );
  });

  test('is no row for an entity with a driver of zero', async () => {
    const [none, one, two] = (await entities(3)) as [number, number, number];
    const key = await createKey([
      [none, '0'],
      [one, '1'],
      [two, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '100.01');
    expect(await net(service.id)).toEqual([
      [one, '50.01'],
      [two, '50.00'],
    ]);
  });

  test('is nobody’s, in full and visibly, without a key, without drivers, and before the key begins', async () => {
    const [entity] = (await entities(1)) as [number];
    const zero = await createKey([[entity, '0']]);
    const late = await createKey([[entity, '1']], '2025-06-01');
    for (const budgetKeyId of [undefined, zero.id]) {
      const service = await shared(budgetKeyId ? { budgetKeyId } : {}, '10.00');
      await createActual({ serviceId: service.id, entityId: entity, fiscalYearId: year.id, months: ['-3.00'] });
      expect(await net(service.id, 'budget')).toEqual([[null, '10.00']]);
      expect(await net(service.id, 'actual')).toEqual([[null, '-3.00']]);
    }
    const service = await shared({ budgetKeyId: late.id }, '10.00', '20.00', '40.00');
    expect(await net(service.id, 'budget')).toEqual([
      [entity, '40.00'],
      [null, '30.00'],
    ]);
  });

  test('goes by the actual key for actuals, and by the budget key where there is none', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const [budgetKey, actualKey] = [
      await createKey([
        [a, '60'],
        [b, '40'],
      ]),
      await createKey([
        [a, '55'],
        [b, '45'],
      ]),
    ];
    // The variance example of domain.md 5.
    for (const [keys, expected] of [
      [{ budgetKeyId: budgetKey.id, actualKeyId: actualKey.id }, ['693000.00', '567000.00']],
      [{ budgetKeyId: budgetKey.id }, ['756000.00', '504000.00']],
    ] as const) {
      const service = await shared(keys, '1200000.00');
      await createActual({ serviceId: service.id, entityId: b, fiscalYearId: year.id, months: ['1260000.00'] });
      expect((await net(service.id, 'budget')).map(([, share]) => share)).toEqual(['720000.00', '480000.00']);
      expect((await net(service.id, 'actual')).map(([, share]) => share)).toEqual(expected);
    }
  });

  test('of a dedicated service is all of it, whoever was booked and whatever key it has', async () => {
    const [mine, other] = (await entities(2)) as [number, number];
    const key = await createKey([[other, '1']]);
    const service = await createService(
      { entityId: mine, budgetKeyId: key.id },
      { planId: year.planId, months: everyMonth('33.33') },
    );
    await createActual({ serviceId: service.id, entityId: other, fiscalYearId: year.id, months: ['5.00'] });
    await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '9.00', invoiced: '2.00' });
    for (const [column, amount] of [
      ['budget', '399.96'],
      ['actual', '5.00'],
      ['committed', '7.00'],
      ['ytd_budget', '199.98'],
    ])
      expect(await net(service.id, column)).toEqual([[mine, amount]]);
  });

  test('before a later version of the key begins stays what it was', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await createService(
      { serviceType: 'Shared', budgetKeyId: key.id },
      { planId: year.planId, months: everyMonth('100.00') },
    );
    await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '100.00' });
    const body = {
      validFrom: '2025-10-01',
      drivers: [
        { entityId: a, value: '25' },
        { entityId: b, value: '75' },
      ],
      reason: 'Counted again',
    };
    const add = (version: object) => approver.post(`/api/allocation-keys/${key.id}/versions`).send(version);
    await add(body).expect(201);
    expect([await net(service.id, 'b06'), await net(service.id, 'b07')]).toEqual([
      [
        [a, '50.00'],
        [b, '50.00'],
      ],
      [
        [a, '25.00'],
        [b, '75.00'],
      ],
    ]);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '450.00'],
      [b, '750.00'],
    ]);
    expect(await net(service.id, 'ytd_budget')).toEqual([
      [a, '300.00'],
      [b, '300.00'],
    ]);
    expect(await net(service.id, 'committed')).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]); // by the key at the end of the year

    await add({ ...body, validFrom: '2026-04-01' }).expect(201); // next year: nothing moves in this one
    expect(await net(service.id, 'budget')).toEqual([
      [a, '450.00'],
      [b, '750.00'],
    ]);
    await add({ ...body, drivers: [{ entityId: a, value: '1' }], validFrom: '2025-12-01' }).expect(201); // between two others
    expect(await net(service.id, 'b08')).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]);
    expect(await net(service.id, 'b09')).toEqual([
      [a, '100.00'],
      [b, '0.00'],
    ]);
  });
});

describe('net figures follow every fact, whoever writes it', () => {
  const follow = async (change: string, ...values: unknown[]) => {
    await sql(change, ...values);
    expect(await brokenInvariants(), change).toEqual([]);
  };

  test('drivers, versions and keys', async () => {
    const [a, b, c] = (await entities(3)) as [number, number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const other = await createKey([[c, '1']]);
    const service = await shared({ budgetKeyId: key.id }, '100.00', '0.01');
    await createActual({ serviceId: service.id, entityId: a, fiscalYearId: year.id, months: ['7.00'] });
    const [{ id: versionId }] = await sql(
      'SELECT id FROM allocation_key_versions WHERE allocation_key_id = $1',
      key.id,
    );

    await follow(
      'UPDATE allocation_drivers SET value = 3 WHERE allocation_key_version_id = $1 AND entity_id = $2',
      versionId,
      b,
    );
    expect(await net(service.id)).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]);
    await follow('INSERT INTO allocation_drivers VALUES ($1, $2, 4)', versionId, c);
    expect(await net(service.id)).toEqual([
      [a, '12.50'],
      [b, '37.50'],
      [c, '50.00'],
    ]);
    await follow(
      'DELETE FROM allocation_drivers WHERE allocation_key_version_id = $1 AND entity_id = $2',
      versionId,
      a,
    );
    expect(await net(service.id)).toEqual([
      [b, '42.86'],
      [c, '57.14'],
    ]);
    await follow(
      'UPDATE allocation_drivers SET entity_id = $2 WHERE allocation_key_version_id = $1 AND entity_id = $3',
      versionId,
      a,
      b,
    );
    expect(await net(service.id)).toEqual([
      [a, '42.86'],
      [c, '57.14'],
    ]);
    const [spare] = await sql(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2040-04-01') RETURNING id`,
      other.id,
    );
    const move =
      'UPDATE allocation_drivers SET allocation_key_version_id = $2 WHERE allocation_key_version_id = $1 AND entity_id = $3';
    await follow(move, versionId, spare.id, a);
    expect(await net(service.id)).toEqual([[c, '100.00']]);
    await follow(move, spare.id, versionId, a);
    await follow('UPDATE services SET budget_key_id = $2 WHERE id = $1', service.id, other.id);
    expect(await net(service.id)).toEqual([[c, '100.00']]);
    await follow('UPDATE services SET actual_key_id = $2 WHERE id = $1', service.id, key.id);
    expect(await net(service.id, 'actual')).toEqual([
      [a, '3.00'],
      [c, '4.00'],
    ]);
    await follow('UPDATE services SET budget_key_id = NULL, actual_key_id = NULL WHERE id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([[null, '100.01']]);
  });

  test('a version without drivers, its date, and its end', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([[a, '1']]);
    const service = await shared({ budgetKeyId: key.id }, '10.00', '20.00', '40.00');
    await follow(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-05-01')`,
      key.id,
    );
    expect(await net(service.id, 'budget')).toEqual([
      [a, '10.00'],
      [null, '60.00'],
    ]);
    const [{ id }] = await sql('SELECT max(id) AS id FROM allocation_key_versions');
    await follow('INSERT INTO allocation_drivers VALUES ($1, $2, 1)', id, b);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '10.00'],
      [b, '60.00'],
    ]);
    await follow(`UPDATE allocation_key_versions SET valid_from = '2025-06-01' WHERE id = $1`, id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '30.00'],
      [b, '40.00'],
    ]);
    await follow('DELETE FROM allocation_drivers WHERE allocation_key_version_id = $1', id);
    await follow('DELETE FROM allocation_key_versions WHERE id = $1', id);
    expect(await net(service.id, 'budget')).toEqual([[a, '70.00']]);
  });

  test('type, entity, tower and vendor of a service', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const [tower, vendor] = [await createTower(), await createVendor()];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await createService({ entityId: a }, { planId: year.planId, months: everyMonth('1.00') });
    await createActual({ serviceId: service.id, entityId: a, fiscalYearId: year.id, months: everyMonth('1.01') });
    await follow('UPDATE services SET entity_id = $2 WHERE id = $1', service.id, b);
    expect(await net(service.id, 'budget')).toEqual([[b, '12.00']]);
    await follow('UPDATE services SET tower_id = $2, vendor_id = $3 WHERE id = $1', service.id, tower.id, vendor.id);
    const [rolledUp] = await sql('SELECT sum(b01)::text AS b01 FROM tower_entity_years WHERE tower_id = $1', tower.id);
    expect(Number(rolledUp.b01)).toBe(1);
    await follow(
      `UPDATE services SET service_type = 'Shared', entity_id = NULL, budget_key_id = $2 WHERE id = $1`,
      service.id,
      key.id,
    );
    expect(await net(service.id, 'budget')).toEqual([
      [a, '6.00'],
      [b, '6.00'],
    ]);
    await follow(`UPDATE services SET service_type = 'Dedicated' WHERE id = $1`, service.id);
    expect(await net(service.id, 'budget')).toEqual([[null, '12.00']]);
    await follow('UPDATE services SET tower_id = NULL, vendor_id = NULL WHERE id = $1', service.id);
    const vendors = await sql('SELECT budget::int AS budget FROM vendor_years WHERE vendor_id = $1', vendor.id);
    expect(vendors.every(({ budget }) => budget === 0)).toBe(true);
  });

  test('plans, actuals, orders and the calendar', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '2'],
      [b, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '9.00');
    await follow('UPDATE plan_lines SET m01 = NULL, m12 = 0.10 WHERE service_id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '0.07'],
      [b, '0.03'],
    ]);
    await follow('DELETE FROM plan_lines WHERE service_id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]); // both still see the service
    await follow(
      `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, m07) VALUES ($1, $2, $3, 'INVOICE', 3), ($1, $2, $3, 'ACCRUAL', -1)`,
      service.id,
      a,
      year.id,
    );
    expect([await net(service.id, 'a07'), await net(service.id, 'ytd_actual')]).toEqual([
      [
        [a, '1.33'],
        [b, '0.67'],
      ],
      [
        [a, '0.00'],
        [b, '0.00'],
      ],
    ]);
    await follow('UPDATE fiscal_years SET reported_through = 7 WHERE id = $1', year.id);
    expect(await net(service.id, 'ytd_actual')).toEqual([
      [a, '1.33'],
      [b, '0.67'],
    ]);
    await follow('UPDATE fiscal_years SET reported_through = 6 WHERE id = $1', year.id);
    await follow('DELETE FROM actuals WHERE service_id = $1', service.id);

    const order = await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '30.00' });
    expect(await net(service.id, 'committed')).toEqual([
      [a, '20.00'],
      [b, '10.00'],
    ]);
    await follow('UPDATE purchase_splits SET cancelled = 3, invoiced = 24 WHERE purchase_line_id = $1', order.id);
    expect(await net(service.id, 'committed')).toEqual([
      [a, '2.00'],
      [b, '1.00'],
    ]);
    await follow('UPDATE purchase_splits SET invoiced = 40 WHERE purchase_line_id = $1', order.id); // over-invoiced: nothing open
    expect(await net(service.id, 'committed')).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]);
    await follow('DELETE FROM purchase_splits WHERE purchase_line_id = $1', order.id);
  });

  test('another plan that becomes the current one', async () => {
    const [a] = (await entities(1)) as [number];
    const service = await createService({ entityId: a }, { planId: year.planId, months: everyMonth('1.00') });
    const [{ id: revision }] = await sql(
      `INSERT INTO plan_versions (fiscal_year_id, name) VALUES ($1, 'Revision 1') RETURNING id`,
      year.id,
    );
    await follow(
      'INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES ($1, $2, 500)',
      revision,
      service.id,
    );
    expect(await net(service.id, 'budget')).toEqual([[a, '12.00']]);
    await sql('UPDATE plan_versions SET is_current = false WHERE id = $1', year.planId);
    await follow('UPDATE plan_versions SET is_current = true WHERE id = $1', revision);
    expect(await net(service.id, 'budget')).toEqual([[a, '500.00']]);
    await sql('UPDATE plan_versions SET is_current = false WHERE id = $1', revision);
    await follow('UPDATE plan_versions SET is_current = true WHERE id = $1', year.planId);
    expect(await net(service.id, 'budget')).toEqual([[a, '12.00']]);
  });

  test('a new fiscal year, in which whoever has a share sees the service from the first day', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '1.00');
    const next = await createYear('FY27', { reportedThrough: 0 });
    expect(await net(service.id, 'budget', next.id)).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]);
    const scoped = await as('Viewer', [a]);
    const { body } = await scoped.get('/api/budgets').query({ fy: 'FY27', uid: service.uid }).expect(200);
    expect(body.data).toMatchObject([{ id: service.id, budget: '0.00' }]);
  });

  test('ten thousand random splits, none off by a paisa', async () => {
    const ids = await entities(7);
    const key = await createKey(ids.map((id, index) => [id, `${(index * 7919) % 97}.${index}1`]));
    await sql(`SELECT setseed(0.5)`);
    await sql(
      `WITH made AS (
         INSERT INTO services (uid, service_type, budget_key_id) SELECT 'RANDOM-' || n, 'Shared', $1 FROM generate_series(1, 850) n RETURNING id
       )
       INSERT INTO plan_lines (plan_version_id, service_id, ${monthNames.join(', ')})
       SELECT $2, id, ${monthNames.map(() => 'round((random() * 2000000 - 500000)::numeric, 2)').join(', ')} FROM made`,
      key.id,
      year.planId,
    );
    expect(await brokenInvariants()).toEqual([]);
    await sql(`DELETE FROM plan_lines USING services s WHERE s.id = service_id AND s.uid LIKE 'RANDOM-%'`);
    await sql(`DELETE FROM services WHERE uid LIKE 'RANDOM-%'`);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('whatever is written in whatever order', async () => {
    const ids = await entities(4);
    const keys = [
      await createKey([
        [ids[0]!, '1'],
        [ids[1]!, '2'],
      ]),
      await createKey([
        [ids[2]!, '5'],
        [ids[3]!, '0'],
      ]),
    ];
    const services = [
      await shared({ budgetKeyId: keys[0]!.id }),
      await shared({ actualKeyId: keys[1]!.id }),
      await createService({ entityId: ids[0]! }),
    ];
    const serviceIds = fc.constantFrom(...services.map(({ id }) => id));
    const entityIds = fc.constantFrom(...ids);
    const keyIds = fc.constantFrom(...keys.map(({ id }) => id), null);
    const month = fc.integer({ min: 1, max: 12 }).map((number) => `m${String(number).padStart(2, '0')}`);
    const amount = fc.option(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }).map(fromUnits));
    const step = fc.oneof(
      fc.tuple(serviceIds, month, amount).map(([service, column, value]) => [
        `INSERT INTO plan_lines (plan_version_id, service_id, ${column}) VALUES (${year.planId}, $1, $2)
         ON CONFLICT (plan_version_id, service_id) DO UPDATE SET ${column} = excluded.${column}`,
        service,
        value,
      ]),
      fc.tuple(serviceIds, entityIds, month, amount).map(([service, entity, column, value]) => [
        `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, ${column}) VALUES ($1, $2, ${year.id}, 'MANUAL', $3)
         ON CONFLICT (service_id, fiscal_year_id, entity_id, source) DO UPDATE SET ${column} = excluded.${column}`,
        service,
        entity,
        value,
      ]),
      fc
        .tuple(entityIds, fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(...keys.map(({ id }) => id)))
        .map(([entity, value, key]) => [
          `INSERT INTO allocation_drivers SELECT id, $1, $2 FROM allocation_key_versions WHERE allocation_key_id = $3
         ON CONFLICT (allocation_key_version_id, entity_id) DO UPDATE SET value = excluded.value`,
          entity,
          value,
          key,
        ]),
      fc
        .tuple(serviceIds, keyIds, keyIds)
        .map(([service, budgetKey, actualKey]) => [
          'UPDATE services SET budget_key_id = $2, actual_key_id = $3 WHERE id = $1',
          service,
          budgetKey,
          actualKey,
        ]),
      fc
        .tuple(serviceIds, fc.option(entityIds))
        .map(([service, entity]) => [
          `UPDATE services SET entity_id = $2::int, service_type = CASE WHEN $2::int IS NULL THEN 'Shared' ELSE 'Dedicated' END WHERE id = $1`,
          service,
          entity,
        ]),
      fc
        .constantFrom(0, 3, 12)
        .map((through) => ['UPDATE fiscal_years SET reported_through = $1 WHERE id = $2', through, year.id]),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
        for (const [text, ...values] of steps) await sql(text as string, ...values);
        expect(await brokenInvariants()).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('two at the same moment: an edit of the service and a new version of its key', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const editor = await as('Editor');
    const services = await Promise.all(Array.from({ length: 4 }, () => shared({ budgetKeyId: key.id }, '10.00')));
    const edits = services.map(({ id }, index) =>
      editor
        .patch(`/api/budgets/${id}?fy=FY26`)
        .set({ 'if-match': '"v1"' })
        .send({ budget: `${index + 1}00.01`, reason: 'At the same moment' }),
    );
    const versions = ['2025-05-01', '2025-07-01', '2025-09-01'].map((validFrom, index) =>
      approver.post(`/api/allocation-keys/${key.id}/versions`).send({
        validFrom,
        drivers: [
          { entityId: a, value: String(index) },
          { entityId: b, value: '2' },
        ],
        reason: 'At the same moment',
      }),
    );
    const answers = await Promise.all([...edits, ...versions]);
    expect(answers.map(({ status }) => status)).toEqual([...Array(4).fill(200), ...Array(3).fill(201)]);
    expect(await brokenInvariants()).toEqual([]);
  });
});

describe('keys', () => {
  const add = (body: object, who = approver) => who.post('/api/allocation-keys').send(body);
  const list = async (who = viewer) => (await who.get('/api/allocation-keys').expect(200)).body.data;

  test('are listed newest version first, with percentages of the live sum and how many use them', async () => {
    const [a, b] = [await createEntity('Key A'), await createEntity('Key B')];
    const drivers = [
      { entityId: b.id, value: '2' },
      { entityId: a.id, value: '1.50' },
    ];
    const { body: made } = await add({
      name: ' FY26-Headcount ',
      driverType: 'Headcount',
      validFrom: '2025-04-01',
      drivers,
    }).expect(201);
    const key = made as AllocationKey;
    const later = [{ entityId: a.id, value: '0' }];
    await approver
      .post(`/api/allocation-keys/${key.id}/versions`)
      .send({ validFrom: '2025-10-01', drivers: later, reason: 'Counted again' })
      .expect(201);
    await shared({ budgetKeyId: key.id, actualKeyId: key.id }, '1.00');
    const found = (await list()).find(({ id }: { id: number }) => id === key.id);
    expect(found).toMatchObject({ name: 'FY26-Headcount', driverType: 'Headcount', usedBy: 1, retired: false });
    expect(found.versions).toMatchObject([
      { validFrom: '2025-10-01', total: '0', drivers: [{ entity: 'Key A', value: '0', percent: '0' }] },
      {
        validFrom: '2025-04-01',
        total: '3.5',
        drivers: [
          { entity: 'Key A', value: '1.5', percent: '42.8571' },
          { entity: 'Key B', value: '2', percent: '57.1429' },
        ],
      },
    ]);

    const scoped = await as('Approver', [a.id]);
    const seen = (await list(scoped)).find(({ id }: { id: number }) => id === key.id);
    expect(seen.versions[1]).toMatchObject({ total: null, drivers: [{ entityId: a.id, value: '1.5', percent: null }] });
    await add({ name: 'Mine', driverType: 'x', validFrom: '2025-04-01', drivers: later }, scoped).expect(403);
  });

  test.each([
    ['a day within the month', { validFrom: '2025-04-02' }, 422],
    ['a negative driver', { drivers: [{ entityId: 1, value: '-1' }] }, 422],
    ['a number as a driver', { drivers: [{ entityId: 1, value: 1 }] }, 422],
    ['nine decimals', { drivers: [{ entityId: 1, value: '0.123456789' }] }, 422],
    ['no drivers', { drivers: [] }, 422],
    [
      'an entity twice',
      {
        drivers: [
          { entityId: 1, value: '1' },
          { entityId: 1, value: '2' },
        ],
      },
      422,
    ],
    ['an unknown entity', { drivers: [{ entityId: 999_999, value: '1' }] }, 422],
    ['no name', { name: ' ' }, 422],
    ['a name that exists in another case', { name: 'tAKEN' }, 409],
    ['an unknown field', { colour: 'red' }, 422],
  ])('refuse %s', async (_what, wrong, status) => {
    const [{ id: entityId }] = await sql('SELECT min(id) AS id FROM entities');
    const body = {
      name: 'Good',
      driverType: 'Headcount',
      validFrom: '2025-04-01',
      drivers: [{ entityId, value: '1' }],
    };
    await add({ ...body, name: 'Taken' });
    const before = await sql('SELECT count(*) FROM allocation_key_versions');
    await add({ ...body, ...wrong }).expect(status);
    expect(await sql('SELECT count(*) FROM allocation_key_versions')).toEqual(before);
  });

  test('take a version once per month, from those who may', async () => {
    const [entityId] = (await entities(1)) as [number];
    const key = await createKey([[entityId, '1']], '2025-04-01');
    const version = (id: number, validFrom: string, who = approver) =>
      who
        .post(`/api/allocation-keys/${id}/versions`)
        .send({ validFrom, drivers: [{ entityId, value: '2' }], reason: 'Counted again' });
    await version(key.id, '2025-04-01').expect(409);
    await version(999_999, '2025-05-01').expect(404);
    await version(key.id, '2025-05-01', await as('Editor')).expect(403);
    await version(key.id, '2025-05-01').expect(201);
    const log = await approver.get('/api/audit').query({ subjectType: 'allocation-key', subjectId: key.id });
    expect(log.body.data).toMatchObject([
      {
        action: 'allocation-key.version-added',
        changes: { validFrom: { to: '2025-05-01' }, [`entity.${entityId}`]: { to: '2' } },
      },
    ]);
  });
});
