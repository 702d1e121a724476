import { expect, test } from 'vitest';
import { driversOf, isDriverValue, totalOf } from './driver-values.ts';

test.each(['', '12', '12.5', '1,200', '1,20,000', '12,34,567.5', ' 7 '])('%j is a value', (text) => {
  expect(isDriverValue(text)).toBe(true);
});

test.each(['12,5', '1,2,3', '1,20', '-1', 'abc', '5 %', '1.2.3'])('%j is none', (text) => {
  expect(isDriverValue(text)).toBe(false);
  expect(totalOf({ 1: text }).isZero()).toBe(true);
});

test('separators are not sent', () => {
  expect(driversOf({ 1: '1,20,000', 2: '' })).toEqual([{ entityId: 1, value: '120000' }]);
});
