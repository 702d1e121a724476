import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrow, parseUnitsList, unitsText } from './units.ts';

describe('amounts in an array of PostgreSQL', () => {
  it.each([
    ['{NULL}', [0]],
    ['{0,5,-5}', [0, 500, -500]],
    ['{0.0000,0.0500,-0.5000,12.3400}', [0, 5, -50, 1234]],
    ['{NULL,1.5,NULL,-7.0000}', [0, 150, 0, -700]],
    ['{90071992547409.9100,90071992547409.9200}', [Number.MAX_SAFE_INTEGER, 9_007_199_254_740_992n]],
    ['{-9999999999999999.9900,0.0100}', [-999_999_999_999_999_999n, 1]],
  ])('%s', (text, units) => {
    expect(parseUnitsList(text)).toEqual(units);
  });

  it('are what each is by itself, whatever they are', () => {
    const size = fc.integer({ min: 0, max: 62 }).chain((bits) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) }));
    const amounts = fc.array(fc.tuple(size, fc.constantFrom(1n, -1n)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(amounts, (list) => {
        const units = list.map(([absolute, sign]) => narrow(absolute * sign));
        expect(parseUnitsList(`{${units.map((amount) => `${unitsText(amount)}00`).join(',')}}`)).toEqual(units);
      }),
    );
  });
});
