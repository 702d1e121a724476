import { type TrackerList } from '@opex/contracts/tracker';
import { describe, expect, test } from 'vitest';
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
} from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { database } from '../../database/database.ts';
import { toUnits } from '../../lib/amounts/money.ts';
import { figures, idsOf, listsStory } from '../../../test/stories/lists.ts';

const { viewer, get, list, rows } = await listsStory();

describe('shares', () => {
  test('of all entities add up to the whole, row by row and in every figure', async () => {
    const [one, two, three] = [await createEntity(), await createEntity(), await createEntity()];
    const thirds = await createKey([one, two, three].map(({ id }) => [id, '1']));
    const uneven = await createKey([
      [one.id, '62.5'],
      [three.id, '37.51'],
    ]);
    const { id: yearId, planId } = (await yearOf('FY26'))!;
    for (const keys of [{ budgetKeyId: thirds.id }, { budgetKeyId: uneven.id, actualKeyId: thirds.id }]) {
      const months = ['100.00', null, '0.01', '-7.77', ...everyMonth('1234567.89').slice(4)];
      const shared = await createService({ service: 'conserve', serviceType: 'Shared', ...keys }, { planId, months });
      await createActual({ serviceId: shared.id, entityId: two.id, fiscalYearId: yearId, months: everyMonth('33.34') });
      await createOrder({ serviceId: shared.id, fiscalYearId: yearId, ordered: '100.00' });
    }
    const whole = await list({ q: 'conserve', sort: 'id' });
    const shares = await Promise.all(
      [one, two, three].map(({ id }) => list({ q: 'conserve', sort: 'id', entity: id })),
    );
    const both = await list({ q: 'conserve', sort: 'id', entity: `${one.id},${two.id}` });

    for (const field of figures as (keyof TrackerList['totals'])[]) {
      const parts = shares.map(({ totals }) => toUnits(totals[field]!));
      expect(
        parts.reduce((sum, part) => sum + part, 0n),
        field,
      ).toBe(toUnits(whole.totals[field]!));
      expect(toUnits(both.totals[field]!), field).toBe(parts[0]! + parts[1]!);
      for (const { id, [field]: amount } of whole.data) {
        const ofRow = shares.flatMap(({ data }) => data.filter((row) => row.id === id));
        expect(
          ofRow.reduce((sum, row) => sum + toUnits(row[field]!), 0n),
          field,
        ).toBe(toUnits(amount!));
      }
    }
    expect(whole.totals.committed).toBe('200.00');
  });

  test('follow the scope: a filter narrows it and never widens it, and sorts and filters see the share', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '25'],
      [other.id, '75'],
    ]);
    const { planId } = (await yearOf('FY26'))!;
    const small = await createService(
      { service: 'narrow', entityId: mine.id },
      { planId, months: ['30.00', ...everyMonth('0').slice(1)] },
    );
    const large = await createService(
      { service: 'narrow', serviceType: 'Shared', budgetKeyId: key.id },
      { planId, months: ['100.00', ...everyMonth('0').slice(1)] },
    );
    await createService({ service: 'narrow', entityId: other.id }, { planId, months: everyMonth('9.00') });
    const scoped = await as('Viewer', [mine.id]);
    const see = (query: object) => list({ q: 'narrow', sort: '-budget', ...query }, scoped);

    const all = await see({});
    expect(all.data).toMatchObject([
      { id: small.id, budget: '30.00', previousBudget: '0.00' },
      { id: large.id, budget: '25.00' },
    ]);
    expect(all.totals.budget).toBe('55.00');
    expect((await see({ entity: `${mine.id},${other.id}` })).data).toEqual(all.data);
    expect((await see({ entity: other.id })).data).toEqual([]);
    expect(idsOf((await see({ 'budget.gt': '25' })).data)).toEqual([small.id]);
    expect(idsOf((await see({ sort: 'previousActual,-earlierBudget' })).data)).toEqual([small.id, large.id]);
    expect((await see({ 'previousBudget.gte': '0' })).pagination.total).toBe(2);
    expect((await see({ with: 'months' })).data[1]!.months!.slice(0, 2)).toEqual(['25.00', '0.00']);
  });
});

describe('an answer', () => {
  test('brings months only when asked, with what is empty kept apart from zero', async () => {
    const { planId } = (await yearOf('FY26'))!;
    const months = ['1.00', null, '0.00', ...Array<null>(9).fill(null)];
    await createService({ service: 'with months' }, { planId, months });
    await createService({ service: 'with months, unplanned' });
    const { data } = await list({ q: 'with months', with: 'months', sort: 'service' });
    expect(data.map((row) => row.months)).toEqual([months, Array(12).fill(null)]);
    expect((await list({ q: 'with months' })).data[0]).not.toHaveProperty('months');
    await get({ with: 'actuals' }).expect(422);
  });

  test('is not sent again to who has it, until somebody changes a row', async () => {
    const { planId } = (await yearOf('FY26'))!;
    const { id } = await createService({ service: 'etag test' }, { planId, months: everyMonth('1.00') });
    const read = (etag = '') => get({ q: 'etag test' }).set('if-none-match', etag);
    const first = await read().expect(200);
    const etag = first.headers['etag']!;
    const second = await read(etag).expect(304);
    expect(second.text).toBe('');
    expect(second.headers['etag']).toBe(etag);

    const editor = await as('Editor');
    await editor
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set({ 'if-match': '"v1"' })
      .send({ budget: '13.00', reason: 'ETag test' })
      .expect(200);
    const third = await read(etag).expect(200);
    expect(third.headers['etag']).not.toBe(etag);
    expect(third.body.totals.budget).toBe('13.00');
  });

  test('about one row is the same row, with its months', async () => {
    const { monthBudget, monthActual, monthVariance, ...row } = rows[0]!;
    expect([monthBudget, monthActual, monthVariance]).not.toContain(undefined);
    const { body, headers } = await viewer.get(`/api/budgets/${row.id}?fy=FY26`).expect(200);
    expect(body).toMatchObject(row);
    expect(body.months).toHaveLength(12);
    expect(headers['etag']).toMatch(new RegExp(`^"v${row.version}-`));
  });

  test.each(['9223372036854775808', '2147483648', '999999', '-1', '0', '0x1', '1e3', '1.0', '%20'])(
    'about row %s is 404',
    async (id) => {
      await viewer.get(`/api/budgets/${id}?fy=FY26`).expect(404);
    },
  );
});

async function yearOf(label: string) {
  const year = await database.fiscalYear.findUnique({
    where: { label },
    include: { planVersions: { where: { isCurrent: true } } },
  });
  return year && { ...year, planId: year.planVersions[0]!.id };
}

test('the largest amounts that may be entered add up, in the list and on the dashboard', async () => {
  const year = await createYear('FY40');
  for (let group = 0; group < 3; group++) {
    const [tower, vendor] = [await createTower(), await createVendor()];
    for (let service = 0; service < 4; service++)
      await createService(
        { towerId: tower.id, vendorId: vendor.id },
        { planId: year.planId, months: everyMonth('999999999999.99') },
      );
  }
  const viewer = await as('Viewer');
  for (const address of ['/api/budgets?fy=FY40', '/api/reports/dashboard?fy=FY40']) {
    const { body } = await viewer.get(address).expect(200);
    expect(body.totals.budget).toBe('143999999999998.56');
  }
});
