import type { BudgetRow } from '@opex/contracts/budgets';
import { fromUnits, toUnits } from '../../lib/money.ts';
import { spread } from './allocation.rules.ts';

export type Months = (string | null)[];

/** What a service's year must come to, spread over its months to the exact unit: evenly, or in the shape it has. */
export function spreadBudget(budget: string, phasing: BudgetRow['phasing'], current: Months): Months {
  const units = toUnits(budget);
  const shape = current.map((month) => toUnits(month ?? '0'));
  const hasShape = phasing === 'PROFILE' && shape.some((month) => month > 0n) && shape.every((month) => month >= 0n);
  return spread(units, hasShape ? shape : current.map(() => 1n)).map(fromUnits);
}

export const totalOf = (months: Months) => fromUnits(months.reduce((sum, month) => sum + toUnits(month ?? '0'), 0n));

/** Single months by period number; the others stay. */
export const withMonths = (current: Months, changes: Partial<Record<string, string | null>>): Months =>
  current.map((month, index) => {
    const change = changes[String(index + 1)];
    return change === undefined ? month : change;
  });
