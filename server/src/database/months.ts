/** "01" to "12": the twelve months of a year, as every wide table numbers its columns. */
export const monthNumbers: readonly string[] = Array.from({ length: 12 }, (_, index) =>
  String(index + 1).padStart(2, '0'),
);

/** m01 to m12 of facts, b01 to b12 of net budgets, a01 to a12 of net actuals. */
export const monthColumns = (letter: 'm' | 'b' | 'a'): string[] => monthNumbers.map((number) => letter + number);
