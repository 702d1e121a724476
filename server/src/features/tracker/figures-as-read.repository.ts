import {
  type FigureName,
  figureFields,
  figureListFields,
  type ListedFigureName,
  type MonthFigureName,
  monthFigureFields,
} from '@opex/contracts/fields/service';
import { money } from '../../database/fragments.ts';
import { snake } from '../../database/list/catalogue.ts';
import type { ListColumn } from '../../database/list/list-query.ts';
import { monthNumbers } from '../../database/months.ts';

/** What the figures of the catalogue are in SQL: `y` is the year that is shown, `p` the one before it, `e` the one before that. */

type Name = FigureName | MonthFigureName;
const namesOf = <Figure extends Name>(fields: Record<Figure, unknown>) => Object.keys(fields) as Figure[];

/** Figures that no column holds. */
const computed: Partial<Record<Name, string>> = {
  available: '(y.budget - y.actual - y.committed)',
  remainingBudget: '(y.budget - y.ytd_budget)',
  outlook: '(y.budget - y.ytd_budget + y.ytd_actual)',
  monthVariance: '(y.month_budget - y.month_actual)',
};

function expressionOf(name: Name): string {
  const [, year, figure = ''] = /^(previous|earlier)(.+)$/.exec(name) ?? [];
  return computed[name] ?? (year ? `${year.charAt(0)}.${snake(figure).slice(1)}` : `y.${snake(name)}`);
}

/** By what a list is filtered and ordered. */
export const figureColumns = Object.fromEntries(
  namesOf(figureListFields).map((name) => [name, { order: expressionOf(name), type: 'numeric' }]),
) as Record<ListedFigureName, ListColumn>;

/** Those of a month only where one is asked for. */
export const selectFigures = (month: number | undefined, of = (expression: string) => expression) =>
  [...namesOf(figureFields), ...(month ? namesOf(monthFigureFields) : [])]
    .map((name) => `${money(`coalesce(${of(expressionOf(name))}, 0)`)} AS "${name}"`)
    .join(', ');

/** The columns of `service_years`. Shares hold no variance of a year. */
const columnsOfYear = namesOf(figureFields)
  .filter((name) => expressionOf(name) === `y.${snake(name)}`)
  .map(snake);
const sumOf = (column: string) => (column === 'variance' ? 'sum(budget) - sum(actual)' : `sum(${column})`);
/** A year as some entities have it: what the rows of their shares add up to. */
export const sumsOfShares = columnsOfYear.map((column) => `coalesce(${sumOf(column)}, 0) AS ${column}`).join(', ');
/** A year that there is not. */
export const noFigures = columnsOfYear.map((column) => `0::numeric AS ${column}`).join(', ');

/** What a month of shares adds up to. */
export const monthSums = (month: number) => {
  const number = monthNumbers[month - 1];
  return `sum(b${number}) AS month_budget, sum(a${number}) AS month_actual`;
};
