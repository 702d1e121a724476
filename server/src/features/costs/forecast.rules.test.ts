import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../local/measuring.ts';
import { replicasFor } from './costs.rules.ts';
import { confidenceOf, expected, expectedOfDays, weeksOf, wholeHours } from './forecast.rules.ts';
import { dayMs, hourMs } from '../../lib/time.ts';

const monday = Date.UTC(2026, 9, 5);

/** An office that grows by 2 % a week: busy mornings, a lull at noon, hardly anyone at night and at weekends, and chance. */
function madeLoad(weeks: number, seed: number) {
  const random = randomFrom(seed);
  const shape = [0, 0, 0, 0, 0, 0, 0.05, 0.2, 0.7, 1, 1, 0.9, 0.5, 0.7, 0.95, 0.9, 0.8, 0.5, 0.2, 0.1, 0.05, 0, 0, 0];
  return Array.from({ length: weeks * 7 * 24 }, (_, index) => {
    const hour = new Date(monday + index * hourMs);
    const isWeekend = hour.getUTCDay() % 6 === 0;
    const level = 20 * 1.02 ** Math.floor(index / 168) * (isWeekend ? 0.05 : hour.getUTCDay() === 1 ? 1.2 : 1);
    return { hour, value: 0.1 + level * (shape[hour.getUTCHours()] ?? 0) * (0.8 + 0.4 * random()) };
  });
}

/** How far from what came, in the mean of all hours of the last week, told a day ahead each. */
function missedBy(load: ReturnType<typeof madeLoad>, tell: (history: typeof load, from: Date) => { value: number }[]) {
  const missed: number[] = [];
  for (let begin = load.length - 168; begin < load.length; begin += 24) {
    const told = tell(load.slice(0, begin), load[begin]!.hour);
    for (const [index, { value }] of load.slice(begin, begin + 24).entries())
      missed.push(Math.abs(told[index]!.value - value));
  }
  return missed.reduce((sum, one) => sum + one, 0) / missed.length;
}

describe('what is expected', () => {
  test.each([3, 11, 2027])(
    'misses the next day by less than who holds the last hour, or repeats the day before (%d)',
    (seed) => {
      const load = madeLoad(6, seed);
      const ours = missedBy(load, (history, from) => expected(history, from, 24));
      const lastHour = missedBy(load, (history) => Array.from({ length: 24 }, () => history.at(-1)!));
      const lastDay = missedBy(load, (history) => history.slice(-24));
      expect(ours).toBeLessThan(lastHour / 3);
      expect(ours).toBeLessThan(lastDay / 1.5);
    },
  );

  test('as many processes, an hour, miss fewer than those that stay as they are', () => {
    const load = madeLoad(6, 5).map(({ hour, value }) => ({ hour, value: replicasFor(value / 10, 0.5) }));
    const cores = madeLoad(6, 5).map(({ hour, value }) => ({ hour, value: value / 10 }));
    const ours = missedBy(load, (_, from) => {
      const before = cores.filter(({ hour }) => hour < from);
      return expected(before, from, 24).map(({ value }) => ({ value: replicasFor(value, 0.5) }));
    });
    const held = missedBy(load, (history) => Array.from({ length: 24 }, () => history.at(-1)!));
    expect(ours).toBeLessThan(held / 2);
  });

  test('is told from other days where no week knows the hour, and from nothing as nothing', () => {
    const history = [
      { hour: new Date(monday + 9 * hourMs), value: 6 },
      { hour: new Date(monday + dayMs + 9 * hourMs), value: 8 },
    ];
    const [wednesday] = expected(history, new Date(monday + 2 * dayMs + 9 * hourMs), 1);
    expect(wednesday).toMatchObject({ value: 7, low: 6, high: 8, weeks: 0 });
    expect(expected([], new Date(monday), 1)).toMatchObject([{ value: 0, weeks: 0 }]);
    expect([0, 1, 2, 3, 4, 9].map(confidenceOf)).toEqual(['none', 'low', 'fair', 'fair', 'good', 'good']);
  });

  test('a month ahead is told by the last weeks that are known', () => {
    const load = madeLoad(6, 3);
    const hours = expected(load, new Date(monday + 42 * dayMs), 30 * 24);
    expect(hours.every(({ weeks }) => weeks === 4)).toBe(true);
  });

  test('of a day is the sum of its hours', () => {
    const hours = expected([{ hour: new Date(monday), value: 2 }], new Date(monday + 7 * dayMs), 48);
    expect(expectedOfDays(hours)).toMatchObject([
      { day: '2026-10-12', value: 48, low: 48, high: 48 },
      { day: '2026-10-13', value: 48 },
    ]);
    expect(weeksOf(hours)).toBe(0); // one hour of 48
  });

  test('is told without the hour that goes on', () => {
    const hour = { processSeconds: 0, gibSeconds: 0, requests: 0 };
    const usage = [0, 1].map((index) => ({ ...hour, hour: new Date(monday + index * hourMs), cpuSeconds: 7 }));
    const known = wholeHours(usage, monday + hourMs + 1, ({ cpuSeconds }) => cpuSeconds);
    expect(known).toEqual([{ hour: new Date(monday), value: 7 }]);
  });
});
