import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUnits, toUnits } from './money.ts';
import { addUnits, narrow, negated, parseUnits, parseUnitsList, unitsText } from './units.ts';

const units = fc.oneof(fc.bigInt({ min: -1_000n, max: 1_000n }), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }));

test('are read and written as exactly as bigints are', () => {
  fc.assert(
    fc.property(units, (size) => {
      const text = fromUnits(size);
      expect(unitsText(narrow(size))).toBe(text);
      expect(parseUnits(`${text}00`)).toBe(narrow(size));
      expect(BigInt(parseUnits(text))).toBe(toUnits(text));
    }),
    { numRuns: 1_000 },
  );
});

test('add up exactly, and are a number again as soon as one can hold them', () => {
  fc.assert(
    fc.property(units, units, (one, other) => {
      expect(addUnits(narrow(one), narrow(other))).toBe(narrow(one + other));
      expect(addUnits(narrow(one), negated(narrow(one)))).toBe(0);
    }),
    { numRuns: 1_000 },
  );
});

test('of a whole number, and of less than one', () => {
  expect(['5', '-0.0100', '0.0000', '12.5'].map(parseUnits)).toEqual([500, -1, 0, 1250]);
});

test.each([
  ['{NULL}', [0]],
  ['{0,5,-5}', [0, 500, -500]],
  ['{0.0000,0.0500,-0.5000,12.3400}', [0, 5, -50, 1234]],
  ['{NULL,1.5,NULL,-7.0000}', [0, 150, 0, -700]],
  ['{90071992547409.9100,90071992547409.9200}', [Number.MAX_SAFE_INTEGER, 9_007_199_254_740_992n]],
  ['{-9999999999999999.9900,0.0100}', [-999_999_999_999_999_999n, 1]],
])('of an array of PostgreSQL: %s', (text, list) => {
  expect(parseUnitsList(text)).toEqual(list);
});

test('of an array are what each is by itself', () => {
  fc.assert(
    fc.property(fc.array(units, { minLength: 1, maxLength: 30 }), (sizes) => {
      const list = sizes.map(narrow);
      expect(parseUnitsList(`{${list.map((amount) => `${unitsText(amount)}00`).join(',')}}`)).toEqual(list);
    }),
    { numRuns: 1_000 },
  );
});
