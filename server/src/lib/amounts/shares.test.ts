import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { spread, spreader } from './shares.ts';
import { narrow } from './units.ts';

const sum = (parts: Iterable<bigint>) => [...parts].reduce((total, part) => total + part, 0n);
const fast = (units: bigint, weights: bigint[]) => spreader(weights)(narrow(units)).map(BigInt);

describe.each([
  ['in bigints', spread],
  ['in numbers', fast],
])('shares by largest remainder %s', (_, share) => {
  it.each([
    ['98/2', 182_25n, [98n, 2n], [178_61n, 3_64n]],
    ['six equal parts', 100_00n, [1n, 1n, 1n, 1n, 1n, 1n], [16_67n, 16_67n, 16_67n, 16_67n, 16_66n, 16_66n]],
    ['a credit in three equal parts', -100_00n, [1n, 1n, 1n], [-33_34n, -33_33n, -33_33n]],
    ['a weight of zero', 100_01n, [0n, 1n, 1n], [0n, 50_01n, 50_00n]],
    ['nothing to hand out', 0n, [1n, 2n], [0n, 0n]],
    ['less than one unit each', 1n, [1n, 1n, 1n], [1n, 0n, 0n]],
    ['very uneven weights', 1_00n, [10n ** 20n, 1n], [1_00n, 0n]],
    ['all the digits there are', 10n ** 18n + 1n, [10n ** 24n, 10n ** 24n], [5n * 10n ** 17n + 1n, 5n * 10n ** 17n]],
  ])('%s', (_name, units, weights, expected) => {
    expect(share(units, weights)).toEqual(expected);
  });

  it('a key whose shares add to 100.01 still hands out exactly everything', () => {
    expect(sum(share(1_000_000_00n, [33_34n, 33_34n, 33_33n]))).toBe(1_000_000_00n);
  });

  it('a tree is a share of a share: 70 % fixed, the rest by mailboxes', () => {
    const [fixed = 0n, branch = 0n] = share(1_000_003_33n, [70n, 30n]);
    expect([fixed, branch]).toEqual([700_002_33n, 300_001_00n]);
    expect(share(branch, [120n, 45n, 35n])).toEqual([180_000_60n, 67_500_23n, 52_500_17n]);
  });

  it('the difference of cumulative shares is fair across months', () => {
    const upTo = (month: number) => share(BigInt(month) * 100_00n, [1n, 1n, 1n]);
    const month = (n: number) => upTo(n).map((units, entity) => units - (n > 1 ? (upTo(n - 1)[entity] ?? 0n) : 0n));
    expect([1, 2, 3].map(month)).toEqual([
      [33_34n, 33_33n, 33_33n],
      [33_33n, 33_34n, 33_33n],
      [33_33n, 33_33n, 33_34n],
    ]);
  });

  it('refuses to share by nothing, or by less than nothing', () => {
    expect(() => share(1n, [])).toThrow('nothing to share by');
    expect(() => share(1n, [0n, 0n])).toThrow('nothing to share by');
    expect(() => share(1n, [2n, -1n])).toThrow('negative');
  });
});

describe('a year spread over months', () => {
  it('gives the odd paise to the earlier months', () => {
    expect(spread(1_000_00n, Array<bigint>(12).fill(1n))).toEqual([...Array(4).fill(83_34n), ...Array(8).fill(83_33n)]);
  });
});

/** Of every size: what fits a product, what is divided by digits, and what no number holds. */
const upTo = (bits: number) =>
  fc.integer({ min: 0, max: bits }).chain((size) => fc.bigInt({ min: 0n, max: 2n ** BigInt(size) }));
const amounts = fc.tuple(upTo(60), fc.constantFrom(1n, -1n)).map(([size, sign]) => size * sign);
const weights = fc
  .integer({ min: 1, max: 80 })
  .chain((bits) => fc.array(upTo(bits), { minLength: 1, maxLength: 30 }))
  .filter((list) => list.some((weight) => weight > 0n));

describe('whatever the amount and the weights', () => {
  test('the parts add up to the amount', () => {
    fc.assert(fc.property(amounts, weights, (units, list) => sum(spread(units, list)) === units));
  });

  test('every part lies within one unit of the exact quotient', () => {
    fc.assert(
      fc.property(amounts, weights, (units, list) => {
        const total = sum(list);
        return spread(units, list).every((part, at) => {
          const error = part * total - units * (list[at] ?? 0n);
          return error < total && error > -total;
        });
      }),
    );
  });

  test('a credit is the mirror of the charge', () => {
    fc.assert(
      fc.property(amounts, weights, (units, list) => {
        const credit = spread(-units, list);
        return spread(units, list).every((part, at) => credit[at] === -part);
      }),
    );
  });

  test('numbers come to what bigints come to', () => {
    fc.assert(
      fc.property(amounts, weights, (units, list) => {
        expect(fast(units, list)).toEqual(spread(units, list));
      }),
      { numRuns: 3_000 },
    );
  });
});
