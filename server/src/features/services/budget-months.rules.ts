import type { Changes } from '@opex/contracts/changes';
import type { TrackerRow } from '@opex/contracts/tracker';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { spread } from '../../lib/amounts/shares.ts';

export type Months = (string | null)[];
export const noMonths: Months = Array.from({ length: 12 }, () => null);

const unitsOf = (months: Months) => months.map((month) => toUnits(month ?? '0'));
const add = (units: bigint[]) => units.reduce((sum, month) => sum + month, 0n);

/** Of each month of a year. */
type Which = { isOpen?: readonly boolean[]; isOfContract?: readonly boolean[] };

/**
 * Spreads a year's budget of a service over its open months, exact to the unit: in the shape that these months have, or
 * evenly over those of the contract, or over all where none is of the contract. Months that are not open keep their budget.
 */
export function spreadBudget(
  budget: string,
  phasing: TrackerRow['phasing'],
  current: Months,
  { isOpen = current.map(() => true), isOfContract = isOpen }: Which = {},
): Months {
  const shape = unitsOf(current.filter((_, index) => isOpen[index]));
  const left = toUnits(budget) - add(unitsOf(current.filter((_, index) => !isOpen[index])));
  if (shape.length === 0) return current;
  const hasShape = phasing === 'PROFILE' && shape.some((month) => month > 0n) && shape.every((month) => month >= 0n);
  const ofContract = isOfContract.filter((_, index) => isOpen[index]);
  const evenly = ofContract.map((isCovered) => (isCovered || !ofContract.includes(true) ? 1n : 0n));
  const parts = spread(left, hasShape ? shape : evenly).map(fromUnits);
  return current.map((month, index) => (isOpen[index] ? (parts.shift() ?? null) : month));
}

/** Why a year cannot have this budget: no month is open to take the difference, or the other months hold more than it. */
export function spreadRefusal(
  budget: string,
  current: Months,
  isOpen: readonly boolean[],
): 'nothing is open' | 'more is kept' | null {
  const kept = add(unitsOf(current.filter((_, index) => !isOpen[index])));
  const units = toUnits(budget);
  if (!isOpen.includes(true)) return units === kept ? null : 'nothing is open';
  return units >= 0n && kept > units ? 'more is kept' : null;
}

export const totalOf = (months: Months) => fromUnits(months.reduce((sum, month) => sum + toUnits(month ?? '0'), 0n));

/** Changes single months, by their period number. */
export const withMonths = (current: Months, changes: Partial<Record<string, string | null>>): Months =>
  current.map((month, index) => {
    const change = changes[String(index + 1)];
    return change === undefined ? month : change;
  });

/** As the audit log says it. */
export function monthChanges({ before, after }: { before: Months; after: Months }): Changes {
  const changes: Changes = {};
  if (totalOf(before) !== totalOf(after)) changes['budget'] = { from: totalOf(before), to: totalOf(after) };
  after.forEach((month, index) => {
    if (month !== before[index]) changes[`months.${index + 1}`] = { from: before[index] ?? null, to: month };
  });
  return changes;
}
