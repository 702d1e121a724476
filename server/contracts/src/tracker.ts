import * as z from 'zod/mini';
import { example, fiscalYearLabel, idParams, money, yearQuery } from './common.ts';
import { endpoint } from './endpoint.ts';
import {
  figureFields,
  figureListFields,
  figuresShape,
  monthFigureFields,
  serviceFields,
  serviceListFields,
  serviceShape,
} from './fields/service.ts';
import { fileMediaType, fileQuery } from './files.ts';
import { horizon } from './horizon.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';
import { updateServiceBody, updateServicesBody } from './services.ts';

/** The tracker: services with the figures of a year, and how a row of it is changed. Its address is older than its name. */

export const trackerExceptions = ['over-budget', 'unallocated'] as const;
export type TrackerException = (typeof trackerExceptions)[number];

export const trackerRow = z.object({
  ...serviceShape,
  ...figuresShape,
  /** Budget by period; only when asked for by `with`. */
  months: z.optional(z.array(z.nullable(money))),
});
export type TrackerRow = z.infer<typeof trackerRow>;
z.globalRegistry.add(trackerRow, { id: 'Budget', description: 'A service with the figures of a year' });

export const trackerFields = { id: 'number', ...serviceListFields, ...figureListFields } as const satisfies ListFields;
export type TrackerField = keyof typeof trackerFields;

const entityFilter = z.optional(
  z.string().check(z.regex(/^[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,49}$/, 'Use entity ids'), example('1')),
);

const keyFilter = z.optional(
  z.string().check(z.regex(/^[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,49}$/, 'Use ids of allocation keys'), example('1')),
);

export const trackerListQuery = listQuery(trackerFields, {
  fy: z.optional(fiscalYearLabel),
  /** Figures become the net share of these entities, and only services with a share are listed. */
  entity: entityFilter,
  /**
   * A month brings its figures along: `monthBudget`, `monthActual`, `monthVariance`; who orders or filters by them and names no
   * month gets the last reported one. Figures of the year and to date are there always.
   */
  horizon: z.optional(horizon),
  /** Services whose budget or actuals are shared by one of these allocation keys. */
  key: keyFilter,
  /** The services behind an exception of the dashboard. */
  exception: z.optional(z.enum(trackerExceptions)),
  /** Rows with their months; `month-totals` also brings what these add up to over the filter. */
  with: z.optional(z.enum(['months', 'month-totals'])),
});
export type TrackerListQuery = z.infer<typeof trackerListQuery>;

export const trackerTotals = z.object(figuresShape);
export type TrackerTotals = z.infer<typeof trackerTotals>;
/** By period, over the filter; only when asked for by `with=month-totals`. */
export const monthTotals = z.object({ budget: z.array(money), actual: z.array(money) });
export type MonthTotals = z.infer<typeof monthTotals>;
export const trackerList = z.extend(pageOf(trackerRow), {
  fy: fiscalYearLabel,
  totals: trackerTotals,
  monthTotals: z.optional(monthTotals),
});
export type TrackerList = z.infer<typeof trackerList>;

/** A month's column is named m1 to m12, by its period. */
export const monthField = (period: number) => `m${period}`;
export const periodOf = (field: string): number | null => {
  const [, period] = /^m([1-9]|1[0-2])$/.exec(field) ?? [];
  return period ? Number(period) : null;
};
export const monthFields = Array.from({ length: 12 }, (_, index) => monthField(index + 1));

/** What is listed, all of it, whatever page; figures of a month need a month as horizon. */
export const trackerFileQuery = z.extend(
  z.omit(trackerListQuery, { page: true, limit: true, after: true, with: true }),
  fileQuery([
    ...[serviceFields, figureFields, monthFigureFields].flatMap((fields) => Object.keys(fields)),
    ...monthFields,
  ]),
);
export type TrackerFileQuery = z.infer<typeof trackerFileQuery>;

const tag = 'Budget tracker';
export const trackerEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/budgets',
    tag,
    permission: 'budgets.view',
    summary: 'One row per service with the figures of a year',
    query: trackerListQuery,
    answer: trackerList,
  }),
  file: endpoint({
    method: 'get',
    path: '/budgets/file',
    tag,
    permission: 'budgets.view',
    summary: 'The whole list as a workbook or as CSV',
    query: trackerFileQuery,
    mediaType: fileMediaType,
    slow: true,
  }),
  get: endpoint({
    method: 'get',
    path: '/budgets/:id',
    tag,
    summary: 'One row, with its months',
    permission: 'budgets.view',
    params: idParams,
    query: yearQuery,
    answer: trackerRow,
  }),
  update: endpoint({
    method: 'patch',
    path: '/budgets/:id',
    tag,
    summary: 'Change fields and figures of one row',
    permission: 'budgets.edit',
    params: idParams,
    query: yearQuery,
    body: updateServiceBody,
    answer: trackerRow,
    guarded: true,
  }),
  updateMany: endpoint({
    method: 'patch',
    path: '/budgets',
    tag,
    summary: 'Change many rows, all or none',
    permission: 'budgets.edit',
    query: yearQuery,
    body: updateServicesBody,
    answer: z.object({ data: z.array(trackerRow) }),
    bulk: true,
  }),
};
