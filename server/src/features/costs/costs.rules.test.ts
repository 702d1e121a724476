import { describe, expect, test } from 'vitest';
import { confidenceOf, costOf, dayMs, expected, findings, hourMs, type Prices, replicasFor, stateOf } from './costs.rules.ts'; // prettier-ignore

const prices: Prices = { coreHour: 0.04, gibHour: 0.01, fixedHour: 0.5, cores: 0.5, gib: 0.5 };
const monday = Date.UTC(2026, 9, 5);
const usage = {
  hour: new Date(monday),
  processSeconds: 3 * 3600,
  cpuSeconds: 3600,
  gibSeconds: 3 * 3600 * 0.2,
  requests: 9,
};

describe('what an hour costs', () => {
  test('is what processes are given, and what costs the same whatever is used', () => {
    expect(costOf(usage, prices)).toBeCloseTo(3 * (0.5 * 0.04 + 0.5 * 0.01) + 0.5);
    expect(costOf(usage, prices, 0)).toBeCloseTo(0.075);
  });

  test('is near a budget from four fifths on, and over it above', () => {
    expect([stateOf(7.9, 10), stateOf(8, 10), stateOf(10, 10), stateOf(10.01, 10), stateOf(1, undefined)]).toEqual(['within', 'near', 'near', 'over', 'no-budget']); // prettier-ignore
  });
});

/** An office that grows by 2 % a week: busy mornings, a lull at noon, hardly anyone at night and at weekends, and chance. */
function madeLoad(weeks: number, seed: number) {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
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
    const ours = missedBy(load, (_, from) => expected(cores.filter(({ hour }) => hour < from), from, 24).map(({ value }) => ({ value: replicasFor(value, 0.5) }))); // prettier-ignore
    const held = missedBy(load, (history) => Array.from({ length: 24 }, () => history.at(-1)!));
    expect(ours).toBeLessThan(held / 2);
  });

  test('is told from other days where no week knows the hour, and from nothing as nothing', () => {
    const history = [{ hour: new Date(monday + 9 * hourMs), value: 6 }, { hour: new Date(monday + dayMs + 9 * hourMs), value: 8 }]; // prettier-ignore
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
});

describe('what could be saved', () => {
  test('is what processes are given above what their busy hours use', () => {
    const hours = Array.from({ length: 48 }, () => ({ ...usage, cpuSeconds: 3 * 3600 * 0.07 }));
    expect(findings(hours, prices)).toMatchObject([
      { what: 'cores', given: 0.5, used: 0.07, suggested: expect.closeTo(0.1) },
      { what: 'memory', given: 0.5, used: expect.closeTo(0.2), suggested: expect.closeTo(0.3125) },
      { what: 'processes', given: 3, used: 2, suggested: 2 },
    ]);
  });

  test('is nothing where all is used, and where nothing is known', () => {
    const hours = [{ ...usage, cpuSeconds: 3 * 3600 * 0.35, gibSeconds: 3 * 3600 * 0.45 }];
    expect(findings(hours, prices)).toEqual([]);
    expect(findings([], prices)).toEqual([]);
  });
});
