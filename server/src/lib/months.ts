/** The columns of the twelve months of a year, as every wide table names them: m01 to m12, b01 to b12, a01 to a12. */
export const monthColumns = (letter: string): string[] =>
  Array.from({ length: 12 }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`);
