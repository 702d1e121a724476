import type { AuditEntry } from '@opex/contracts/audit';
import type { Dashboard } from '@opex/contracts/reports';
import { describe, expect, test } from 'vitest';
import { isWorthReading, summaryOf } from './summary.rules.ts';

const over = (uid: string, ytdVariance: string, ytdVariancePercent: string | null = '-12.50') => ({
  serviceId: 1,
  uid,
  service: 'Hosting',
  tower: null,
  ytdBudget: '8000000.00',
  ytdActual: '9000000.00',
  ytdVariance,
  ytdVariancePercent,
});
const renewal = (days: number) => ({
  serviceId: 1,
  uid: 'OPX-9',
  service: 'Antivirus',
  vendor: 'Acme',
  dueDate: '2026-12-01',
  days,
  budget: '300000.00',
});
const report = {
  fy: 'FY27',
  through: { period: 7, label: 'Oct 2026' },
  totals: { budget: '100.00', ytdVariance: '-123456789.10', ytdVariancePercent: '-3.20' },
  variances: { adverse: [over('OPX-7', '-1000000.00'), over('OPX-8', '0.00')], favourable: [] },
  renewals: { next: [renewal(1), renewal(31)] },
} as unknown as Dashboard;
const entry = (subject: string, actor: string, action = 'service.updated') =>
  ({ subject, actor, action }) as unknown as AuditEntry;
const setting = { day: '2026-11-30', baseCurrency: 'INR', place: 'https://opex.example' };
const nothing = { day: '2026-11-29', total: 0, latest: [] };

test('says over or under, where, what renews and what changed, exactly', () => {
  const latest = [entry('OPX-7', 'Asha'), entry('OPX-7', 'Ravi', 'service.remarked'), entry('OPX-3', 'Asha')];
  expect(summaryOf(report, { ...nothing, total: 3, latest }, setting)).toEqual({
    subject: 'FY27 on 30 Nov 2026',
    text: [
      'FY27 to date (through Oct 2026) is INR 12,34,56,789.10 over budget, 3.20 %.',
      '',
      'Furthest over budget, to date',
      '- OPX-7 Hosting: INR 10,00,000.00, 12.50 %',
      '',
      'Renewals within 30 days',
      '- 01 Dec 2026, tomorrow: OPX-9 Antivirus of Acme, budget INR 3,00,000.00',
      '',
      'Yesterday, 29 Nov 2026',
      '- OPX-7: changed, wrote a remark on, by Asha, Ravi',
      '- OPX-3: changed, by Asha',
      '',
      'https://opex.example',
      'You asked for this mail under Account, where you can end it.',
    ].join('\n'),
  });
});

test('names five services that changed, and counts the rest', () => {
  const latest = Array.from({ length: 7 }, (_, n) => entry(`OPX-${n}`, 'Asha'));
  const { text } = summaryOf(report, { ...nothing, total: 240, latest }, setting);
  expect(text).toContain('- and 2 more services, 240 changes in all');
});

test.each([
  ['0.00', 'FY27 to date (through Oct 2026) is exactly on budget.'],
  ['9007199254740993.01', 'FY27 to date (through Oct 2026) is USD 9,007,199,254,740,993.01 under budget, 3.20 %.'],
])('of a variance of %s it says: %s', (ytdVariance, words) => {
  const totals = { ...report.totals, ytdVariance };
  const { text } = summaryOf({ ...report, totals }, nothing, { ...setting, baseCurrency: 'USD' });
  expect(text.split('\n')[0]).toBe(words);
});

describe('there is something to write', () => {
  test.each([
    ['what changed', 1, [], true],
    ['a renewal in 14 days', 0, [14], true],
    ['a renewal in 13 days', 0, [13], false],
    ['nothing', 0, [], false],
  ])('of %s', (_, total, days, isWorth) =>
    expect(isWorthReading({ renewals: { next: days.map(renewal) } }, { total })).toBe(isWorth),
  );
});
