import type { KeyPreview } from '@opex/contracts/allocation-keys';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { as, asKey, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';

/** FY26: April and May are closed, June is being closed. */
let year: Awaited<ReturnType<typeof createYear>>;
let controller: Person;
let [north, south] = [
  { id: 0, name: '' },
  { id: 0, name: '' },
];
let key: { id: number; name: string };
let service: { id: number; uid: string };
let older: number;
let newer: number;

const setState = (state: string, numbers: number[]) =>
  sql('UPDATE periods SET state = $1 WHERE fiscal_year_id = $2 AND number = ANY ($3)', [state, year.id, numbers]);

beforeAll(async () => {
  year = await createYear('FY26');
  controller = await as('Approver');
  [north, south] = [await createEntity('North'), await createEntity('South')];
  key = await createKey([[north.id, '1'], [south.id, '1']], '2025-04-01'); // prettier-ignore
  const versions = await sql<{ id: number }>(
    `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-10-01') RETURNING id`,
    [key.id],
  );
  newer = versions[0]!.id;
  await sql(`INSERT INTO allocation_drivers VALUES ($1, $2, 3), ($1, $3, 1)`, [newer, north.id, south.id]);
  older = (await sql<{ id: number }>('SELECT min(id) AS id FROM allocation_key_versions'))[0]!.id;
  service = await createService(
    { serviceType: 'Shared', budgetKeyId: key.id },
    { planId: year.planId, months: everyMonth('100.00') },
  );
  await createActual({ serviceId: service.id, entityId: north.id, fiscalYearId: year.id, months: everyMonth('10.01') });
  await createService({ uid: 'OTHER', entityId: south.id }, { planId: year.planId, months: everyMonth('7.00') });
  await setState('CLOSED', [1, 2]);
  await setState('SOFT', [3]);
});

const drivers = (a: string, b: string) => [
  { entityId: north.id, value: a },
  { entityId: south.id, value: b },
];
const reason = 'Counted wrongly';
const keyVersion = async () =>
  (await sql<{ version: number }>('SELECT version FROM allocation_keys WHERE id = $1', [key.id]))[0]!.version;
const preview = (body: object, who = controller) => who.post(`/api/allocation-keys/${key.id}/preview`).send(body);
const change = async (versionId: number, body: object, seen?: number, who = controller) =>
  who
    .patch(`/api/allocation-keys/${key.id}/versions/${versionId}`)
    .set({ 'if-match': `"v${seen ?? (await keyVersion())}"` })
    .send(body);
const remove = async (versionId: number, body: object = { reason }) =>
  controller
    .post(`/api/allocation-keys/${key.id}/versions/${versionId}/remove`)
    .set({ 'if-match': `"v${await keyVersion()}"` })
    .send(body);
const add = (body: object) => controller.post(`/api/allocation-keys/${key.id}/versions`).send(body);
const versionsNow = () =>
  sql(
    'SELECT v.id, valid_from::text, entity_id, value::int FROM allocation_key_versions v JOIN allocation_drivers ON allocation_key_version_id = v.id ORDER BY 1, 3',
  );
const net = async () =>
  Object.fromEntries(
    (
      await sql<{ name: string; budget: string; actual: string }>(
        `SELECT e.name, budget::numeric(20, 2)::text AS budget, actual::numeric(20, 2)::text AS actual
         FROM service_entity_years n JOIN entities e ON e.id = entity_id WHERE service_id = $1 ORDER BY 1`,
        [service.id],
      )
    ).map(({ name, ...amounts }) => [name, amounts]),
  );

describe('a version that a closed month is shared by', () => {
  test('is neither changed nor removed, and the months are named', async () => {
    const before = await versionsNow();
    for (const answer of [
      await change(older, { validFrom: '2025-04-01', drivers: drivers('9', '1'), reason }),
      await change(older, { validFrom: '2025-07-01', drivers: drivers('1', '1'), reason }),
      await remove(older),
      await add({ validFrom: '2025-05-01', drivers: drivers('9', '1'), reason }),
      await preview({ version: { validFrom: '2025-05-01', drivers: drivers('9', '1') } }),
      await preview({ versionId: older }),
      await change(newer, { validFrom: '2025-05-01', drivers: drivers('9', '1'), reason }),
      await controller
        .post('/api/allocation-keys')
        .send({ name: 'Too early', driverType: 'x', validFrom: '2025-04-01', drivers: drivers('1', '1') }),
    ])
      expect(expectProblem(answer, 409).detail).toMatch(
        /^(Apr 2025, )?May 2025 (is|are) closed; the values by which a closed month is shared cannot change$/,
      );
    expect(await versionsNow()).toEqual(before);
  });
});

describe('a preview', () => {
  test('says what moves between entities in each year, and keeps nothing', async () => {
    const before = [await versionsNow(), await net()];
    const { body } = await preview({
      versionId: newer,
      version: { validFrom: '2025-10-01', drivers: drivers('1', '3') },
    }).expect(200);
    const shown = body as KeyPreview;
    expect(shown).toMatchObject({ services: 1, changedServices: 1, softMonths: [] });
    expect(shown.years).toHaveLength(1);
    expect(shown.years[0]).toMatchObject({
      fy: 'FY26',
      entities: [
        { entity: 'North', budget: { now: '750.00', then: '450.00', difference: '-300.00' } },
        { entity: 'South', budget: { now: '450.00', then: '750.00', difference: '300.00' } },
      ],
      totals: {
        budget: { now: '1200.00', then: '1200.00', difference: '0.00' },
        actual: { now: '120.12', then: '120.12', difference: '0.00' },
        committed: { now: '0.00', then: '0.00', difference: '0.00' },
      },
    });
    expect([await versionsNow(), await net()]).toEqual(before);
  });

  test('agrees with what is kept today, to the paisa', async () => {
    const { body } = await preview({ versionId: newer }).expect(200);
    const now = (body as KeyPreview).years[0]!.entities.map(({ entity, budget, actual }) => [
      entity,
      { budget: budget.now, actual: actual.now },
    ]);
    expect(Object.fromEntries(now)).toEqual(await net());
  });

  test('flags what nobody would carry', async () => {
    const { body } = await preview({
      versionId: newer,
      version: { validFrom: '2025-10-01', drivers: drivers('0', '0') },
    }).expect(200);
    expect((body as KeyPreview).years[0]!.entities.at(-1)).toMatchObject({
      entityId: null,
      entity: 'Unallocated',
      budget: { now: '0.00', then: '600.00' },
    });
  });

  test('says which months are being closed, and leaves them to controllers', async () => {
    const body = { version: { validFrom: '2025-06-01', drivers: drivers('1', '0') } };
    expect((await preview(body).expect(200)).body.softMonths).toEqual(['Jun 2025']);
    const keyOf = await controller
      .post('/api/api-keys')
      .send({ name: 'Keys only', expiresInDays: 1, permissions: ['keys.edit', 'masters.view'] });
    const program = asKey(String(keyOf.body.key));
    expect(expectProblem(await preview(body, program), 403).detail).toContain('Jun 2025 is being closed');
  });

  test('of a second version of a month is refused as it would be', async () => {
    const body = { version: { validFrom: '2025-10-01', drivers: drivers('1', '0') } };
    expect(expectProblem(await preview(body), 409).detail).toBe('The key already has values from 2025-10-01');
  });

  test('that changes nothing has no years', async () => {
    const { body } = await preview({ version: { validFrom: '2025-08-01', drivers: drivers('5', '5') } }).expect(200);
    expect(body).toMatchObject({ services: 1, changedServices: 0, years: [] });
  });

  test.each([
    ['nothing', {}, 422],
    ['a version of another key', { versionId: 999_999 }, 404],
  ])('of %s is refused', async (_what, body, status) => {
    expectProblem(await preview(body), status);
  });
});

describe('a version of open months', () => {
  test('is corrected with a reason; key and service say what moved, why, and in one batch', async () => {
    const shown = (
      await preview({ versionId: newer, version: { validFrom: '2025-09-01', drivers: drivers('1', '3') } })
    ).body as KeyPreview;
    const answer = await change(newer, { validFrom: '2025-09-01', drivers: drivers('1', '3'), reason });
    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBe(`"v${await keyVersion()}"`);
    const then = shown.years[0]!.entities.map(({ entity, budget, actual }) => [
      entity,
      { budget: budget.then, actual: actual.then },
    ]);
    expect(await net()).toEqual(Object.fromEntries(then));

    const log = await controller.get('/api/audit').query({ limit: 2 }).expect(200);
    const [ofService, ofKey] = log.body.data;
    expect(ofKey).toMatchObject({
      action: 'allocation-key.version-changed',
      reason,
      changes: {
        validFrom: { from: '2025-10-01', to: '2025-09-01' },
        [`entity.${north.id}`]: { from: '3', to: '1' },
        [`entity.${south.id}`]: { from: '1', to: '3' },
      },
    });
    expect(ofService).toMatchObject({
      action: 'service.shares-changed',
      subject: service.uid,
      fy: 'FY26',
      reason,
      requestId: ofKey.requestId,
      changes: {
        'shares.budget.North': { from: '750.00', to: '425.00' },
        'shares.budget.South': { from: '450.00', to: '775.00' },
      },
    });
    const { body } = await controller.get(`/api/services/${service.id}/history`).expect(200);
    expect(body.data[0]).toMatchObject({ action: 'service.shares-changed', reason });
  });

  test('tells a reader of a share who changed it, but no amounts', async () => {
    const scoped = await as('Viewer', [north.id]);
    const { body } = await scoped.get(`/api/services/${service.id}/history`).expect(200);
    expect(body.data[0]).toMatchObject({ action: 'service.shares-changed', changes: {} });
  });

  test('is not restored field by field', async () => {
    const { body } = await controller.get(`/api/services/${service.id}/history`).expect(200);
    const answer = await controller
      .post(`/api/services/${service.id}/history/${String(body.data[0].id)}/restore`)
      .set({ 'if-match': '"v1"' })
      .send({ field: 'shares.budget.North', reason });
    expect(expectProblem(answer, 422).errors?.[0]?.message).toContain('correct the key');
  });

  test('is not changed without a reason, by who saw an older key, or onto another version', async () => {
    const body = { validFrom: '2025-11-01', drivers: drivers('1', '1') };
    expectProblem(await change(newer, body), 422);
    expectProblem(await change(newer, { ...body, reason }, 1), 412);
    expectProblem(await change(999_999, { ...body, reason }), 404);
    expectProblem(await change(newer, { ...body, reason }, undefined, await as('Editor')), 403);
    expectProblem(await remove(newer, {}), 422);
    expectProblem(await add({ validFrom: '2025-09-01', drivers: drivers('1', '1'), reason }), 409);
    expectProblem(await add({ validFrom: '2025-12-01', drivers: drivers('1', '1') }), 422);
  });

  test('is removed with a reason, and the one before it holds on', async () => {
    expect((await remove(newer)).body.versions).toMatchObject([{ validFrom: '2025-04-01' }]);
    expect((await net())['North']).toMatchObject({ budget: '600.00' });
    const log = await controller.get('/api/audit').query({ action: 'allocation-key.version-removed' });
    expect(log.body.data[0]).toMatchObject({ reason, changes: { validFrom: { from: '2025-09-01', to: null } } });
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
