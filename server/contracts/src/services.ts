import * as z from 'zod/mini';
import { changes } from './changes.ts';
import {
  example,
  filledText,
  fiscalYearLabel,
  id,
  idParams,
  money,
  moneyInput,
  nameText,
  notEmpty,
  reason,
  timestamp,
  twoIdParams,
  version,
  yearQuery,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { figuresShape, serviceFields, serviceFieldsBody, serviceShape } from './fields/service.ts';
import { periodState } from './fiscal-years.ts';
import { paging, pageOf } from './list.ts';

const { budget, actual, committed, variance } = figuresShape;

export const service = z.object({
  ...serviceShape,
  years: z.array(z.object({ fy: fiscalYearLabel, budget, actual, committed, variance, available: money })),
  children: z.array(z.object({ id, uid: z.string(), service: z.string() })),
});
export type Service = z.infer<typeof service>;
z.globalRegistry.add(service, { id: 'Service' });

export const createServiceBody = z.strictObject({
  ...serviceFieldsBody,
  uid: nameText(serviceFields.uid.limit),
  /** A first budget, spread by the phasing; for `fy`, or the current year. */
  budget: z.optional(moneyInput),
  fy: z.optional(fiscalYearLabel),
  reason: z.optional(reason),
});
export type CreateServiceBody = z.infer<typeof createServiceBody>;

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

const serviceChange = { ...serviceFieldsBody, ...amountsBody };
export const updateServiceBody = z
  .strictObject({ ...serviceChange, reason: z.optional(reason) })
  .check(notEmpty('reason'), notBoth, example({ budget: '1500000.00', reason: 'Agreed with the vendor' }));
export type UpdateServiceBody = z.infer<typeof updateServiceBody>;
export type ServiceChange = Omit<UpdateServiceBody, 'reason'>;

/** Many rows at once, all or nothing: a pasted block, a fill, an undo. */
export const updateServicesBody = z
  .strictObject({
    reason: z.optional(reason),
    changes: z.array(z.strictObject({ id, version, ...serviceChange }).check(notEmpty('id', 'version'), notBoth)).check(
      z.minLength(1),
      z.maxLength(200),
      z.refine(
        (changes) => new Set(changes.map((change) => change.id)).size === changes.length,
        'A row is named twice',
      ),
    ),
  })
  .check(example({ reason: 'Agreed with the vendor', changes: [{ id: 1, version: 1, budget: '1500000.00' }] }));
export type UpdateServicesBody = z.infer<typeof updateServicesBody>;

export const serviceMonths = z.object({
  fy: fiscalYearLabel,
  version,
  editable: z.boolean(),
  plan: z.nullable(z.object({ name: z.string(), state: z.string() })),
  reportedThrough: z.int(),
  months: z.array(
    z.object({
      number: z.int(),
      label: z.string(),
      state: periodState,
      stateSince: z.nullable(timestamp),
      budget: z.nullable(money),
      actual: z.nullable(money),
      previousActual: z.nullable(money),
    }),
  ),
});
export type ServiceMonths = z.infer<typeof serviceMonths>;

export const serviceEntities = z.object({
  fy: fiscalYearLabel,
  data: z.array(
    z.object({
      entityId: z.nullable(id),
      entity: z.string(),
      budget: money,
      actual: money,
      committed: money,
      ytdVariance: money,
    }),
  ),
});
export type ServiceEntities = z.infer<typeof serviceEntities>;

export const remark = z.object({ id, at: timestamp, author: z.string(), text: z.string() });
export type Remark = z.infer<typeof remark>;

export const historyEntry = z.object({
  id: z.int(),
  at: timestamp,
  actor: z.string(),
  action: z.string(),
  fy: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  changes,
});
export type HistoryEntry = z.infer<typeof historyEntry>;

const tag = 'Services';
export const retireBody = z.strictObject({
  reason,
  /** Whether the budget of open months that have not begun is taken off, in every year whose plan is a draft. */
  releaseBudget: z.optional(z.boolean()),
});

export const serviceEndpoints = {
  create: endpoint({
    method: 'post',
    path: '/services',
    tag,
    summary: 'Add a service',
    permission: 'services.create',
    body: createServiceBody,
    answer: service,
    status: 201,
    idempotent: true,
  }),
  get: endpoint({
    method: 'get',
    path: '/services/:id',
    tag,
    summary: 'One service with its years',
    permission: 'budgets.view',
    params: idParams,
    answer: service,
  }),
  retire: endpoint({
    method: 'post',
    path: '/services/:id/retire',
    tag,
    summary: 'Retire a service: it stays in its years, and takes no changes any more',
    permission: 'services.retire',
    params: idParams,
    body: retireBody,
    answer: service,
    guarded: true,
  }),
  reinstate: endpoint({
    method: 'post',
    path: '/services/:id/reinstate',
    tag,
    summary: 'Bring a retired service back',
    permission: 'services.retire',
    params: idParams,
    body: z.strictObject({ reason }),
    answer: service,
    guarded: true,
  }),
  months: endpoint({
    method: 'get',
    path: '/services/:id/months',
    tag,
    summary: 'Budget and actual by month',
    permission: 'budgets.view',
    params: idParams,
    query: yearQuery,
    answer: serviceMonths,
  }),
  entities: endpoint({
    method: 'get',
    path: '/services/:id/entities',
    tag,
    summary: 'What falls on each entity',
    permission: 'budgets.view',
    params: idParams,
    query: yearQuery,
    answer: serviceEntities,
  }),
  remarks: endpoint({
    method: 'get',
    path: '/services/:id/remarks',
    tag,
    summary: 'Remarks, newest first',
    permission: 'budgets.view',
    params: idParams,
    query: z.strictObject(paging),
    answer: pageOf(remark),
  }),
  addRemark: endpoint({
    method: 'post',
    path: '/services/:id/remarks',
    tag,
    summary: 'Add a remark',
    permission: 'remarks.add',
    params: idParams,
    body: z.strictObject({ text: filledText(1, 4000) }),
    answer: remark,
    status: 201,
    idempotent: true,
  }),
  history: endpoint({
    method: 'get',
    path: '/services/:id/history',
    tag,
    summary: 'Who changed what, when and why; newest first',
    permission: 'budgets.view',
    params: idParams,
    query: z.strictObject(paging),
    answer: pageOf(historyEntry),
  }),
  restore: endpoint({
    method: 'post',
    path: '/services/:id/history/:entryId/restore',
    tag,
    permission: 'budgets.edit',
    summary: 'Put a field back to what it was before that change',
    params: twoIdParams,
    body: z.strictObject({ field: nameText(60).check(example('owner')), reason }),
    answer: service,
    guarded: true,
  }),
};
