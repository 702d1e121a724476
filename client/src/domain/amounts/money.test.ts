import { expect, test } from 'vitest';
import { compare, growth, isSame, isZero, minus, percentOf, sum } from './money.ts';

test('sums are exact where floats are not', () => {
  expect(sum(['0.10', '0.20', null])).toBe('0.30');
  expect(sum(['9999999999999999.99', '0.01'])).toBe('10000000000000000.00');
  expect(sum(['-5.00', '4.9999'])).toBe('-0.0001');
  expect(minus('1200000.00', '1260000.00')).toBe('-60000.00');
});

test.each([
  ['-60000.00', '1200000.00', '-5.00'],
  ['1.00', '3.00', '33.33'],
  ['2.00', '-3.00', '66.67'],
  ['1.00', '0.00', null],
])('%s of %s is %s percent', (part, whole, percent) => {
  expect(percentOf(part, whole)).toBe(percent);
});

test('growth is against what was before, and nothing has no growth', () => {
  expect(growth('120.00', '100.00')).toBe('20.00');
  expect(growth('120.00', '0.00')).toBeNull();
});

test('amounts are compared as amounts, not as text', () => {
  expect(isSame('1.0', '1.0000')).toBe(true);
  expect(isZero('-0.00')).toBe(true);
  expect(['9.00', '-10.00', '10.00'].sort(compare)).toEqual(['-10.00', '9.00', '10.00']);
});
