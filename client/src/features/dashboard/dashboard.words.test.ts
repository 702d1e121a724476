import type { Dashboard } from '@opex/contracts/reports';
import { expect, test } from 'vitest';
import { formatPercent, formatShort } from '../../domain/amounts/format.ts';
import { firstGlance, monthsToDate, trackerAddress } from './dashboard.words.ts';

const format = { short: (amount: string | null | undefined) => formatShort(amount, 'en-IN'), percent: formatPercent };

function sentence(ytdVariance: string, percent: string | null, towers: [string, string][], period = 9) {
  const toDate = { ytdBudget: '0.00', ytdActual: '0.00', ytdVariancePercent: percent };
  const report = {
    fy: 'FY26',
    through: { period, label: null },
    totals: { budget: '12000000.00', ...toDate, ytdVariance },
    months: ['Apr 2025', 'May 2025', 'Jun 2025'].map((label, index) => ({ label, toDate: index < 2 })),
    towers: towers.map(([tower, variance], index) => ({ towerId: index + 1, tower, ...toDate, ytdVariance: variance })),
  } as unknown as Dashboard;
  return firstGlance(report, trackerAddress('FY26', null), format)
    .map(({ text }) => text)
    .join('');
}

test.each([
  [
    'over, and where',
    '-60000.00',
    '-5.00',
    [
      ['Cloud', '-90000.00'],
      ['Mail', '30000.00'],
    ],
    'FY26 to date (Apr\u2013May) is 60,000 over budget, 5.0 %; Cloud is 90,000 over.',
  ],
  [
    'under, with one tower over',
    '60000.00',
    '5.00',
    [
      ['Cloud', '-1.00'],
      ['Mail', '60001.00'],
    ],
    'FY26 to date (Apr\u2013May) is 60,000 under budget, 5.0 %; Cloud is 1 over.',
  ],
  [
    'under everywhere',
    '60000.00',
    '5.00',
    [
      ['Cloud', '20000.00'],
      ['Mail', '40000.00'],
    ],
    'FY26 to date (Apr\u2013May) is 60,000 under budget, 5.0 %; Mail is 40,000 under.',
  ],
  ['spent without a budget', '-60000.00', null, [], 'FY26 to date (Apr\u2013May) is 60,000 over budget.'],
  ['exactly', '0.00', '0.00', [], 'FY26 to date (Apr\u2013May) is exactly on budget.'],
] as [string, string, string | null, [string, string][], string][])('%s', (_, variance, percent, towers, expected) => {
  expect(sentence(variance, percent, towers)).toBe(expected);
});

test('before the first month is reported there is only a budget to speak of', () => {
  expect(sentence('0.00', null, [], 0)).toBe('FY26 has a budget of 1.20 cr; no actuals are reported yet.');
});

test('one month is named once, none not at all', () => {
  expect(monthsToDate({ months: [{ period: 1, label: 'Apr 2025', budget: '0', actual: '0', toDate: true }] })).toBe(
    'Apr',
  );
  expect(monthsToDate({ months: [] })).toBe('');
});
