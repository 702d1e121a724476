import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
  createPlanned,
} from './factories/index.ts';
import { as } from './harness/as.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { sql } from './harness/sql.ts';
import { useTwoWriters, first, meet, open, outcome, second, waiting } from './harness/two-writers.ts';

useTwoWriters();

let year: Awaited<ReturnType<typeof createYear>>;
beforeAll(async () => {
  year = await createYear('FY26');
});
const planned = (overrides = {}) => createPlanned(year, overrides);
type Statement = [text: string, values: unknown[]];
const setState = (state: string): Statement => [
  'UPDATE plan_versions SET state = $1 WHERE id = $2',
  [state, year.planId],
];

describe('twenty writers on one plan', () => {
  const each = <Result>(work: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: 20 }, (_, index) => work(index)));
  const deadlocks = async () => {
    const [row] = await sql<{ count: string }>(
      'SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(row?.count);
  };

  test('hold the plan and its months together, until somebody wants to close them', async () => {
    const services = await each(() => planned());
    const { id: entityId } = await createEntity();
    const others = await each(() => open());
    await each(async (index) => {
      const [writer, service] = [others[index]!, services[index]!];
      await writer.query(`SET LOCAL lock_timeout = '15s'`);
      await writer.query('UPDATE plan_lines SET m02 = 7 WHERE service_id = $1', [service.id]);
      await writer.query(
        `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, m01) VALUES ($1, $2, $3, 'MANUAL', 1)`,
        [service.id, entityId, year.id],
      );
    });
    // All of them are this far, and none has ended: nobody waited for another.
    const closing = outcome(second.query(...setState('SUBMITTED')));
    await expect.poll(waiting).toBe(1);
    await each((index) => others[index]!.query('COMMIT'));
    expect(await closing).toBe('done');
    await second.query('ROLLBACK');
    expect(await brokenInvariants()).toEqual([]);
  });

  test('through the API are all saved, without a deadlock', async () => {
    const editor = await as('Editor');
    const [tower, vendor, entity] = [await createTower(), await createVendor(), await createEntity()];
    const services = await each(() => planned({ towerId: tower.id, vendorId: vendor.id, entityId: entity.id }));
    const before = await deadlocks();
    const save = (index: number): Promise<number> =>
      editor
        .patch(`/api/budgets/${services[index]!.id}?fy=FY26`)
        .set({ 'if-match': '"v1"' })
        .send({ budget: '120.00', reason: 'Together' })
        // A machine that is too busy may say so; it must not have saved it then.
        .then(({ status, headers }) => (status === 503 && headers['retry-after'] ? save(index) : status));
    expect(await each(save)).toEqual(Array(20).fill(200));
    expect(await deadlocks()).toBe(before);
    expect(await brokenInvariants()).toEqual([]);
  });
});

describe('the figures of one service, changed from two sides', () => {
  const shared = async () => {
    const [one, two] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [one.id, '1'],
      [two.id, '1'],
    ]);
    const service = await planned({ serviceType: 'Shared', budgetKeyId: key.id });
    await createActual({ serviceId: service.id, entityId: one.id, fiscalYearId: year.id, months: everyMonth('1.00') });
    return { id: service.id, keyId: key.id, entityId: one.id };
  };
  const sides = {
    'a budget': ({ id }: { id: number }) => ['UPDATE plan_lines SET m01 = 100 WHERE service_id = $1', [id]],
    'an actual': ({ id }: { id: number }) => ['UPDATE actuals SET m01 = 100 WHERE service_id = $1', [id]],
    'a key': ({ keyId, entityId }: { keyId: number; entityId: number }) => [
      `WITH version AS (INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-04-01') RETURNING id)
       INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value) SELECT id, $2, 5 FROM version`,
      [keyId, entityId],
    ],
    'the reported month': () => [
      'UPDATE fiscal_years SET reported_through = reported_through - 1 WHERE id = $1',
      [year.id],
    ],
  } satisfies Record<string, (shared: { id: number; keyId: number; entityId: number }) => Statement>;
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const pairs = names.flatMap((one) => names.filter((two) => two !== one).map((two) => [one, two] as const));

  test.each(pairs)('%s, and %s before that is kept: both count', async (one, two) => {
    const service = await shared();
    await first.query(...(sides[one](service) as Statement));
    const { result } = await meet(second.query(...(sides[two](service) as Statement)));
    expect(result).toBe('done');
    expect(await brokenInvariants()).toEqual([]);
  });
});

test('two services that become each other’s parent at once make no loop', async () => {
  const [one, two] = [await createService(), await createService()];
  const adopt = 'UPDATE services SET parent_id = $1 WHERE id = $2';
  await first.query(adopt, [one.id, two.id]);
  expect((await meet(second.query(adopt, [two.id, one.id]))).result).toBe('OP003');
});
