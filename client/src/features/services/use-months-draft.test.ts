import type { ServiceMonths } from '@opex/contracts/services';
import { expect, test } from 'vitest';
import { changedByOthers, type MonthsDraft } from './use-months-draft.ts';

const months = (budgets: (string | null)[], version = 1): ServiceMonths => ({
  fy: 'FY26',
  version,
  editable: true,
  plan: null,
  reportedThrough: 0,
  months: budgets.map((budget, index) => ({
    number: index + 1,
    label: `Month ${index + 1}`,
    state: 'OPEN',
    stateSince: null,
    budget,
    actual: null,
    previousActual: null,
  })),
});
const seen = months(['100.00', '100.00', null]);

const cases: [what: string, draft: Omit<MonthsDraft, 'seen'>, now: (string | null)[], numbers: number[]][] = [
  ['only other months', { months: { 1: '150.00' } }, ['100.00', '120.00', null], []],
  ['the same month', { months: { 1: '150.00' } }, ['110.00', '100.00', null], [1]],
  ['the same month, to the same', { months: { 1: '150.00' } }, ['150.00', '100.00', null], []],
  ['an empty month', { months: { 3: '5.00' } }, ['100.00', '100.00', '7.00'], [3]],
  ['any month of a whole year', { months: {}, year: '900.00' }, ['100.00', '120.00', null], [2]],
];
test.each(cases)('somebody else changed %s', (_what, draft, now, numbers) => {
  expect(changedByOthers({ seen, ...draft }, months(now, 2))).toEqual(numbers);
});
