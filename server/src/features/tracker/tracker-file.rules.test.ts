import { monthFields } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { columnsOf } from './tracker-file.rules.ts';

const year = { id: 1, label: 'FY26', startDate: '2025-04-01', endDate: '2026-03-31', reportedThrough: 6 };
const years = { year: { ...year, current: true, plan: null, periods: [] }, previous: undefined, earlier: undefined };

test('the year adds up its months where all of them stand beside it', () => {
  const budgetAmong = (...names: string[]) => columnsOf(names, years, undefined).at(names.indexOf('budget'));
  expect(budgetAmong('uid', ...monthFields, 'budget')).toMatchObject({ title: 'FY26 Budget', sums: [1, 12] });
  expect(budgetAmong('budget', ...monthFields)?.sums).toEqual([1, 12]);
  expect(budgetAmong('uid', 'm2', 'm1', 'budget')?.sums).toBeUndefined();
  expect(budgetAmong(...monthFields.toReversed(), 'budget')?.sums).toBeUndefined();
});
