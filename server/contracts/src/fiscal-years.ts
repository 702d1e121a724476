import * as z from 'zod/mini';
import { date, fiscalYearLabel, id, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Nothing changes in a month that is CLOSED. While it is being closed (SOFT), controllers change it and say why. */
export const periodState = z.enum(['OPEN', 'SOFT', 'CLOSED']);

export const period = z.object({
  number: z.int(),
  /** "Apr 2025" */
  label: z.string(),
  startDate: date,
  endDate: date,
  state: periodState,
  /** null: it has been open from the beginning. */
  stateSince: z.nullable(timestamp),
});
export type Period = z.infer<typeof period>;

/** Of a plan that may still be changed. */
export const editablePlanStates = ['DRAFT', 'RETURNED'];

export const fiscalYear = z.object({
  id,
  label: fiscalYearLabel,
  startDate: date,
  endDate: date,
  /** The last period that counts as "to date"; 0 while the year has not begun. */
  reportedThrough: z.int(),
  current: z.boolean(),
  plan: z.nullable(z.object({ id, name: z.string(), state: z.string() })),
  periods: z.array(period),
});
export type FiscalYear = z.infer<typeof fiscalYear>;

export const fiscalYearEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/fiscal-years',
    tag: 'Calendar',
    summary: 'Fiscal years with their periods and current plan',
    permission: 'signed-in',
    answer: z.object({ baseCurrency: z.string(), data: z.array(fiscalYear) }),
  }),
};
