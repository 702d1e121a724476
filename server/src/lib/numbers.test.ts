import { expect, test } from 'vitest';
import { mean, quantile } from './numbers.ts';

const twenty = Array.from({ length: 20 }, (_, index) => 20 - index);

test('a quantile is the least number that so many of them do not pass', () => {
  expect([0, 0.5, 0.95, 1].map((share) => quantile(twenty, share))).toEqual([1, 10, 19, 20]);
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNaN();
});

test('the mean of nothing is nothing', () => {
  expect([mean([1, 2, 6]), mean([])]).toEqual([3, 0]);
});
