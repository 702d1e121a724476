import { describe, expect, test } from 'vitest';
import { nextTime } from './jobs.rules.ts';

const next = (times: Parameters<typeof nextTime>[0], now: string) =>
  nextTime(times, new Date(`2026-11-${now}:00Z`))
    .toISOString()
    .slice(8, 16);

describe('the next time', () => {
  test.each([
    ['30T10:07', '30T10:10'],
    ['30T10:10', '30T10:15'],
    ['30T23:59', '01T00:00'],
  ])('of every five minutes after %s is %s', (now, at) => expect(next({ everyMinutes: 5 }, now)).toBe(at));

  test.each([
    ['29T03:29', '29T03:30'],
    ['29T03:30', '30T03:30'],
  ])('of once a day after %s is %s', (now, at) =>
    expect(next({ everyMinutes: 1440, shiftedByMinutes: 210 }, now)).toBe(at),
  );

  test.each([
    ['29T02:59', '29T03:00'],
    ['29T04:54', '29T04:55'],
    ['29T04:55', '30T03:00'],
    ['29T15:00', '30T03:00'],
  ])('of two hours each day after %s is %s', (now, at) =>
    expect(next({ everyMinutes: 5, shiftedByMinutes: 180, forMinutes: 120 }, now)).toBe(at),
  );

  test('of hours that begin the day before is found, too', () => {
    const times = { everyMinutes: 5, shiftedByMinutes: -20, forMinutes: 60 };
    expect(next(times, '29T00:38')).toBe('29T23:40');
    expect(next(times, '29T23:58')).toBe('30T00:00');
  });
});
