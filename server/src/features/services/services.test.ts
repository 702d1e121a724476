import { describe, expect, test } from 'vitest';
import { createEntity, createKey, createService, createVendor, createYear } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { database } from '../../database/database.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const {
  viewer,
  editor,
  approver,
  reason,
  planned,
  read,
  historyOf: entriesOf,
  create,
  act,
  patch,
  patchMany,
} = await servicesStory({ reportedThrough: 3 });

describe('POST /api/services', () => {
  test('adds a service with a first budget, its entry in the log, and a row in the tracker', async () => {
    const vendor = await createVendor();
    const parent = await createService({ uid: 'PARENT-1' });
    const body = {
      uid: ' NEW-1 ',
      service: 'Mail',
      vendorId: vendor.id,
      parentUid: 'parent-1',
      budget: '100',
      fy: 'FY26',
    };
    const answer = await create({ ...body, reason }).expect(201);
    const id: number = answer.body.id;

    expect(answer.headers['etag']).toBe('"v1"');
    expect(answer.body).toMatchObject({
      ...{ uid: 'NEW-1', version: 1, vendor: vendor.name, parentUid: 'PARENT-1', status: 'Active', phasing: 'EVEN' },
      years: [
        { fy: 'FY26', budget: '100.00', actual: '0.00', committed: '0.00', variance: '100.00', available: '100.00' },
        { fy: 'FY25', budget: '0.00' },
      ],
      children: [],
    });
    expect((await read(`${id}/months?fy=FY26`)).months.map(({ budget }: { budget: string }) => budget)).toEqual([
      ...Array(4).fill('8.34'),
      ...Array(8).fill('8.33'),
    ]);
    expect(await entriesOf(id)).toMatchObject([
      {
        action: 'service.created',
        fy: 'FY26',
        reason,
        changes: {
          uid: { from: null, to: 'NEW-1' },
          vendorId: { from: null, to: { id: vendor.id, name: vendor.name } },
          parentUid: { from: null, to: 'PARENT-1' },
          budget: { from: '0.00', to: '100.00' },
          'months.1': { from: null, to: '8.34' },
        },
      },
    ]);
    expect((await read(String(parent.id))).children).toEqual([{ id, uid: 'NEW-1', service: 'Mail' }]);
    const list = await viewer.get('/api/budgets').query({ fy: 'FY26', uid: 'new-1' }).expect(200);
    expect(list.body.data).toMatchObject([{ id, budget: '100.00' }]);
  });

  test.each([
    ['no UID', {}, 422],
    ['an empty UID', { uid: ' ' }, 422],
    ['a UID that exists in another case', { uid: 'taken-1' }, 409],
    ['an unknown vendor', { uid: 'X-1', vendorId: 999_999 }, 422],
    ['an unknown parent', { uid: 'X-1', parentUid: 'nobody' }, 422],
    ['an end before the start', { uid: 'X-1', startDate: '2026-01-02', endDate: '2026-01-01' }, 422],
    ['money that is none', { uid: 'X-1', budget: '1.005' }, 422],
    ['an unknown year', { uid: 'X-1', budget: '1', fy: 'FY77' }, 404],
    ['a budget in a locked plan', { uid: 'X-1', budget: '1', fy: 'FY25' }, 409],
    ['an unknown field', { uid: 'X-1', colour: 'red' }, 422],
    ['months', { uid: 'X-1', months: { 1: '1.00' } }, 422],
  ])('refuses %s and leaves nothing behind', async (_what, body, status) => {
    await createService({ uid: 'TAKEN-1' }).catch(() => undefined);
    const before = [await database.service.count(), await database.auditEntry.count()];
    await create(body).expect(status);
    expect([await database.service.count(), await database.auditEntry.count()]).toEqual(before);
  });

  test('is for editors, and for a scoped one within their entities', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const scoped = await as('Editor', [mine.id]);
    await create({ uid: 'V-1' }, viewer).expect(403);
    await create({ uid: 'V-1', entityId: other.id }, scoped).expect(422);
    await create({ uid: 'V-1' }, scoped).expect(422);
    await create({ uid: 'V-1', entityId: mine.id, serviceType: 'Shared' }, scoped).expect(422);
    const { body } = await create({ uid: 'V-1', entityId: mine.id, budget: '12.00', fy: 'FY26' }, scoped).expect(201);
    expect(body).toMatchObject({ editable: true, entityId: mine.id });
    expect(body.years[0].budget).toBe('12.00');
  });
});

describe('the budget of a year', () => {
  test('is spread over the months of the contract', async () => {
    const dates = { startDate: '2025-07-31', endDate: '2025-09-01' };
    const answer = await create({ uid: 'DATED-1', budget: '300', fy: 'FY26', reason, ...dates }).expect(201);
    const id = (answer.body as { id: number }).id;
    const monthsOf = async () =>
      (await read(`${id}/months?fy=FY26`)).months.map(({ budget }: { budget: string | null }) => budget);
    const quarter = ['0.00', '0.00', '0.00', '100.00', '100.00', '100.00', ...Array<string>(6).fill('0.00')];
    expect(await monthsOf()).toEqual(quarter);
    await patch(id, 1, { reason, endDate: '2025-07-31', budget: '100' }).expect(200);
    expect(await monthsOf()).toEqual(quarter.map((month, index) => (index === 3 ? month : '0.00')));
  });
});

describe('retiring', () => {
  test('keeps a service in its years and in the list, and it can come back', async () => {
    const { id } = await planned('1.00', { uid: 'RET-1' });
    const retired = await act(`${id}/retire`, 1, { reason }).expect(200);
    expect(retired.body).toMatchObject({ status: 'Retired', version: 2 });
    expect(retired.body.years[0].budget).toBe('12.00');
    const listed = async (status: string) =>
      (await viewer.get('/api/budgets').query({ fy: 'FY26', q: 'ret-1', status })).body.data.length;
    expect([await listed('Retired'), await listed('Active')]).toEqual([1, 0]);

    expect((await act(`${id}/reinstate`, 2, { reason }).expect(200)).body).toMatchObject({
      status: 'Active',
      version: 3,
    });
    expect([await listed('Retired'), await listed('Active')]).toEqual([0, 1]);
    expect(await entriesOf(id)).toMatchObject([
      { action: 'service.reinstated', reason, changes: { status: { from: 'Retired', to: 'Active' } } },
      { action: 'service.retired', reason, changes: { status: { from: 'Active', to: 'Retired' } } },
    ]);
  });

  test('takes what is planned for months to come off, and leaves what has begun', async () => {
    await createYear('FY28', { planState: 'RETURNED' });
    const { id } = await planned('1.00');
    expect(await read(`${id}/months?fy=FY28`)).toMatchObject({ editable: true, plan: { state: 'RETURNED' } });
    await patch(id, 1, { reason, months: { 1: '5', 12: '7' } }, editor, 'FY28').expect(200);
    const budgets = async () =>
      (await read(String(id))).years.map(({ fy, budget }: { fy: string; budget: string }) => [fy, budget]);
    await act(`${id}/retire`, 2, { reason }).expect(200);
    await act(`${id}/reinstate`, 3, { reason }).expect(200);
    expect(await budgets()).toEqual(
      expect.arrayContaining([
        ['FY28', '12.00'],
        ['FY26', '12.00'],
      ]),
    );

    await act(`${id}/retire`, 4, { reason, releaseBudget: true }).expect(200);
    expect(await budgets()).toEqual(
      expect.arrayContaining([
        ['FY28', '0.00'],
        ['FY26', '12.00'],
      ]),
    );
    const [retired, released, ...earlier] = await entriesOf(id);
    expect(retired).toMatchObject({ action: 'service.retired', fy: null });
    expect(released).toMatchObject({
      ...{ action: 'service.updated', fy: 'FY28', reason },
      changes: { budget: { from: '12.00', to: '0.00' }, 'months.1': { from: '5.00', to: '0.00' } },
    });
    expect(earlier).toHaveLength(3);

    await act(`${id}/history/${released!.id}/restore`, 5, { field: 'budget', reason }, editor).expect(409);
    await act(`${id}/reinstate`, 5, { reason }).expect(200);
    await act(`${id}/history/${released!.id}/restore`, 6, { field: 'budget', reason }, editor).expect(200);
    expect(await budgets()).toEqual(expect.arrayContaining([['FY28', '12.00']]));
  });

  test('ends all changes: nothing of it, alone or among others, until it is back', async () => {
    const [{ id, uid }, other] = [await planned('1.00'), await planned('1.00')];
    await act(`${id}/retire`, 1, { reason }).expect(200);
    const refused = await patch(id, 2, { reason, budget: '24.00' }).expect(409);
    expect(refused.body.detail).toContain(`${uid} is retired`);
    await patch(id, 2, { description: 'Another' }).expect(409);
    const both = [
      { id: other.id, version: 1, budget: '24.00' },
      { id, version: 2, budget: '24.00' },
    ];
    await patchMany(both).expect(409);
    expect(await read(String(other.id))).toMatchObject({ version: 1 });
    await act(`${id}/reinstate`, 2, { reason }).expect(200);
    await patch(id, 3, { reason, budget: '24.00' }).expect(200);
  });

  test('needs the version, a reason, a right and a sight of the whole', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '1'],
    ]);
    const { id } = await planned('1.00', { serviceType: 'Shared', budgetKeyId: key.id });
    await approver.post(`/api/services/${id}/retire`).send({ reason }).expect(428);
    await act(`${id}/retire`, 2, { reason }).expect(412);
    await act(`${id}/retire`, 1, {}).expect(422);
    await act(`${id}/retire`, 1, { reason }, editor).expect(403);
    await act(`${id}/retire`, 1, { reason }, await as('Approver', [mine.id])).expect(403);
    await act(`${id}/retire`, 1, { reason }, await as('Approver', [(await createEntity()).id])).expect(404);
    await act('999999/retire', 1, { reason }).expect(404);
    expect(await read(String(id))).toMatchObject({ status: 'Active', version: 1 });
    expect(await entriesOf(id)).toEqual([]);
  });

  test('what is retired, or bringing back what is there, is a conflict and not a new date', async () => {
    const { id } = await planned('1.00');
    await act(`${id}/reinstate`, 1, { reason }).expect(409);
    await act(`${id}/retire`, 1, { reason }).expect(200);
    const { retiredAt } = await database.service.findUniqueOrThrow({ where: { id } });
    await act(`${id}/retire`, 2, { reason }).expect(409);
    expect((await database.service.findUniqueOrThrow({ where: { id } })).retiredAt).toEqual(retiredAt);
    expect(await entriesOf(id)).toHaveLength(1);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
