import * as z from 'zod/mini';
import { date, fiscalYearLabel, id, money, wholeNumberBetween } from './common.ts';
import { endpoint } from './endpoint.ts';
import { horizon, horizonKinds } from './horizon.ts';

/** How far the dashboard looks ahead for contracts that end or renew. */
export const renewalDays = 120;

const percent = z.nullable(z.string());
const yearFigures = z.object({ budget: money, actual: money, committed: money, ytdBudget: money, ytdActual: money });
const toDate = { ytdBudget: money, ytdActual: money, ytdVariance: money, ytdVariancePercent: percent };
/** Budget against actual of the periods of the horizon. */
const compared = z.object({ budget: money, actual: money, variance: money, variancePercent: percent });
const serviceVariance = z.object({
  serviceId: id,
  uid: z.string(),
  service: z.string(),
  tower: z.nullable(z.string()),
  compared,
  ...toDate,
});

export const dashboard = z.object({
  fy: fiscalYearLabel,
  /** Year-to-date figures stop here; period 0 while nothing is reported. */
  through: z.object({ period: z.int(), label: z.nullable(z.string()) }),
  /** The periods of `compared`, and what they are called: "Apr–Sep", "FY26", "Jul 2025". */
  horizon: z.object({ kind: z.enum(horizonKinds), first: z.int(), last: z.int(), label: z.string() }),
  totals: z.object({
    budget: money,
    actual: money,
    committed: money,
    /** budget - actual - committed */
    available: money,
    /** actual to date + budget of the months that remain */
    outlook: money,
    compared,
    ...toDate,
  }),
  previous: z.nullable(z.extend(yearFigures, { fy: fiscalYearLabel, compared })),
  months: z.array(z.object({ period: z.int(), label: z.string(), budget: money, actual: money, toDate: z.boolean() })),
  towers: z.array(
    z.object({
      towerId: z.nullable(id),
      tower: z.string(),
      budget: money,
      actual: money,
      committed: money,
      compared,
      ...toDate,
    }),
  ),
  /** Those with the highest actual of the year; `budget` and `actual` are of the year, too. */
  vendors: z.array(z.object({ vendorId: z.nullable(id), vendor: z.string(), budget: money, actual: money, compared })),
  variances: z.object({ adverse: z.array(serviceVariance), favourable: z.array(serviceVariance) }),
  /** Of active services: how many from one day to another, the budget of all of them, and the next few. */
  renewals: z.object({
    from: date,
    until: date,
    services: z.int(),
    budget: money,
    next: z.array(
      z.object({
        serviceId: id,
        uid: z.string(),
        service: z.string(),
        vendor: z.nullable(z.string()),
        dueDate: date,
        days: z.int(),
        budget: money,
      }),
    ),
  }),
  exceptions: z.object({
    unallocated: z.object({ services: z.int(), budget: money, actual: money }),
    /** Over the budget of the same months by both thresholds or more. The tracker lists them by `exception=over-budget`. */
    overBudget: z.object({
      services: z.int(),
      ytdVariance: money,
      atLeast: z.object({ amount: money, percent: z.string() }),
    }),
    /** Currencies in which services have orders in the year, and whose rates have a gap in it. */
    missingRates: z.array(
      z.object({
        currencyId: id,
        currency: z.string(),
        services: z.int(),
        /** No plan rate is dated within the year. */
        plan: z.boolean(),
        /** Reported periods on whose last day there is no actual rate that is young enough. */
        actualPeriods: z.array(z.int()),
      }),
    ),
  }),
});
export type Dashboard = z.infer<typeof dashboard>;

export const dashboardQuery = z.strictObject({
  fy: z.optional(fiscalYearLabel),
  entity: z.optional(wholeNumberBetween(1, 2_147_483_647)),
  horizon: z.optional(horizon),
});
export type DashboardQuery = z.infer<typeof dashboardQuery>;

export const reportEndpoints = {
  dashboard: endpoint({
    method: 'get',
    path: '/reports/dashboard',
    tag: 'Reports',
    summary: 'Over or under, by how much, where',
    permission: 'reports.view',
    query: dashboardQuery,
    answer: dashboard,
  }),
};
