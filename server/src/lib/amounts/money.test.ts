import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUnits, percentOf, toUnits } from './money.ts';

describe('money', () => {
  test.each([
    ['0', 0n, '0.00'],
    ['-0.00', 0n, '0.00'],
    ['5', 500n, '5.00'],
    ['0.05', 5n, '0.05'],
    ['-0.5', -50n, '-0.50'],
    ['125000.0000', 12_500_000n, '125000.00'],
    ['9999999999999999.99', 999_999_999_999_999_999n, '9999999999999999.99'],
  ])('%s is %s units and reads %s', (text, units, back) => {
    expect(toUnits(text)).toBe(units);
    expect(fromUnits(units)).toBe(back);
  });

  test.each(['', '1.005', '1.0001', '1,000', '1e3', '.5', '5.', ' 5', 'NaN', '--5', '0x10'])('%j is none', (text) => {
    expect(() => toUnits(text)).toThrow('Not an exact amount');
  });

  test('survives being written and read, 10 000 times', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (units) => toUnits(fromUnits(units)) === units),
      { numRuns: 10_000 },
    );
  });
});

describe('a percentage', () => {
  test.each([
    ['-60000.00', '1200000.00', '-5.0'],
    ['60000.00', '1200000.00', '5.0'],
    ['1.00', '3.00', '33.3'],
    ['2.00', '3.00', '66.7'],
    ['0.05', '100.00', '0.1'], // half away from zero
    ['-0.05', '100.00', '-0.1'],
    ['-0.04', '100.00', '0.0'], // and never "-0.0"
    ['5.00', '-100.00', '5.0'], // of the size of the budget
    ['0.00', '7.00', '0.0'],
    ['99999999999999.99', '0.01', '999999999999999900.0'],
  ])('%s of %s is %s', (part, whole, percent) => {
    expect(percentOf(toUnits(part), toUnits(whole))).toBe(percent);
  });

  test('of nothing is none', () => {
    expect(percentOf(5n, 0n)).toBeNull();
    expect(percentOf(0n, 0n)).toBeNull();
  });
});
