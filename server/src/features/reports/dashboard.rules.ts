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

export type Periods = { first: number; last: number };

const sum = (units: bigint[]) => units.reduce((total, unit) => total + unit, 0n);
const within = (months: bigint[], { first, last }: Periods) => sum(months.slice(first - 1, last));

/** budget - actual of the same periods; positive is favourable, and a budget of nothing has no percentage. */
export function comparison(budget: bigint, actual: bigint) {
  const variance = budget - actual;
  return {
    budget: fromUnits(budget),
    actual: fromUnits(actual),
    variance: fromUnits(variance),
    variancePercent: percentOf(variance, budget),
  };
}

export function toDate(ytdBudget: bigint, ytdActual: bigint) {
  const { budget, actual, variance, variancePercent } = comparison(ytdBudget, ytdActual);
  return { ytdBudget: budget, ytdActual: actual, ytdVariance: variance, ytdVariancePercent: variancePercent };
}

/** What is compared, and what is always said: the same to date. */
function figuresOfMonths(budgets: bigint[], actuals: bigint[], through: number, horizon: Periods) {
  const both = (periods: Periods) => [within(budgets, periods), within(actuals, periods)] as const;
  return { compared: comparison(...both(horizon)), ...toDate(...both({ first: 1, last: through })) };
}

/** A year from its towers: by month, by horizon, to date, what is still available, and where it is heading. */
export function figuresOf(towers: YearOfTower[], through: number, horizon: Periods) {
  const column = (pick: (tower: YearOfTower) => string[]) =>
    Array.from({ length: 12 }, (_, index) => sum(towers.map((tower) => toUnits(pick(tower)[index] ?? '0'))));
  const budgets = column(({ budget }) => budget);
  const actuals = column(({ actual }) => actual);
  const [budget, actual] = [sum(budgets), sum(actuals)];
  const committed = sum(towers.map((tower) => toUnits(tower.committed)));
  const soFar = { first: 1, last: through };
  return {
    months: budgets.map((month, index) => ({ budget: fromUnits(month), actual: fromUnits(actuals[index] ?? 0n) })),
    totals: {
      budget: fromUnits(budget),
      actual: fromUnits(actual),
      committed: fromUnits(committed),
      available: fromUnits(budget - actual - committed),
      outlook: fromUnits(within(actuals, soFar) + budget - within(budgets, soFar)),
      ...figuresOfMonths(budgets, actuals, through, horizon),
    },
  };
}

export function towersOf(towers: YearOfTower[], through: number, horizon: Periods): Dashboard['towers'] {
  return towers
    .map(({ towerId, tower, ...months }) => {
      const [budget, actual] = [months.budget.map(toUnits), months.actual.map(toUnits)];
      return {
        towerId,
        tower,
        committed: months.committed,
        budget: fromUnits(sum(budget)),
        actual: fromUnits(sum(actual)),
        ...figuresOfMonths(budget, actual, through, horizon),
      };
    })
    .filter(({ budget, actual, committed }) => [budget, actual, committed].some((amount) => amount !== '0.00'));
}
