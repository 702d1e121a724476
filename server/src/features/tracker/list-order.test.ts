import { type TrackerField, type TrackerList, type TrackerRow } from '@opex/contracts/tracker';
import { describe, expect, test } from 'vitest';
import { toUnits } from '../../lib/amounts/money.ts';
import { fields, figures, idsOf, keyOf, listsStory } from '../../../test/stories/lists.ts';

const { get, list, rows } = await listsStory();

/** Of a long text the beginning decides. */
const orderOf = (row: TrackerRow, field: TrackerField) => {
  const key = keyOf(row, field);
  return typeof key === 'string' ? key.slice(0, 200) : key;
};

function sorted(sort: string): TrackerRow[] {
  const terms = sort.split(',').map((term) => ({ field: term.replace('-', ''), down: term.startsWith('-') }));
  const compare = (a: string | number | bigint | null, b: typeof a, down: boolean) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b === down ? 1 : -1;
  };
  return rows.toSorted((a, b) => {
    for (const { field, down } of terms) {
      const order = compare(orderOf(a, field as TrackerField), orderOf(b, field as TrackerField), down);
      if (order !== 0) return order;
    }
    return compare(a.id, b.id, terms[0]!.down);
  });
}

/** Every page after the first by the cursor of the page before. */
async function walk(query: { limit: number; sort?: string }): Promise<number[]> {
  const ids: number[] = [];
  let after: string | null | undefined;
  do {
    const page: TrackerList = await list({ ...query, ...(after && { after }) });
    ids.push(...idsOf(page.data));
    after = page.pagination.next;
  } while (after && ids.length < 1000);
  return ids;
}

describe('the order', () => {
  test.each(fields)('by %s is right in both directions, blank dates last, equal rows by id', async (field) => {
    expect(new Set(rows.map((row) => keyOf(row, field))).size).toBeGreaterThan(1);
    for (const sort of [field, `-${field}`])
      expect(idsOf((await list({ sort, limit: 200 })).data), sort).toEqual(idsOf(sorted(sort)));
  });

  test.each([
    'tower,-budget',
    '-tower,vendor,owner',
    'endDate,-renewalDate,uid',
    '-endDate,renewalDate',
    'status,-startDate,endDate,-renewalDate,budget',
  ])('by %s takes each column in its own direction', async (sort) => {
    expect(idsOf((await list({ sort, limit: 200 })).data)).toEqual(idsOf(sorted(sort)));
  });

  test('without a wish is by UID', async () => {
    expect(idsOf((await list({ limit: 200 })).data)).toEqual(idsOf(sorted('uid')));
  });
});

describe('pages', () => {
  test('by number cut the same list, and say how many there are', async () => {
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((page) => list({ page, limit: 7, sort: 'tower' })));
    expect(pages.flatMap(({ data }) => idsOf(data))).toEqual(idsOf(sorted('tower')));
    expect(pages[0]!.pagination).toMatchObject({ page: 1, limit: 7, total: 40, pages: 6 });
    expect(pages[6]!.data).toEqual([]);
    expect(pages[6]!.pagination.next).toBeNull();
  });

  test.each(fields)('by cursor walk the whole list by %s, up and down', async (field) => {
    for (const sort of [field, `-${field}`]) expect(await walk({ limit: 7, sort }), sort).toEqual(idsOf(sorted(sort)));
  });

  test.each(['-endDate,renewalDate', 'endDate,-renewalDate,-budget', 'tower,-startDate'])(
    'by cursor walk the whole list by %s',
    async (sort) => {
      expect(await walk({ limit: 3, sort })).toEqual(idsOf(sorted(sort)));
    },
  );

  test('by cursor walk the list that nobody gave an order', async () => {
    expect(await walk({ limit: 9 })).toEqual(idsOf(sorted('uid')));
  });

  test('take no cursor that was changed, made up, or made for another order', async () => {
    const next = (await list({ sort: 'budget', limit: 3 })).pagination.next!;
    const [payload = '', seal = ''] = next.split('.');
    const forged = Buffer.from(JSON.stringify(['budget', '0', '1'])).toString('base64url');
    await get({ sort: 'budget', after: next }).expect(200);
    for (const after of [`${forged}.${seal}`, `${payload}.${'A'.repeat(seal.length)}`, payload, 'x', ''])
      await get({ sort: 'budget', after }).expect(400);
    for (const odd of ['€'.repeat(22), `${seal.slice(0, 21)}é`, `${seal.slice(0, 21)}=`, `${seal} `])
      await get({ sort: 'budget', after: `${payload}.${odd}` }).expect(400);
    for (const sort of ['-budget', 'actual', 'budget,uid']) await get({ sort, after: next }).expect(400);
    await get({ after: next }).expect(400);
  });

  test('end at offset 10 000; beyond it takes a cursor', async () => {
    await get({ page: 201, limit: 50 }).expect(200);
    const { body } = await get({ page: 202, limit: 50 }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/page' }]);
    expect(body.errors[0].message).toContain('after');
  });

  test.each(['uid,-uid', 'uid,uid', 'id,uid,owner,budget,actual,tower', '', '--uid', 'constructor'])(
    'refuse the order %j',
    async (sort) => {
      await get({ sort }).expect(422);
    },
  );
});

describe('totals', () => {
  const sumOf = (found: TrackerRow[], field: TrackerField) =>
    found.reduce((sum, row) => sum + toUnits(row[field] as string), 0n);

  test.each([{}, { status: 'Active' }, { 'budget.lt': '0' }, { q: 'backup', 'endDate.empty': 'true' }])(
    'over the filter %j are the exact sum of all its pages',
    async (filter) => {
      const pages = await Promise.all([1, 2, 3, 4].map((page) => list({ ...filter, page, limit: 12 })));
      const found = pages.flatMap(({ data }) => data);
      expect(found.length).toBe(pages[0]!.pagination.total);
      expect(found.length).toBeGreaterThan(0);
      for (const { totals } of pages)
        for (const field of figures)
          expect(toUnits(totals[field as keyof typeof totals]!), field).toBe(sumOf(found, field));
    },
  );

  test('of nothing are zero', async () => {
    const { data, totals, pagination } = await list({ q: 'there is no such service' });
    expect(data).toEqual([]);
    expect(new Set(Object.values(totals))).toEqual(new Set(['0.00']));
    expect(pagination).toMatchObject({ total: 0, pages: 0, next: null });
  });

  test('variance is budget less actual, and to date only what is reported', () => {
    for (const row of rows) {
      expect(toUnits(row.variance)).toBe(toUnits(row.budget) - toUnits(row.actual));
      expect(toUnits(row.ytdVariance)).toBe(toUnits(row.ytdBudget) - toUnits(row.ytdActual));
    }
    expect(rows.some((row) => row.ytdActual !== row.actual && row.ytdBudget !== row.budget)).toBe(true);
  });
});
