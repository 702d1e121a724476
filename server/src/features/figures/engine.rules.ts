import { addUnits, type Units } from '../../lib/amounts/units.ts';
import { type Spreader, spreader } from '../../lib/amounts/shares.ts';

/**
 * What falls on each entity: facts in, shares out. The one place that knows the rules of allocation; kept figures,
 * previews and checks all ask it. Today's rules: a dedicated service, or a flat key whose version is the latest valid at
 * the start of the month, every month on its own.
 *
 * Where rules to come fit in: a tree is another way to make a `Target` (the spread of a spread), for a target knows nothing
 * but entities and how an amount divides. Months that are fair over the life of a key version hand out the difference of
 * two sums in `handOut`. Pools feed services before `shareOut` is asked, each with the amounts of those before it.
 */

/** A calendar day as text, which sorts as days do. */
export type Day = string;

export interface KeyVersion {
  validFrom: Day;
  target: Target;
}
/** The versions of each key, by its id, the oldest first. */
export type Keys = ReadonlyMap<number, readonly KeyVersion[]>;

/** Whose cost a service is, from a day on. */
export interface Assignment {
  validFrom: Day;
  shared: boolean;
  entityId: number | null;
  budgetKeyId: number | null;
  /** Null: actuals go by the budget key. */
  actualKeyId: number | null;
}

export interface Year {
  id: number;
  /** Months that year-to-date figures hold. */
  reportedThrough: number;
  /** First days of its months; undefined while there is no such period, for which no key is in force. */
  starts: readonly (Day | undefined)[];
}

/** A service in one year; twelve amounts each. */
export interface Facts {
  /** The oldest first; there is at least one. */
  assignments: readonly Assignment[];
  budget: readonly Units[];
  actual: readonly Units[];
  /** Open orders; they go by what is in force in the last month. */
  committed: Units;
}

/** Twelve budgets, twelve actuals, the open orders, budget and actual to date. */
export type Amounts = Units[];
export const [actualsAt, committedAt, budgetToDateAt, actualToDateAt, amountCount] = [12, 24, 25, 26, 27] as const;
/** Entity null: nobody's yet. */
export type Shares = Map<number | null, Amounts>;

/** Among whom an amount is divided, and how. */
export interface Target {
  entityIds: readonly (number | null)[];
  divide: Spreader;
  /** Whether it shows although nothing falls on it: an owner sees a service before its first amount, nobody does not. */
  showsEmpty: boolean;
}

const whole: Spreader = (units) => [units];
const nobody: Target = { entityIds: [null], divide: whole, showsEmpty: false };
const owner = (entityId: number | null): Target => ({ entityIds: [entityId], divide: whole, showsEmpty: true });

/** Weights by entity, the lower id first. Without any there is nothing to share by, and the amount stays visible as nobody's. */
export function targetOf(drivers: readonly { entityId: number; weight: bigint }[]): Target {
  const ordered = drivers.filter(({ weight }) => weight > 0n).toSorted((a, b) => a.entityId - b.entityId);
  if (ordered.length === 0) return nobody;
  return {
    entityIds: ordered.map(({ entityId }) => entityId),
    divide: spreader(ordered.map(({ weight }) => weight)),
    showsEmpty: true,
  };
}

/** Driver values as decimals of at most eight places. */
export const keyVersionOf = (validFrom: Day, drivers: readonly { entityId: number; value: string }[]): KeyVersion => ({
  validFrom,
  target: targetOf(drivers.map(({ entityId, value }) => ({ entityId, weight: weightOf(value) }))),
});

function weightOf(value: string): bigint {
  const [whole = '0', decimals = ''] = value.split('.');
  return BigInt(whole + decimals.padEnd(8, '0'));
}

export function shareOut(facts: Facts, year: Year, keys: Keys): Shares {
  const shares: Shares = new Map();
  const targets = year.starts.map((start) => targetsAt(start, facts.assignments, keys));
  targets.forEach(({ budget }, month) => handOut(facts.budget[month] ?? 0, budget, month, shares));
  targets.forEach(({ actual }, month) => handOut(facts.actual[month] ?? 0, actual, actualsAt + month, shares));
  handOut(facts.committed, targets.at(-1)?.budget ?? nobody, committedAt, shares);
  for (const amounts of shares.values()) {
    amounts[budgetToDateAt] = sumOf(amounts, 0, year.reportedThrough);
    amounts[actualToDateAt] = sumOf(amounts, actualsAt, actualsAt + year.reportedThrough);
  }
  return shares;
}

/** A row that already has its entity costs nothing to find again, and most months go by the target of the one before. */
function handOut(units: Units, target: Target, at: number, shares: Shares) {
  if (units === 0 && !target.showsEmpty) return;
  const { entityIds } = target;
  const parts = units === 0 ? undefined : target.divide(units);
  for (let index = 0; index < entityIds.length; index++) {
    const entityId = entityIds[index] as number | null;
    let amounts = shares.get(entityId);
    if (!amounts) shares.set(entityId, (amounts = new Array<Units>(amountCount).fill(0)));
    if (parts) amounts[at] = parts[index] as Units;
  }
}

/** A month without a period goes by the last assignment and by no key. */
function targetsAt(start: Day | undefined, assignments: readonly Assignment[], keys: Keys) {
  const assignment = start === undefined ? assignments.at(-1) : latest(assignments, start);
  if (!assignment) return { budget: nobody, actual: nobody };
  if (!assignment.shared) {
    const target = owner(assignment.entityId);
    return { budget: target, actual: target };
  }
  return {
    budget: inForce(assignment.budgetKeyId, start, keys),
    actual: inForce(assignment.actualKeyId ?? assignment.budgetKeyId, start, keys),
  };
}

function inForce(keyId: number | null, start: Day | undefined, keys: Keys): Target {
  if (keyId === null || start === undefined) return nobody;
  return latest(keys.get(keyId) ?? [], start)?.target ?? nobody;
}

/** Of what has begun by that day, the one that began last. */
function latest<Dated extends { validFrom: Day }>(dated: readonly Dated[], day: Day): Dated | undefined {
  for (let at = dated.length - 1; at >= 0; at--) if ((dated[at] as Dated).validFrom <= day) return dated[at];
  return undefined;
}

export function sumOf(amounts: readonly Units[], from: number, to: number): Units {
  let sum: Units = 0;
  for (let at = from; at < to; at++) sum = addUnits(sum, amounts[at] ?? 0);
  return sum;
}
