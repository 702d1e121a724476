import * as z from 'zod/mini';
import { example } from './common.ts';
import type { FigureName, MonthFigureName } from './fields/service.ts';

/** What is compared: left out, the months to date; "year", all twelve; a number, that month. */
export const horizon = z
  .string()
  .check(
    z.regex(/^(?:year|[1-9]|1[0-2])$/, 'Use "year", or a month from 1 to 12'),
    z.describe('What is compared: "year", or a month from 1 to 12; without it, the months to date'),
    example('7'),
  );

type Horizon = string | undefined;
type Compared = 'budget' | 'actual' | 'variance';

export const horizonKinds = ['date', 'year', 'month'] as const;
export type HorizonKind = (typeof horizonKinds)[number];

/** The figures of a service that each kind of horizon compares. */
export const comparedFigures = {
  date: { budget: 'ytdBudget', actual: 'ytdActual', variance: 'ytdVariance' },
  year: { budget: 'budget', actual: 'actual', variance: 'variance' },
  month: { budget: 'monthBudget', actual: 'monthActual', variance: 'monthVariance' },
} as const satisfies Record<HorizonKind, Record<Compared, FigureName | MonthFigureName>>;

export const kindOf = (horizon: Horizon): HorizonKind =>
  horizon === undefined ? 'date' : horizon === 'year' ? 'year' : 'month';
export const comparedIn = (horizon: Horizon) => comparedFigures[kindOf(horizon)];

/** The month that it is, by its number in the year. */
export const monthOf = (horizon: Horizon) => (kindOf(horizon) === 'month' ? Number(horizon) : undefined);

/** The periods that are compared. To date there is none before a month is reported: the last is then 0. */
export function periodsOf(horizon: Horizon, reportedThrough: number): { first: number; last: number } {
  const month = monthOf(horizon);
  if (month !== undefined) return { first: month, last: month };
  return { first: 1, last: kindOf(horizon) === 'year' ? 12 : reportedThrough };
}

type Year = { label: string; reportedThrough: number; periods: readonly { number: number; label: string }[] };

/** "Apr–Sep", "FY26", "Jul 2025" */
export function horizonLabel(horizon: Horizon, { label, reportedThrough, periods }: Year): string {
  if (kindOf(horizon) === 'year') return label;
  const { first, last } = periodsOf(horizon, reportedThrough);
  const nameOf = (period: number) => periods.find(({ number }) => number === period)?.label ?? '';
  if (kindOf(horizon) === 'month') return nameOf(first);
  const names = last === 0 ? [] : [first, last].map((period) => nameOf(period).split(' ')[0]);
  return [...new Set(names)].join('\u2013');
}
