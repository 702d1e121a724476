/**
 * The rules of allocation a second time, written to be obviously right rather than fast, and sharing no code with the
 * engine: what `npm run verify` and the tests hold the engine against. Everything is a bigint, and every month looks up
 * everything again.
 */
export interface NaiveKeyVersion {
  keyId: number;
  validFrom: string;
  drivers: { entityId: number; weight: bigint }[];
}
export interface NaiveAssignment {
  validFrom: string;
  shared: boolean;
  entityId: number | null;
  budgetKeyId: number | null;
  actualKeyId: number | null;
}
export interface NaiveFacts {
  assignments: NaiveAssignment[];
  budget: bigint[];
  actual: bigint[];
  committed: bigint;
}

/** Twelve budgets, twelve actuals and the open orders of each entity; of nobody under null. */
export function naiveFigures(
  facts: NaiveFacts,
  starts: (string | undefined)[],
  versions: NaiveKeyVersion[],
): Map<number | null, bigint[]> {
  const figures = new Map<number | null, bigint[]>();
  const rowOf = (entityId: number | null) => {
    const row = figures.get(entityId) ?? Array<bigint>(25).fill(0n);
    figures.set(entityId, row);
    return row;
  };
  const book = (amount: bigint, measure: 'budget' | 'actual', month: number, column: number) => {
    for (const [entityId, part] of naiveShares(amount, measure, starts[month], facts.assignments, versions))
      rowOf(entityId)[column] = part;
  };
  for (let month = 0; month < 12; month++) {
    book(facts.budget[month] ?? 0n, 'budget', month, month);
    book(facts.actual[month] ?? 0n, 'actual', month, 12 + month);
  }
  book(facts.committed, 'budget', 11, 24);
  return figures;
}

function naiveShares(
  amount: bigint,
  measure: 'budget' | 'actual',
  start: string | undefined,
  assignments: NaiveAssignment[],
  versions: NaiveKeyVersion[],
): Map<number | null, bigint> {
  const begun = <Dated extends { validFrom: string }>(list: Dated[]) =>
    list
      .filter(({ validFrom }) => start !== undefined && validFrom <= start)
      .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
      .at(-1);
  const assignment = start === undefined ? assignments.at(-1) : begun(assignments);
  const nobodys = new Map<number | null, bigint>(amount === 0n ? [] : [[null, amount]]);
  if (!assignment) return nobodys;
  if (!assignment.shared) return new Map([[assignment.entityId, amount]]);
  const { budgetKeyId, actualKeyId } = assignment;
  const keyId = measure === 'actual' ? (actualKeyId ?? budgetKeyId) : budgetKeyId;
  const version = begun(versions.filter((candidate) => candidate.keyId === keyId));
  const drivers = version?.drivers.filter(({ weight }) => weight > 0n) ?? [];
  return drivers.length === 0 ? nobodys : handOutOneByOne(amount, drivers);
}

/** Each entity gets the whole units of its exact share; then, while units are left, the one that is owed most gets one. */
function handOutOneByOne(amount: bigint, drivers: { entityId: number; weight: bigint }[]): Map<number | null, bigint> {
  const total = drivers.reduce((sum, { weight }) => sum + weight, 0n);
  const size = amount < 0n ? -amount : amount;
  const got = new Map(drivers.map(({ entityId, weight }) => [entityId, (size * weight) / total]));
  const owed = ({ entityId, weight }: { entityId: number; weight: bigint }) =>
    size * weight - (got.get(entityId) ?? 0n) * total;
  for (let left = [...got.values()].reduce((rest, part) => rest - part, size); left > 0n; left--) {
    const most = drivers.reduce((best, driver) =>
      owed(driver) > owed(best) || (owed(driver) === owed(best) && driver.entityId < best.entityId) ? driver : best,
    );
    got.set(most.entityId, (got.get(most.entityId) ?? 0n) + 1n);
  }
  return new Map([...got].map(([entityId, part]) => [entityId, amount < 0n ? -part : part]));
}
