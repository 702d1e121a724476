import { describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createUser,
  createVendor,
  createYear,
} from '../../../test/factories/index.ts';
import { as, asUser } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { database } from '../../database/database.ts';
import { mastersStory } from '../../../test/stories/masters.ts';

const { year, viewer, merge, tracker, planned } = await mastersStory();

test('merging vendors moves their orders and adds up their years', async () => {
  const [from, into] = [await createVendor(), await createVendor()];
  const service = await planned({ vendorId: from.id }, '10.00');
  await planned({ vendorId: into.id }, '5.00');
  const order = await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '7.00' });
  await database.purchaseLine.update({ where: { id: order.id }, data: { vendorId: from.id } });
  await merge('vendors', from.id, into.id).expect(200);
  expect((await database.purchaseLine.findUniqueOrThrow({ where: { id: order.id } })).vendorId).toBe(into.id);
  const years = await database.vendorYear.findMany({ where: { vendorId: { in: [from.id, into.id] } } });
  expect(years).toMatchObject([{ vendorId: into.id }]);
  expect(years[0]!.budget.toFixed(2)).toBe('180.00');
});

describe('merging entities', () => {
  const shares = async (serviceId: number) =>
    (await viewer.get(`/api/services/${serviceId}/entities?fy=FY26`).expect(200)).body.data;

  test('moves services, actuals, drivers and scopes, and every sum stays right', async () => {
    const [from, into, third] = [await createEntity(), await createEntity(), await createEntity()];
    const key = await createKey([
      [from.id, '30'],
      [into.id, '20'],
      [third.id, '50'],
    ]);
    const lone = await createKey([
      [from.id, '1'],
      [third.id, '3'],
    ]);
    const dedicated = await planned({ entityId: from.id }, '2.00');
    const shared = await planned({ serviceType: 'Shared', budgetKeyId: key.id, actualKeyId: lone.id }, '100.00');
    const fact = { serviceId: dedicated.id, fiscalYearId: year.id };
    await createActual({ ...fact, entityId: from.id, months: ['1.00', null, '3.00', null] });
    await createActual({ ...fact, entityId: into.id, months: ['10.00', '20.00', null, null] });
    await createActual({ serviceId: shared.id, fiscalYearId: year.id, entityId: from.id, months: ['40.00'] });
    const [both, one] = [await createUser('Viewer', [from.id, into.id]), await createUser('Viewer', [from.id])];
    const [bothSession, oneSession] = [await asUser(both.id), await asUser(one.id)];
    for (const session of [bothSession, oneSession]) expect((await tracker({}, session)).data.length).toBe(2);
    const before = await tracker({});

    await merge('entities', from.id, into.id, await as('Admin')).expect(200);

    expect((await tracker({})).totals).toEqual(before.totals);
    expect(await shares(dedicated.id)).toMatchObject([{ entityId: into.id, budget: '24.00', actual: '34.00' }]);
    expect(await shares(shared.id)).toMatchObject(
      [
        { entityId: into.id, budget: '600.00', actual: '10.00', name: into.name },
        { entityId: third.id, budget: '600.00', actual: '30.00', name: third.name },
      ]
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name: entity, ...share }) => ({ entity, ...share })),
    );
    const actuals = await database.actual.findMany({ where: fact });
    expect(actuals).toHaveLength(1);
    expect([actuals[0]!.m01, actuals[0]!.m02, actuals[0]!.m03].map(String)).toEqual(['11', '20', '3']);
    expect(actuals[0]!.m04).toBeNull();
    for (const session of [bothSession, oneSession]) {
      const { totals, data } = await tracker({}, session);
      expect(data.length).toBe(2);
      expect(totals).toMatchObject({ budget: '624.00', actual: '44.00' });
      const me = await session.get('/api/auth/me').expect(200);
      expect(me.body.user.entityIds).toEqual([into.id]);
    }
  });

  test('keeps what a closed month says: rows move whole, but two are not added up in it', async () => {
    const closed = await createYear('FY25', { planState: 'LOCKED' });
    const [from, into, alone] = [await createEntity(), await createEntity(), await createEntity()];
    const service = await createService({ entityId: into.id });
    for (const { id: entityId } of [from, into, alone])
      await createActual({ serviceId: service.id, fiscalYearId: closed.id, entityId, months: ['5.00'] });
    await database.period.updateMany({ where: { fiscalYearId: closed.id }, data: { state: 'CLOSED' } });

    const { body } = await merge('entities', from.id, into.id).expect(409);
    expect(body.detail).toContain('closed');
    expect(await database.actual.count({ where: { serviceId: service.id } })).toBe(3);
    await viewer.get(`/api/entities/${from.id}`).expect(200);

    const fresh = await createEntity();
    await merge('entities', alone.id, fresh.id).expect(200);
    expect(await database.actual.count({ where: { serviceId: service.id, entityId: fresh.id } })).toBe(1);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
