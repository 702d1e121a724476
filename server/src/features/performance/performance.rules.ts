/** The middle one of some times, and the one that nineteen of twenty do not pass. */
export function quantilesOf(times: readonly number[]) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { times: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}

export const countsOf = (names: readonly string[]) =>
  [...new Set(names)].sort().map((what) => ({ what, count: names.filter((name) => name === what).length }));
