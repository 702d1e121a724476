import { expect, test } from 'vitest';
import { addDays, daysBetween } from './time.ts';

test.each([
  ['2026-01-01', '2026-01-01', 0],
  ['2025-06-20', '2025-07-25', 35],
  ['2024-02-28', '2024-03-01', 2],
  ['2025-03-01', '2025-02-28', -1],
])('from %s to %s it is %i days', (from, to, days) => {
  expect(daysBetween(from, to)).toBe(days);
  expect(addDays(from, days)).toBe(to);
});
