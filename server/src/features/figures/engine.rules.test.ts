import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveFigures, type NaiveKeyVersion } from '../../verify/naive-figures.ts';
import { narrow } from '../../lib/amounts/units.ts';
import { type Assignment, type Facts, type Keys, shareOut, targetOf, type Year } from './engine.rules.ts';

const starts = Array.from({ length: 12 }, (_, month) =>
  new Date(Date.UTC(2025, 3 + month, 1)).toISOString().slice(0, 10),
);
const year: Year = { id: 1, reportedThrough: 6, starts };
const since = '2020-04-01';
const shared = (budgetKeyId: number | null, more: Partial<Assignment> = {}): Assignment => ({
  validFrom: '0001-01-01',
  shared: true,
  entityId: null,
  budgetKeyId,
  actualKeyId: null,
  ...more,
});
const dedicated = (entityId: number | null, more: Partial<Assignment> = {}): Assignment => ({
  ...shared(null, more),
  shared: false,
  entityId,
});

type Drivers = [entityId: number, weight: number][];
const keysOf = (versions: [keyId: number, validFrom: string, drivers: Drivers][]): Keys => {
  const keys = new Map<number, Keys extends ReadonlyMap<number, readonly (infer V)[]> ? V[] : never>();
  for (const [keyId, validFrom, drivers] of versions) {
    const target = targetOf(drivers.map(([entityId, weight]) => ({ entityId, weight: BigInt(weight) })));
    keys.set(keyId, [...(keys.get(keyId) ?? []), { validFrom, target }]);
  }
  return keys;
};

const zero = Array<number>(12).fill(0);
const factsOf = (assignments: Assignment[], more: Partial<Facts> = {}): Facts => ({
  assignments,
  budget: zero,
  actual: zero,
  committed: 0,
  ...more,
});
const monthly = (units: number) => Array<number>(12).fill(units);
/** What each entity has in one column. */
const column = (at: number, ...question: Parameters<typeof shareOut>) =>
  [...shareOut(...question)].map(([entityId, amounts]) => [entityId, amounts[at]]);

describe('a shared service', () => {
  it.each([
    ['182.25 by 98/2', 182_25, [98, 2], [178_61, 3_64]],
    ['100.00 by six equal', 100_00, [1, 1, 1, 1, 1, 1], [16_67, 16_67, 16_67, 16_67, 16_66, 16_66]],
    ['-100.00 by three equal', -100_00, [1, 1, 1], [-33_34, -33_33, -33_33]],
    [
      '1,000,000.00 by shares that add to 100.01',
      1_000_000_00,
      [3334, 3334, 3333],
      [333_366_67, 333_366_66, 333_266_67],
    ],
    ['the branch of a tree', 300_001_00, [120, 45, 35], [180_000_60, 67_500_23, 52_500_17]],
  ])('is shared exactly: %s', (_, units, weights, expected) => {
    const keys = keysOf([[7, since, weights.map((weight, index) => [index + 1, weight])]]);
    expect(column(0, factsOf([shared(7)], { budget: monthly(units) }), year, keys)).toEqual(
      expected.map((part, index) => [index + 1, part]),
    );
  });

  it('gives the odd unit to the lower entity id, however the drivers are ordered', () => {
    const keys = keysOf([[7, since, [[9, 1], [2, 1], [5, 1]]]]); // prettier-ignore
    expect(column(0, factsOf([shared(7)], { budget: monthly(100_00) }), year, keys)).toEqual([
      [2, 33_34],
      [5, 33_33],
      [9, 33_33],
    ]);
  });

  it('goes by the latest version valid at the start of a month, and never by a later one', () => {
    const keys = keysOf([
      [7, since, [[1, 1]]],
      [7, '2025-10-01', [[2, 1]]],
      [7, '2026-04-01', [[3, 1]]],
    ]);
    const facts = factsOf([shared(7)], { budget: monthly(1), committed: 5 });
    expect(column(5, facts, year, keys)).toEqual([[1, 1], [2, 0]]); // prettier-ignore
    expect(column(6, facts, year, keys)).toEqual([[1, 0], [2, 1]]); // prettier-ignore
    expect(column(24, facts, year, keys)).toEqual([[1, 0], [2, 5]]); // prettier-ignore
    expect(column(25, facts, year, keys)).toEqual([[1, 6], [2, 0]]); // prettier-ignore
  });

  it('shares actuals by the actual key, and by the budget key where there is none', () => {
    const keys = keysOf([
      [7, since, [[1, 60], [2, 40]]], // prettier-ignore
      [8, since, [[1, 55], [2, 45]]], // prettier-ignore
    ]);
    const amounts = { budget: monthly(1_200_000_00), actual: monthly(1_260_000_00) };
    const both = factsOf([shared(7, { actualKeyId: 8 })], amounts);
    expect(column(0, both, year, keys)).toEqual([[1, 720_000_00], [2, 480_000_00]]); // prettier-ignore
    expect(column(12, both, year, keys)).toEqual([[1, 693_000_00], [2, 567_000_00]]); // prettier-ignore
    expect(column(12, factsOf([shared(7)], amounts), year, keys)).toEqual([[1, 756_000_00], [2, 504_000_00]]); // prettier-ignore
  });

  it.each([
    ['without a key', null, []],
    ['without a driver', 7, [[7, since, [[1, 0]]]]],
    ['before its key begins', 7, [[7, '2026-04-01', [[1, 1]]]]],
    ['of a key without versions', 7, []],
  ] as [string, number | null, Parameters<typeof keysOf>[0]][])('is nobody’s in full %s', (_, keyId, versions) => {
    const facts = factsOf([shared(keyId)], { budget: monthly(10_00), actual: monthly(-3_00), committed: 1 });
    const [[entityId, amounts]] = [...shareOut(facts, year, keysOf(versions))] as [[null, number[]]];
    expect([entityId, ...amounts]).toEqual([null, ...monthly(10_00), ...monthly(-3_00), 1, 60_00, -18_00]);
    expect(shareOut(factsOf([shared(keyId)]), year, keysOf(versions)).size).toBe(0);
  });

  it('is seen by everybody with a driver while nothing is entered, and by nobody without', () => {
    const keys = keysOf([[7, since, [[1, 0], [2, 3]]], [8, since, [[3, 1]]]]); // prettier-ignore
    expect([...shareOut(factsOf([shared(7, { actualKeyId: 8 })]), year, keys).keys()]).toEqual([2, 3]);
  });
});

describe('a dedicated service', () => {
  it('is its entity’s, and nobody’s while it has none', () => {
    const facts = { budget: monthly(1), actual: monthly(2), committed: 3 };
    for (const entityId of [4, null])
      expect([...shareOut(factsOf([dedicated(entityId)], facts), year, new Map())]).toEqual([
        [entityId, [...monthly(1), ...monthly(2), 3, 6, 12]],
      ]);
    expect([...shareOut(factsOf([dedicated(null)]), year, new Map()).keys()]).toEqual([null]);
  });
});

describe('an assignment that changes', () => {
  it('counts from its month on; open orders go by the one of the last month', () => {
    const keys = keysOf([[7, since, [[2, 1], [3, 1]]]]); // prettier-ignore
    const facts = factsOf([dedicated(1), shared(7, { validFrom: '2025-07-01' })], {
      budget: monthly(10),
      committed: 4,
    });
    expect(column(2, facts, year, keys)).toEqual([[1, 10], [2, 0], [3, 0]]); // prettier-ignore
    expect(column(3, facts, year, keys)).toEqual([[1, 0], [2, 5], [3, 5]]); // prettier-ignore
    expect(column(24, facts, year, keys)).toEqual([[1, 0], [2, 2], [3, 2]]); // prettier-ignore
    expect(column(25, facts, year, keys)).toEqual([[1, 30], [2, 15], [3, 15]]); // prettier-ignore
  });

  it('shows its entities in no year but those it counts in', () => {
    const facts = factsOf([dedicated(1), dedicated(2, { validFrom: '2026-04-01' })]);
    expect([...shareOut(facts, year, new Map()).keys()]).toEqual([1]);
  });
});

describe('a year without periods', () => {
  it('goes by the last assignment, and by no key', () => {
    const bare = { ...year, starts: Array<undefined>(12).fill(undefined) };
    const keys = keysOf([[7, since, [[1, 1]]]]);
    expect(column(0, factsOf([dedicated(1), dedicated(2)], { budget: monthly(1) }), bare, keys)).toEqual([[2, 1]]);
    expect(column(0, factsOf([shared(7)], { budget: monthly(1) }), bare, keys)).toEqual([[null, 1]]);
  });
});

describe('whatever the facts', () => {
  const entityId = fc.integer({ min: 1, max: 6 });
  const day = fc.constantFrom('2020-04-01', ...starts, '2026-04-01');
  const size = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })); // prettier-ignore
  const weight = fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: 0n, max: 5_000n }),
    fc.bigInt({ min: 0n, max: 10n ** 24n }),
  );
  const drivers = fc.uniqueArray(fc.record({ entityId, weight }), {
    selector: (driver) => driver.entityId,
    maxLength: 6,
  });
  const versions = fc.uniqueArray(fc.record({ keyId: fc.integer({ min: 1, max: 3 }), validFrom: day, drivers }), {
    selector: ({ keyId, validFrom }) => `${keyId} ${validFrom}`,
    maxLength: 8,
  });
  const keyId = fc.option(fc.integer({ min: 1, max: 4 }));
  const assignment = fc
    .record({
      validFrom: day,
      shared: fc.boolean(),
      entityId: fc.option(entityId),
      budgetKeyId: keyId,
      actualKeyId: keyId,
    })
    .map((made) => ({ ...made, entityId: made.shared ? null : made.entityId }));
  const assignments = fc
    .tuple(assignment, fc.uniqueArray(assignment, { selector: ({ validFrom }) => validFrom, maxLength: 3 }))
    .map(([first, later]) => [
      { ...first, validFrom: '0001-01-01' },
      ...later.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1)),
    ]);
  const year12 = fc.array(size, { minLength: 12, maxLength: 12 });
  const facts = fc.record({ assignments, budget: year12, actual: year12, committed: size });

  const engine = (
    { assignments: dated, budget, actual, committed }: typeof facts extends fc.Arbitrary<infer F> ? F : never,
    list: NaiveKeyVersion[],
  ) => {
    const keys = new Map<number, { validFrom: string; target: ReturnType<typeof targetOf> }[]>();
    for (const version of list.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1)))
      keys.set(version.keyId, [
        ...(keys.get(version.keyId) ?? []),
        { validFrom: version.validFrom, target: targetOf(version.drivers) },
      ]);
    const units = { budget: budget.map(narrow), actual: actual.map(narrow), committed: narrow(committed) };
    return shareOut({ assignments: dated, ...units }, year, keys);
  };

  it('the shares of every month add up to its amount', () => {
    fc.assert(
      fc.property(facts, versions, (made, list) => {
        const shares = [...engine(made, list).values()];
        const sums = Array.from({ length: 25 }, (_, at) =>
          shares.reduce((sum, amounts) => sum + BigInt(amounts[at] ?? 0), 0n),
        );
        expect(sums).toEqual([...made.budget, ...made.actual, made.committed]);
      }),
      { numRuns: 500 },
    );
  });

  it('every entity has what the naive reckoning gives it, and no one else has a row', () => {
    fc.assert(
      fc.property(facts, versions, (made, list) => {
        const months = [...engine(made, list)].map(([id, amounts]) => [id, amounts.slice(0, 25).map(BigInt)] as const);
        expect(new Map(months)).toEqual(naiveFigures(made, starts, list));
      }),
      { numRuns: 500 },
    );
  });
});
