import { describe, expect, test } from 'vitest';
import { costOf, costOfDays, costOfToday, costPerHour, findings, type Prices, rateOf, stateOf } from './costs.rules.ts';
import { hourMs } from '../../lib/time.ts';

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
    expect([7.9, 8, 10, 10.01].map((cost) => stateOf(cost, 10))).toEqual(['within', 'near', 'near', 'over']);
    expect(stateOf(1, undefined)).toBe('no-budget');
  });
});

describe('what runs now', () => {
  test('is told by the hour that goes on and the one before it', () => {
    const now = monday + hourMs + 10 * 60_000; // ten minutes into the second hour
    const begun = {
      hour: new Date(monday + hourMs),
      processSeconds: 1800,
      cpuSeconds: 600,
      gibSeconds: 360,
      requests: 1,
    };
    const older = { ...usage, hour: new Date(monday - hourMs), processSeconds: 1e6 };
    const rate = rateOf([older, usage, begun], now);
    expect(rate.processes).toBeCloseTo((3 * 3600 + 1800) / 4200);
    expect(rate.coresUsed).toBeCloseTo((3600 + 600) / 4200);
    expect(rate.requestsPerSecond).toBeCloseTo(10 / 4200);
  });

  test('is nothing where nothing was counted, and no multitude in the first seconds', () => {
    expect(rateOf([], monday).processes).toBe(0);
    const begun = { ...usage, processSeconds: 5, hour: new Date(monday) };
    expect(rateOf([begun], monday + 5_000).processes).toBeCloseTo(5 / 60);
  });
});

describe('what a day costs', () => {
  test('is so far what its hours cost, and in the end what the rest costs beside', () => {
    const now = monday + 2 * hourMs;
    const hours = [-1, 0, 1].map((hour) => ({ ...usage, hour: new Date(monday + hour * hourMs) }));
    const perHour = costPerHour(3, prices);
    expect(perHour).toBeCloseTo(0.575);
    const { soFar, expected: inTheEnd } = costOfToday(hours, perHour, now, prices);
    expect(soFar).toBeCloseTo(2 * 0.575); // the hour before midnight is of the day before
    expect(inTheEnd).toBeCloseTo(24 * 0.575);
  });

  test('is the sum of its hours; its processes are the mean of them', () => {
    const hours = [0, 1, 24].map((hour) => ({ ...usage, hour: new Date(monday + hour * hourMs) }));
    hours[1]!.processSeconds = 3600;
    expect(costOfDays(hours, prices)).toEqual([
      { day: '2026-10-05', cost: expect.closeTo(4 * 0.025 + 2 * 0.5), processes: 2, requests: 18 },
      { day: '2026-10-06', cost: expect.closeTo(0.575), processes: 3, requests: 9 },
    ]);
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
