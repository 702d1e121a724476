import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKey, createService, monthColumns } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { fromUnits } from '../../lib/amounts/money.ts';
import { query as sql } from '../../../test/harness/sql.ts';
import { keysStory } from '../../../test/stories/keys.ts';

const { year, approver, shared, entities } = await keysStory();
const monthNames = Object.keys(monthColumns(Array<null>(12).fill(null)));

describe('net figures follow every fact, whoever writes it', () => {
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
