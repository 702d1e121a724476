/** Plain numbers: times, sizes and prices of machines. Amounts of money are in `amounts/`. */

export const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
export const mean = (numbers: readonly number[]) => sum(numbers) / Math.max(1, numbers.length);

/** What that share of the numbers does not pass; NaN where there are none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
