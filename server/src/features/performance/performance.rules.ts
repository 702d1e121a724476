import { quantile } from '../../lib/numbers.ts';

/** The middle one of some times, and the one that nineteen of twenty do not pass. */
export const quantilesOf = (times: readonly number[]) => ({
  times: times.length,
  p50Ms: quantile(times, 0.5),
  p95Ms: quantile(times, 0.95),
});

export const countsOf = (names: readonly string[]) =>
  [...new Set(names)].sort().map((what) => ({ what, count: names.filter((name) => name === what).length }));
