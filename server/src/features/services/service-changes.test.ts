import { describe, expect, test } from 'vitest';
import {
  createEntity,
  createKey,
  createService,
  createTower,
  createVendor,
  everyMonth,
} from '../../../test/factories/index.ts';
import { api } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const { viewer, editor, reason, planned, patch, patchMany, budgetOf: read, historyOf } = await servicesStory();

describe('PATCH /api/budgets/:id', () => {
  test('spreads a year over its months to the exact paisa, and every later read shows it', async () => {
    const service = await planned('0.00', { service: 'spread test' });
    const list = () => viewer.get('/api/budgets').query({ fy: 'FY26', q: 'spread test' });
    expect((await list()).body.totals.budget).toBe('0.00');

    const { body, headers } = await patch(service.id, 1, { budget: '100.00', reason: 'First plan' }).expect(200);

    expect(headers['etag']).toBe('"v2"');
    expect(body.months).toEqual([...Array(4).fill('8.34'), ...Array(8).fill('8.33')]);
    expect((await list()).body.totals.budget).toBe('100.00');
  });

  test('changes fields and figures together, as one version with one entry in the history', async () => {
    const { id } = await planned('1.00', { service: 'before', owner: 'Asha' });
    const vendor = await createVendor();
    const tower = await createTower();
    const { body } = await patch(id, 1, {
      service: '  after  ',
      vendorId: vendor.id,
      towerId: tower.id,
      startDate: '2025-04-01',
      endDate: '2026-03-31',
      months: { 1: '3.00', 12: null },
      reason,
    }).expect(200);

    expect(body).toMatchObject({
      version: 2,
      service: 'after',
      vendor: vendor.name,
      tower: tower.name,
      startDate: '2025-04-01',
      owner: 'Asha',
      budget: '13.00',
    });
    expect(body.months).toEqual(['3.00', ...Array(10).fill('1.00'), null]);
    expect(await read(id)).toEqual(body);
    const entries = await historyOf(id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ action: 'service.updated', fy: 'FY26', reason });
    expect(entries[0]!.changes).toEqual({
      service: { from: 'before', to: 'after' },
      vendorId: { from: null, to: { id: vendor.id, name: vendor.name } },
      towerId: { from: null, to: { id: tower.id, name: tower.name } },
      startDate: { from: null, to: '2025-04-01' },
      endDate: { from: null, to: '2026-03-31' },
      budget: { from: '12.00', to: '13.00' },
      'months.1': { from: '1.00', to: '3.00' },
      'months.12': { from: '1.00', to: null },
    });
  });

  test('keeps the shape of a year that has one, and levels it where the phasing says so', async () => {
    const shape = ['10.00', '20.00', '70.00', ...Array<null>(9).fill(null)];
    const profile = await planned(shape, { phasing: 'PROFILE' });
    const even = await planned(shape);
    const change = { budget: '200.01', reason };
    expect((await patch(profile.id, 1, change)).body.months).toEqual([
      '20.00',
      '40.00',
      '140.01',
      ...Array(9).fill('0.00'),
    ]);
    expect((await patch(even.id, 1, change)).body.months).toEqual([
      ...Array(9).fill('16.67'),
      ...Array(3).fill('16.66'),
    ]);
  });

  test('plans a service that had no budget in this year', async () => {
    const { id } = await createService();
    const { body } = await patch(id, 1, { months: { 7: '5' }, reason }).expect(200);
    expect(body).toMatchObject({ budget: '5.00', version: 2 });
    expect(body.months).toEqual([...Array<null>(6).fill(null), '5.00', ...Array<null>(5).fill(null)]);
  });

  test('that changes nothing makes no version and no entry', async () => {
    const { id } = await planned('1.00', { owner: 'Asha' });
    const same = { owner: ' Asha ', budget: '12', phasing: 'EVEN', reason };
    expect((await patch(id, 1, same).expect(200)).headers['etag']).toBe('"v1"');
    expect((await patch(id, 1, { months: { 1: '01.0' }, reason }).expect(200)).body.version).toBe(1);
    expect(await historyOf(id)).toEqual([]);
  });

  test('finds a parent by its UID in any case, and refuses one that is missing or leads back', async () => {
    const [top, middle, leaf] = [await planned('1.00', { uid: 'Top-1' }), await planned('1.00'), await planned('1.00')];
    expect((await patch(middle.id, 1, { parentUid: ' top-1 ' }).expect(200)).body.parentUid).toBe('Top-1');
    await patch(leaf.id, 1, { parentUid: middle.uid }).expect(200);
    const again = await patch(middle.id, 2, { parentUid: 'TOP-1' }).expect(200);
    expect(again.body.version).toBe(2);

    expect((await patch(top.id, 1, { parentUid: 'nobody' }).expect(422)).body.errors[0].pointer).toBe('/parentUid');
    for (const uid of [top.uid, middle.uid, leaf.uid]) await patch(top.id, 1, { parentUid: uid }).expect(422);
    expect((await read(top.id)).parentUid).toBeNull();
    expect((await patch(leaf.id, 2, { parentUid: null }).expect(200)).body.parentUid).toBeNull();
  });

  test('takes a parent away from no one: two services cannot become each other’s parent at the same moment', async () => {
    const [one, two] = [await planned('1.00'), await planned('1.00')];
    const answers = await Promise.all([
      patch(one.id, 1, { parentUid: two.uid }),
      patch(two.id, 1, { parentUid: one.uid }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
  });

  test('clears the entity of a service that becomes shared, and hands it out by its key', async () => {
    const [a, b] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [a.id, '1'],
      [b.id, '3'],
    ]);
    const { id } = await planned(['100.00', ...everyMonth('0').slice(1)], { entityId: a.id });
    const { body } = await patch(id, 1, { serviceType: 'Shared', budgetKeyId: key.id }).expect(200);
    expect(body).toMatchObject({ serviceType: 'Shared', entityId: null, entity: null });
    const entities = await viewer.get(`/api/services/${id}/entities?fy=FY26`).expect(200);
    expect(entities.body.data.map(({ budget }: { budget: string }) => budget).toSorted()).toEqual(['25.00', '75.00']);
    await patch(id, 2, { entityId: a.id }).expect(200); // stays shared, so it stays nobody's
    expect((await read(id)).entityId).toBeNull();
  });

  test('wants a reason for amounts', async () => {
    const { id } = await planned('1.00');
    const refused = await patch(id, 1, { budget: '24.00' }).expect(422);
    expect(refused.body.errors).toMatchObject([{ pointer: '/reason', code: 'required' }]);
    await patch(id, 1, { months: { 1: '2.00' } }).expect(422);
    await patch(id, 1, { owner: 'needs no reason' }).expect(200);
  });

  test('leaves a plan alone that is no draft, and still takes fields', async () => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { budget: '1.00', owner: 'Asha', reason }, editor, 'FY25').expect(409);
    expect(body.detail).toContain('draft');
    expect((await read(id)).owner).toBe('');
    await patch(id, 1, { owner: 'Asha' }, editor, 'FY25').expect(200);
  });

  test('is for editors, and for years and rows that exist', async () => {
    const { id } = await planned('1.00');
    await patch(id, 1, { owner: 'x' }, viewer).expect(403);
    await api.patch(`/api/budgets/${id}?fy=FY26`).set('if-match', '"v1"').send({ owner: 'x' }).expect(401);
    await patch(id, 1, { owner: 'x' }, editor, 'FY77').expect(404);
    await patch(999_999, 1, { owner: 'x' }).expect(404);
    await patchMany([{ id, version: 1, owner: 'x' }], viewer).expect(403);
    expect((await read(id)).version).toBe(1);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
