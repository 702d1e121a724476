import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Driver, shareByLargestRemainder, spread } from './allocation.rules.ts';

const share = (units: bigint, weights: bigint[]) => [
  ...shareByLargestRemainder(
    units,
    weights.map((weight, position) => ({ entityId: position + 1, weight })),
  ).values(),
];
const sum = (parts: Iterable<bigint>) => [...parts].reduce((total, part) => total + part, 0n);

describe('shares by largest remainder', () => {
  it.each([
    ['98/2', 182_25n, [98n, 2n], [178_61n, 3_64n]],
    ['six equal parts', 100_00n, [1n, 1n, 1n, 1n, 1n, 1n], [16_67n, 16_67n, 16_67n, 16_67n, 16_66n, 16_66n]],
    ['a credit in three equal parts', -100_00n, [1n, 1n, 1n], [-33_34n, -33_33n, -33_33n]],
    ['a weight of zero', 100_01n, [0n, 1n, 1n], [0n, 50_01n, 50_00n]],
    ['nothing to hand out', 0n, [1n, 2n], [0n, 0n]],
  ])('%s', (_, units, weights, expected) => {
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

  it('refuses to share by nothing, by less than nothing, or twice to one entity', () => {
    expect(() => share(1n, [])).toThrow('nothing to share by');
    expect(() => share(1n, [0n, 0n])).toThrow('nothing to share by');
    expect(() => share(1n, [2n, -1n])).toThrow('negative');
    const twice = [1, 1].map((entityId) => ({ entityId, weight: 1n }));
    expect(() => shareByLargestRemainder(1n, twice)).toThrow('two drivers');
  });
});

describe('a year spread over months', () => {
  it('gives the odd paise to the earlier months', () => {
    expect(spread(1_000_00n, Array<bigint>(12).fill(1n))).toEqual([...Array(4).fill(83_34n), ...Array(8).fill(83_33n)]);
  });
});

describe('whatever the amount and the drivers', () => {
  const amounts = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  const drivers: fc.Arbitrary<Driver[]> = fc
    .uniqueArray(fc.record({ entityId: fc.nat(), weight: fc.bigInt({ min: 0n, max: 10n ** 24n }) }), {
      selector: (driver) => driver.entityId,
      minLength: 1,
      maxLength: 30,
    })
    .filter((list) => list.some((driver) => driver.weight > 0n));

  it('the shares add up to the amount', () => {
    fc.assert(
      fc.property(amounts, drivers, (units, list) => sum(shareByLargestRemainder(units, list).values()) === units),
    );
  });

  it('every share lies within one unit of the exact quotient', () => {
    fc.assert(
      fc.property(amounts, drivers, (units, list) => {
        const total = sum(list.map((driver) => driver.weight));
        const shares = shareByLargestRemainder(units, list);
        return list.every(({ entityId, weight }) => {
          const error = (shares.get(entityId) ?? 0n) * total - units * weight;
          return error < total && error > -total;
        });
      }),
    );
  });

  it('the order of the drivers does not matter', () => {
    fc.assert(
      fc.property(amounts, drivers, (units, list) => {
        const reversed = shareByLargestRemainder(units, list.toReversed());
        return [...shareByLargestRemainder(units, list)].every(([entityId, part]) => reversed.get(entityId) === part);
      }),
    );
  });

  it('a credit is the mirror of the charge', () => {
    fc.assert(
      fc.property(amounts, drivers, (units, list) => {
        const credit = shareByLargestRemainder(-units, list);
        return [...shareByLargestRemainder(units, list)].every(([entityId, part]) => credit.get(entityId) === -part);
      }),
    );
  });
});
