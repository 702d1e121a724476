import type { TrackerList } from '@opex/contracts/tracker';
import { describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';

const year = await createYear('FY26', { reportedThrough: 3 });
const [north, south] = [await createEntity('North'), await createEntity('South')];
const viewer = await as('Viewer');
const scoped = await as('Viewer', [south.id]);

const inMonth = (period: number, amount: string) =>
  everyMonth('0.00').map((none, index) => (index === period - 1 ? amount : none));
const add = async (uid: string, owner: object, budget: string[], actual: string[]) => {
  const { id } = await createService({ uid, ...owner }, { planId: year.planId, months: budget });
  await createActual({ serviceId: id, entityId: north.id, fiscalYearId: year.id, months: actual });
};
const key = await createKey([
  [north.id, '1'],
  [south.id, '2'],
]);
await add('OWNED', { entityId: south.id }, inMonth(2, '100.00'), inMonth(2, '130.00'));
await add('SHARED', { serviceType: 'Shared', budgetKeyId: key.id }, inMonth(2, '10.00'), inMonth(5, '7.00'));
await add('UNALLOCATED', { serviceType: 'Shared' }, inMonth(2, '5.00'), inMonth(2, '1.00'));
await add('ANOTHER-MONTH', { entityId: north.id }, inMonth(3, '1000.00'), inMonth(3, '900.00'));

const get = (query: object, who: Person = viewer) => who.get('/api/budgets').query({ fy: 'FY26', ...query });
const list = async (query: object, who?: Person): Promise<TrackerList> => (await get(query, who).expect(200)).body;
const figuresIn = ({ data }: TrackerList) =>
  data.map(({ uid, monthBudget, monthActual, monthVariance }) => [uid, monthBudget, monthActual, monthVariance]);

describe('figures of a month', () => {
  test.each<[string, object, Person, string[][]]>([
    [
      'are of the whole, what falls on nobody included',
      {},
      viewer,
      [
        ['ANOTHER-MONTH', '0.00', '0.00', '0.00'],
        ['OWNED', '100.00', '130.00', '-30.00'],
        ['SHARED', '10.00', '0.00', '10.00'],
        ['UNALLOCATED', '5.00', '1.00', '4.00'],
      ],
    ],
    [
      'are the share of an entity',
      { entity: north.id },
      viewer,
      [
        ['ANOTHER-MONTH', '0.00', '0.00', '0.00'],
        ['SHARED', '3.33', '0.00', '3.33'],
      ],
    ],
    [
      'are the share that a reader sees',
      {},
      scoped,
      [
        ['OWNED', '100.00', '130.00', '-30.00'],
        ['SHARED', '6.67', '0.00', '6.67'],
      ],
    ],
  ])('%s', async (_what, query, who, expected) => {
    expect(figuresIn(await list({ ...query, horizon: '2' }, who))).toEqual(expected);
  });

  test('can be ordered and filtered by, and add up over the filter', async () => {
    const page = await list({ horizon: '2', sort: '-monthVariance', 'monthBudget.gt': '0', limit: 2 });
    expect(figuresIn(page).map(([uid]) => uid)).toEqual(['SHARED', 'UNALLOCATED']);
    expect(page.totals).toMatchObject({ monthBudget: '115.00', monthActual: '131.00', monthVariance: '-16.00' });
    const next = await list({
      horizon: '2',
      sort: '-monthVariance',
      'monthBudget.gt': '0',
      after: page.pagination.next,
    });
    expect(figuresIn(next).map(([uid]) => uid)).toEqual(['OWNED']);
    const mine = await list({ horizon: '2', sort: 'monthVariance', 'monthActual.lt': '1' }, scoped);
    expect(figuresIn(mine).map(([uid]) => uid)).toEqual(['SHARED']);
  });

  test.each([
    ['over everything', {}, viewer],
    ['over a filter', { 'budget.gt': '50' }, viewer],
    ['over a search', { q: 'SHARED' }, viewer],
    ['of an entity', { entity: south.id }, viewer],
    ['of an entity, over a filter', { entity: south.id, 'budget.lt': '50' }, viewer],
    ['of the share that a reader sees', {}, scoped],
    ['of that share, over a filter', { 'actual.gt': '0' }, scoped],
    ['of nothing', { q: 'nothing like it' }, viewer],
  ])('add up by month %s, where that is asked for', async (_over, query, who) => {
    const { monthTotals } = await list({ ...query, with: 'month-totals', limit: 1 }, who);
    for (let month = 1; month <= 12; month++) {
      const { totals } = await list({ ...query, horizon: `${month}` }, who);
      expect([monthTotals!.budget[month - 1], monthTotals!.actual[month - 1]]).toEqual([
        totals.monthBudget,
        totals.monthActual,
      ]);
    }
    expect((await list({ ...query, with: 'months' }, who)).monthTotals).toBeUndefined();
  });

  test('are there for a month only', async () => {
    for (const horizon of [undefined, 'year'])
      for (const part of ['data', 'totals'])
        expect(JSON.stringify((await list({ ...(horizon && { horizon }) }))[part as 'data'])).not.toContain('month');
    for (const horizon of ['0', '13', 'date']) await get({ horizon }).expect(422);
  });

  test('are of the last reported month, when they are asked for and none is named', async () => {
    for (const query of [{ sort: '-monthBudget' }, { 'monthBudget.gte': '0', sort: '-monthBudget', horizon: 'year' }]) {
      const found = await list(query);
      expect(figuresIn(found)[0]).toEqual(['ANOTHER-MONTH', '1000.00', '900.00', '100.00']);
      expect(found).toEqual(await list({ ...query, horizon: '3' }));
    }
  });

  test('follow an edit of that month', async () => {
    const editor = await as('Editor');
    const before = await list({ horizon: '4', uid: 'OWNED' }, editor);
    const [row] = before.data;
    expect(row!.monthBudget).toBe('0.00');
    await editor
      .patch(`/api/budgets/${row!.id}?fy=FY26`)
      .set({ 'if-match': `"v${row!.version}"` })
      .send({ months: { 4: '77.70' }, reason: 'Seen in the month' })
      .expect(200);
    const after = await list({ horizon: '4', uid: 'OWNED' }, editor);
    expect(after.data[0]).toMatchObject({ monthBudget: '77.70', monthVariance: '77.70' });
    expect(after.totals.monthBudget).toBe('77.70');
  });
});
