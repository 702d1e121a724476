import request from 'supertest';
import type { KeyPreview, MovedMeasure } from '@opex/contracts/allocation-keys';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createYear,
  everyMonth,
  signedInAs,
} from '../../../test/factories/index.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { createApp } from '../../app.ts';

/** Keys of services are dated, so a key shares the months of a service in which it is the key, whatever the service shows today. */
const api = request(createApp());
const reason = 'Heads were counted again';
let year: Awaited<ReturnType<typeof createYear>>;
let controller: Awaited<ReturnType<typeof signedInAs>>;
let [north, south, key, other] = [0, 0, 0, 0];

beforeAll(async () => {
  year = await createYear('FY26');
  controller = await signedInAs('Approver');
  north = (await createEntity('North')).id;
  south = (await createEntity('South')).id;
  key = (await createKey([[north, '2'], [south, '1']])).id; // prettier-ignore
  other = (await createKey([[north, '1'], [south, '6']])).id; // prettier-ignore
});

interface Assigned {
  serviceType: 'Shared' | 'Dedicated';
  entityId?: number;
  budgetKeyId?: number;
  actualKeyId?: number;
}
/** A service with amounts that leave a remainder everywhere; `later` holds from October on. */
async function service(first: Assigned, later?: Assigned) {
  const { id, uid } = await createService(first, { planId: year.planId, months: everyMonth('100.01') });
  await createActual({ serviceId: id, entityId: north, fiscalYearId: year.id, months: everyMonth('33.35') });
  await createOrder({ serviceId: id, fiscalYearId: year.id, ordered: '70.07', invoiced: '20.00' });
  if (later)
    await sql(
      `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
       VALUES ($1, '2025-10-01', $2, $3, $4, $5)`,
      [id, later.serviceType, later.entityId, later.budgetKeyId, later.actualKeyId],
    );
  return { id, uid };
}

const change = (drivers: [string, string]) => ({
  validFrom: '2025-08-01',
  drivers: [
    { entityId: north, value: drivers[0] },
    { entityId: south, value: drivers[1] },
  ],
});
const preview = async (version: object): Promise<KeyPreview> =>
  (await api.post(`/api/allocation-keys/${key}/preview`).set(controller).send({ version }).expect(200)).body;
const keep = (version: object) =>
  api
    .post(`/api/allocation-keys/${key}/versions`)
    .set(controller)
    .send({ ...version, reason })
    .expect(201);
/** The same company for every test. */
afterEach(async () => {
  const added = `allocation_key_id = ${key} AND valid_from = '2025-08-01'`;
  await sql(
    `DELETE FROM allocation_drivers USING allocation_key_versions v WHERE v.id = allocation_key_version_id AND ${added}`,
  );
  await sql(`DELETE FROM allocation_key_versions WHERE ${added}`);
  expect(await brokenInvariants()).toEqual([]);
  for (const table of ['purchase_splits', 'actuals', 'plan_lines', 'services']) await sql(`DELETE FROM ${table}`);
});

type Net = Record<string, Record<MovedMeasure, string>>;
/** What is kept for each entity of these services together. */
const kept = async (ids: number[]): Promise<Net> =>
  Object.fromEntries(
    (
      await sql<{ name: string } & Record<MovedMeasure, string>>(
        `SELECT coalesce(e.name, 'Unallocated') AS name, ${['budget', 'actual', 'committed'].map((measure) => `sum(${measure})::numeric(20, 2)::text AS ${measure}`).join(', ')}
         FROM service_entity_years n LEFT JOIN entities e ON e.id = entity_id WHERE service_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
        [ids],
      )
    ).map(({ name, ...amounts }) => [name, amounts]),
  );
const shown = ({ years }: KeyPreview, when: 'now' | 'then'): Net =>
  Object.fromEntries(
    years[0]!.entities.map(({ entity, budget, actual, committed }) => [
      entity,
      { budget: budget[when], actual: actual[when], committed: committed[when] },
    ]),
  );
/** The amounts that the entry of a service gives its entities, over those that it says nothing of. */
async function told(uid: string, before: Net): Promise<Net> {
  const { body } = await api.get('/api/audit').query({ limit: 50 }).set(controller).expect(200);
  const entry = (body.data as { action: string; subject: string; reason: string; changes: Net }[]).find(
    ({ action, subject }) => action === 'service.shares-changed' && subject === uid,
  );
  const net = structuredClone(before);
  for (const [field, { from, to }] of Object.entries(entry?.changes ?? {}) as [string, Record<string, string>][]) {
    const [, measure = '', entity = ''] = field.split('.');
    expect(from, field).toBe(before[entity]?.[measure as MovedMeasure] ?? '0.00');
    net[entity] = { ...net[entity], [measure]: to } as Net[string];
  }
  return net;
}

describe.each<[string, () => [Assigned, Assigned?]]>([
  ['has the key all year', () => [{ serviceType: 'Shared', budgetKeyId: key }]],
  [
    'came under the key in mid-year',
    () => [
      { serviceType: 'Dedicated', entityId: south },
      { serviceType: 'Shared', budgetKeyId: key },
    ],
  ],
  [
    'left the key in mid-year for another',
    () => [
      { serviceType: 'Shared', budgetKeyId: key },
      { serviceType: 'Shared', budgetKeyId: other },
    ],
  ],
  [
    'left the key in mid-year for one entity',
    () => [
      { serviceType: 'Shared', budgetKeyId: key },
      { serviceType: 'Dedicated', entityId: south },
    ],
  ],
  ['shares its actuals by another key', () => [{ serviceType: 'Shared', budgetKeyId: key, actualKeyId: other }]],
  [
    'shares only its actuals by the key, until mid-year',
    () => [
      { serviceType: 'Shared', budgetKeyId: other, actualKeyId: key },
      { serviceType: 'Shared', budgetKeyId: other },
    ],
  ],
])('of a service that %s', (_, assigned) => {
  test('the preview shows what is kept now, and what is kept afterwards; its history says the same', async () => {
    const { id, uid } = await service(...assigned());
    const before = await kept([id]);
    const said = await preview(change(['1', '3']));
    expect(said).toMatchObject({ services: 1, changedServices: 1 });
    expect(shown(said, 'now')).toEqual(before);
    await keep(change(['1', '3']));
    const after = await kept([id]);
    expect(after).not.toEqual(before);
    expect(shown(said, 'then')).toEqual(after);
    expect(await told(uid, before)).toEqual(after);
  });
});

test('a service that left the key before the changed months is told nothing', async () => {
  const { id, uid } = await service({ serviceType: 'Shared', budgetKeyId: key });
  await sql(
    `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id) VALUES ($1, '2025-07-01', 'Dedicated', $2)`,
    [id, south],
  );
  const before = await kept([id]);
  expect(await preview(change(['1', '3']))).toMatchObject({ services: 1, changedServices: 0, years: [] });
  await keep(change(['1', '3']));
  expect(await told(uid, before)).toEqual(await kept([id]));
});
