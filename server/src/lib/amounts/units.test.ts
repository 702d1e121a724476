import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUnits, toUnits } from './money.ts';
import { addUnits, narrow, negated, parseUnits, unitsText } from './units.ts';

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
