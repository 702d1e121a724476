import { describe, expect, test } from 'vitest';
import { calendarOf, endYearOf, labelOf, periodOf } from './fiscal-years.rules.ts';
import { dayMs } from '../../lib/time.ts';

describe('the fiscal calendar', () => {
  test.each([
    ['2025-04-01', 4, 'FY26', 1],
    ['2026-01-15', 4, 'FY26', 10],
    ['2026-03-31', 4, 'FY26', 12],
    ['2026-04-01', 4, 'FY27', 1],
    ['2026-01-15', 1, 'FY26', 1],
    ['2026-12-31', 1, 'FY26', 12],
    ['2099-12-31', 4, 'FY00', 9],
  ])('%s with a year from month %i is %s period %i', (date, startMonth, label, period) => {
    expect(labelOf(endYearOf(date, startMonth))).toBe(label);
    expect(periodOf(date, startMonth)).toBe(period);
  });

  test('has twelve months without a gap, leap days included', () => {
    const { startDate, endDate, periods } = calendarOf('2027-11-05', 4);
    expect([startDate, endDate]).toEqual(['2027-04-01', '2028-03-31']);
    expect(periods.map((period) => period.endDate.slice(5))).toEqual([
      '04-30',
      '05-31',
      '06-30',
      '07-31',
      '08-31',
      '09-30',
      '10-31',
      '11-30',
      '12-31',
      '01-31',
      '02-29',
      '03-31',
    ]);
    periods.forEach((period, index) =>
      expect(new Date(period.startDate).getTime()).toBe(
        index === 0 ? Date.parse(startDate) : Date.parse(periods[index - 1]!.endDate) + dayMs,
      ),
    );
  });

  test('is the calendar year when it begins in January', () => {
    expect(calendarOf('2026-06-30', 1)).toMatchObject({
      label: 'FY26',
      startDate: '2026-01-01',
      endDate: '2026-12-31',
    });
  });
});
