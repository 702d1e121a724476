import type { Dashboard } from '@opex/contracts/reports';
import { expect, test } from 'vitest';
import { formatPercent, formatShort } from '../../domain/amounts/format.ts';
import { firstGlance, trackerAddress } from './dashboard.words.ts';

const format = { short: (amount: string | null | undefined) => formatShort(amount, 'en-IN'), percent: formatPercent };

const toDate: Dashboard['horizon'] = { kind: 'date', first: 1, last: 9, label: 'Apr\u2013Dec' };
const year: Dashboard['horizon'] = { kind: 'year', first: 1, last: 12, label: 'FY26' };
const month: Dashboard['horizon'] = { kind: 'month', first: 7, last: 7, label: 'Oct 2025' };

function glance(
  variance: string,
  variancePercent: string | null,
  towers: [string, string][],
  horizon = toDate,
  period = 9,
) {
  const compared = { budget: '5000000.00', actual: '0.00', variancePercent };
  const report = {
    fy: 'FY26',
    through: { period, label: 'Dec 2025' },
    horizon,
    totals: { budget: '12000000.00', compared: { ...compared, variance } },
    towers: towers.map(([tower, amount], index) => ({
      towerId: index + 1,
      tower,
      compared: { ...compared, variance: amount },
    })),
  } as unknown as Dashboard;
  return firstGlance(report, trackerAddress(report, null), format);
}
const sentence = (...given: Parameters<typeof glance>) =>
  glance(...given)
    .map(({ text }) => text)
    .join('');

test.each([
  [
    'over, and where',
    '-60000.00',
    '-5.00',
    [
      ['Cloud', '-90000.00'],
      ['Mail', '30000.00'],
    ],
    'FY26 to date (Apr\u2013Dec) is 60,000 over budget, 5.0 %; Cloud is 90,000 over.',
  ],
  [
    'under, with one tower over',
    '60000.00',
    '5.00',
    [
      ['Cloud', '-1.00'],
      ['Mail', '60001.00'],
    ],
    'FY26 to date (Apr\u2013Dec) is 60,000 under budget, 5.0 %; Cloud is 1 over.',
  ],
  [
    'under everywhere',
    '60000.00',
    '5.00',
    [
      ['Cloud', '20000.00'],
      ['Mail', '40000.00'],
    ],
    'FY26 to date (Apr\u2013Dec) is 60,000 under budget, 5.0 %; Mail is 40,000 under.',
  ],
  ['spent without a budget', '-60000.00', null, [], 'FY26 to date (Apr\u2013Dec) is 60,000 over budget.'],
  ['exactly', '0.00', '0.00', [], 'FY26 to date (Apr\u2013Dec) is exactly on budget.'],
] as [string, string, string | null, [string, string][], string][])('%s', (_, variance, percent, towers, expected) => {
  expect(sentence(variance, percent, towers)).toBe(expected);
});

test('before the first month is reported there is only a budget to speak of', () => {
  const words = 'FY26 has a budget of 1.20 cr; no actuals are reported yet.';
  for (const horizon of [toDate, year]) expect(sentence('0.00', null, [], horizon, 0)).toBe(words);
  expect(sentence('0.00', null, [], month, 6)).toBe(
    'Oct 2025 has a budget of 50.00 L; its actuals are not reported yet.',
  );
});

test('another horizon is named, and how far the actuals of a year go', () => {
  const towers: [string, string][] = [['Cloud', '-1.00']];
  const rest = 'is 60,000 under budget, 5.0 %; Cloud is 1 over.';
  expect(sentence('60000.00', '5.00', towers, month)).toBe(`Oct 2025 ${rest}`);
  expect(sentence('60000.00', '5.00', towers, year)).toBe(`FY26 in full, with actuals to Dec, ${rest}`);
  expect(sentence('60000.00', '5.00', towers, year, 12)).toBe(`FY26 in full ${rest}`);
});

test.each([
  [toDate, '', 'ytdVariance', 'ytdBudget,ytdActual,ytdVariance,budget,committed'],
  [year, '&horizon=year', 'variance', 'budget,actual,variance,committed'],
  [month, '&horizon=7', 'monthVariance', 'monthBudget,monthActual,monthVariance,budget,committed'],
])('opens its list under the horizon $label', (horizon, shared, figure, columns) => {
  const links = glance('60000.00', '5.00', [['Cloud', '-1.00']], horizon).flatMap(({ to }) => to ?? []);
  const cols = `&cols=uid,vendor,service,tower,${columns}&mark=${figure}`;
  expect(links).toEqual([
    `/tracker?fy=FY26${shared}`,
    `/tracker?fy=FY26${shared}&sort=-${figure}${cols}`,
    `/tracker?fy=FY26${shared}&tower=1&sort=${figure}${cols}`,
  ]);
});
