import { expect, test } from 'vitest';
import { figuresOf, sharing } from '../../lib/facets.ts';
import { facetsOfOrder } from './tracker.rules.ts';

const years = { year: 3, previous: 2, earlier: 1 };
const paged = { page: 1, limit: 50 };

test.each([
  ['a key', { key: '1' }, ['budgetKey', 'actualKey']],
  ['words', { q: 'a' }, ['uid', 'vendor', 'service', 'description']],
  ['an exception', { exception: 'over-budget' as const }, [figuresOf(3), sharing]],
  ['a figure', { 'budget.gte': '1' }, [figuresOf(3)]],
  ['another figure as its order', { sort: '-actual' }, [figuresOf(3), figuresOf(2), figuresOf(1)]],
  ['the name of a parent', { parentUid: 'A' }, ['parentUid', 'uid', sharing]],
])('which services a list has depends, by %s, on what that is made of', (_, query, facets) => {
  expect(facetsOfOrder({ ...paged, ...query }, years, false)).toEqual(expect.arrayContaining(facets));
  expect(facetsOfOrder(paged, years, false)).toEqual(['uid']);
});
