import { expect, test } from 'vitest';
import { MemoryGrowth } from './memory-growth.ts';

const megabyte = 1_048_576;
const limit = 512 * megabyte;
const after = (minutes: number, megabytes: (minute: number) => number) => {
  const growth = new MemoryGrowth();
  for (let minute = 0; minute < minutes; minute++) growth.add(megabytes(minute) * megabyte);
  return growth.isSuspect(limit);
};

test('nothing is said before half an hour has passed', () => {
  expect(after(29, (minute) => 100 + minute)).toBeUndefined();
});

test('memory that grows by the minute, with some noise, is suspect', () => {
  expect(after(60, (minute) => 100 + minute * 0.5 + (minute % 3))).toBe(true);
});

test('a level, waves, and growth that would take weeks are not', () => {
  expect(after(60, () => 150)).toBe(false);
  expect(after(60, (minute) => 150 + 40 * Math.sin(minute / 5))).toBe(false);
  expect(after(60, (minute) => 150 + minute * 0.01)).toBe(false);
});

test('a cache that has been filled is forgotten after an hour', () => {
  expect(after(120, (minute) => Math.min(200, 100 + minute * 2))).toBe(false);
});
