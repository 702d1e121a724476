import type { Dashboard } from '@opex/contracts/reports';
import { fromUnits, percentOf, toUnits } from '../../lib/amounts/money.ts';

/** Months in whole minor units. */
export type YearOfTower = {
  towerId: number | null;
  tower: string;
  budget: string[];
  actual: string[];
  committed: string;
};

const sum = (units: bigint[]) => units.reduce((total, unit) => total + unit, 0n);
const upTo = (months: bigint[], period: number) => sum(months.slice(0, period));

/** budget - actual of the same periods; positive is favourable, and a budget of nothing has no percentage. */
export function toDate(ytdBudget: bigint, ytdActual: bigint) {
  const variance = ytdBudget - ytdActual;
  return {
    ytdBudget: fromUnits(ytdBudget),
    ytdActual: fromUnits(ytdActual),
    ytdVariance: fromUnits(variance),
    ytdVariancePercent: percentOf(variance, ytdBudget),
  };
}

/** A year from its towers: by month, to date, what is still available, and where it is heading. */
export function figuresOf(towers: YearOfTower[], through: number) {
  const column = (pick: (tower: YearOfTower) => string[]) =>
    Array.from({ length: 12 }, (_, index) => sum(towers.map((tower) => toUnits(pick(tower)[index] ?? '0'))));
  const budgets = column(({ budget }) => budget);
  const actuals = column(({ actual }) => actual);
  const [budget, actual] = [sum(budgets), sum(actuals)];
  const committed = sum(towers.map((tower) => toUnits(tower.committed)));
  return {
    months: budgets.map((month, index) => ({ budget: fromUnits(month), actual: fromUnits(actuals[index] ?? 0n) })),
    totals: {
      budget: fromUnits(budget),
      actual: fromUnits(actual),
      committed: fromUnits(committed),
      available: fromUnits(budget - actual - committed),
      outlook: fromUnits(upTo(actuals, through) + budget - upTo(budgets, through)),
      ...toDate(upTo(budgets, through), upTo(actuals, through)),
    },
  };
}

export function towersOf(towers: YearOfTower[], through: number): Dashboard['towers'] {
  return towers
    .map(({ towerId, tower, ...months }) => {
      const [budget, actual] = [months.budget.map(toUnits), months.actual.map(toUnits)];
      return {
        towerId,
        tower,
        committed: months.committed,
        budget: fromUnits(sum(budget)),
        actual: fromUnits(sum(actual)),
        ...toDate(upTo(budget, through), upTo(actual, through)),
      };
    })
    .filter(({ budget, actual, committed }) => [budget, actual, committed].some((amount) => amount !== '0.00'));
}
