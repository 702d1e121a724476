import * as z from 'zod/mini';
import { example, fiscalYearLabel, id, idParams, money, moneyInput, notEmpty, reason, version, yearQuery } from './common.ts';
import { endpoint } from './endpoint.ts';
import {
  figureListFields,
  figuresShape,
  serviceFieldsBody,
  serviceListFields,
  serviceShape,
} from './fields/service.ts';
import { horizon } from './horizon.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';

export const budgetExceptions = ['over-budget', 'unallocated'] as const;
export type BudgetException = (typeof budgetExceptions)[number];

export const budgetRow = z.object({
  ...serviceShape,
  ...figuresShape,
  /** Budget by period; only when asked for by `with=months`. */
  months: z.optional(z.array(z.nullable(money))),
});
export type BudgetRow = z.infer<typeof budgetRow>;
z.globalRegistry.add(budgetRow, { id: 'Budget', description: 'A service with the figures of a year' });

export const budgetFields = { id: 'number', ...serviceListFields, ...figureListFields } as const satisfies ListFields;
export type BudgetField = keyof typeof budgetFields;

const entityFilter = z.optional(
  z.string().check(z.regex(/^[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,49}$/, 'Use entity ids'), example('1')),
);

export const listBudgetsQuery = listQuery(budgetFields, {
  fy: z.optional(fiscalYearLabel),
  /** Figures become the net share of these entities, and only services with a share are listed. */
  entity: entityFilter,
  /**
   * A month brings its figures along: `monthBudget`, `monthActual`, `monthVariance`; who orders or filters by them and names no
   * month gets the last reported one. Figures of the year and to date are there always.
   */
  horizon: z.optional(horizon),
  /** The services behind an exception of the dashboard. */
  exception: z.optional(z.enum(budgetExceptions)),
  with: z.optional(z.literal('months')),
});
export type ListBudgetsQuery = z.infer<typeof listBudgetsQuery>;

export const budgetTotals = z.object(figuresShape);
export type BudgetTotals = z.infer<typeof budgetTotals>;
export const budgetPage = z.extend(pageOf(budgetRow), { fy: fiscalYearLabel, totals: budgetTotals });
export type BudgetPage = z.infer<typeof budgetPage>;

const monthNumber = z.enum(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
const amountsBody = {
  /** The year's budget. It is spread exactly over the months, by the phasing of the row. */
  budget: z.optional(moneyInput),
  /** Single months, by period number. Null empties a month. Cannot be sent together with `budget`. */
  months: z.optional(
    z
      .partialRecord(monthNumber, z.nullable(moneyInput))
      .check(z.refine((months) => Object.keys(months).length > 0, 'Name a month')),
  ),
};
const notBoth = z.refine<{ budget?: unknown; months?: unknown }>(
  ({ budget, months }) => budget === undefined || months === undefined,
  'Send budget or months, not both',
);

export const budgetChange = { ...serviceFieldsBody, ...amountsBody };
export const updateBudgetBody = z
  .strictObject({ ...budgetChange, reason: z.optional(reason) })
  .check(notEmpty('reason'), notBoth, example({ budget: '1500000.00', reason: 'Agreed with the vendor' }));
export type UpdateBudgetBody = z.infer<typeof updateBudgetBody>;
export type BudgetChange = Omit<UpdateBudgetBody, 'reason'>;

/** Many rows at once, all or nothing: a pasted block, a fill, an undo. */
export const updateBudgetsBody = z
  .strictObject({
    reason: z.optional(reason),
    changes: z.array(z.strictObject({ id, version, ...budgetChange }).check(notEmpty('id', 'version'), notBoth)).check(
      z.minLength(1),
      z.maxLength(200),
      z.refine(
        (changes) => new Set(changes.map((change) => change.id)).size === changes.length,
        'A row is named twice',
      ),
    ),
  })
  .check(example({ reason: 'Agreed with the vendor', changes: [{ id: 1, version: 1, budget: '1500000.00' }] }));
export type UpdateBudgetsBody = z.infer<typeof updateBudgetsBody>;

const tag = 'Budget tracker';
export const budgetEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/budgets',
    tag,
    permission: 'budgets.view',
    summary: 'One row per service with the figures of a year',
    query: listBudgetsQuery,
    answer: budgetPage,
  }),
  get: endpoint({
    method: 'get',
    path: '/budgets/:id',
    tag,
    summary: 'One row, with its months',
    permission: 'budgets.view',
    params: idParams,
    query: yearQuery,
    answer: budgetRow,
  }),
  update: endpoint({
    method: 'patch',
    path: '/budgets/:id',
    tag,
    summary: 'Change fields and figures of one row',
    permission: 'budgets.edit',
    params: idParams,
    query: yearQuery,
    body: updateBudgetBody,
    answer: budgetRow,
    guarded: true,
  }),
  updateMany: endpoint({
    method: 'patch',
    path: '/budgets',
    tag,
    summary: 'Change many rows, all or none',
    permission: 'budgets.edit',
    query: yearQuery,
    body: updateBudgetsBody,
    answer: z.object({ data: z.array(budgetRow) }),
    bulk: true,
  }),
};
