import { editablePlanStates } from '@opex/contracts/fiscal-years';
import type { Changes } from '@opex/contracts/changes';
import { serviceShape } from '@opex/contracts/fields/service';
import {
  type CreateServiceBody,
  type HistoryEntry,
  type Remark,
  type Service,
  type ServiceChange,
  type ServiceEntities,
  type ServiceMonths,
  updateServiceBody,
} from '@opex/contracts/services';
import type { TrackerRow } from '@opex/contracts/tracker';
import type { Pagination } from '@opex/contracts/list';
import { z } from 'zod';
import type { Caller } from '../../lib/caller.ts';
import { invalid, notFound } from '../../lib/errors.ts';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import { paginationOf } from '../../database/list/list-query.ts';
import { touch, type Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import { isOwn, onlyAShare } from './ownership.service.ts';
import * as serviceChanges from './service-changes.service.ts';
import * as tracker from '../tracker/tracker.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as serviceMonths from './service-months.repository.ts';
import * as repository from './services.repository.ts';

type Paging = { page: number; limit: number };
type Page<Row> = { data: Row[]; pagination: Pagination };

export const get = async (caller: Caller, id: number): Promise<Service> => getIn(await fiscalYears.find(), caller, id);

async function getIn(context: fiscalYears.YearContext, caller: Caller, id: number, tx?: Transaction): Promise<Service> {
  const row = await tracker.getIn(context, caller, id, tx);
  const years = await repository.findYears(id, caller.scope, tx);
  const children = await repository.findChildren(id, caller.scope, tx);
  return { ...withoutFigures(row), years, children };
}

const withoutFigures = (row: TrackerRow) =>
  Object.fromEntries(Object.entries(row).filter(([field]) => Object.hasOwn(serviceShape, field))) as Omit<
    Service,
    'years' | 'children'
  >;

/** A reader who may not see the service learns nothing of it, not even that it is there. */
async function mustSee(caller: Caller, id: number, tx?: Transaction) {
  const service = await repository.findOne(id, caller.scope, tx);
  if (!service) throw notFound('Service');
  return { ...service, editable: isOwn(caller, service) };
}

export async function create(
  caller: Caller,
  body: CreateServiceBody,
  idempotency: IdempotencyKey | undefined,
): Promise<Service> {
  const context = await fiscalYears.find(body.fy);
  return serviceChanges.create(caller, context.year, body, idempotency, (id, tx) => getIn(context, caller, id, tx));
}

export async function months(caller: Caller, id: number, fy: string | undefined): Promise<ServiceMonths> {
  const { year, previous } = await fiscalYears.find(fy);
  const years = { year: year.id, previous: previous?.id ?? 0, planVersionId: year.plan?.id ?? 0 };
  const found = await serviceMonths.findMonths(id, years, caller.scope);
  if (!found) throw notFound('Service');
  const { version, editable, budget, actual, previousActual } = found;
  const isOpen = year.plan !== null && editablePlanStates.includes(year.plan.state);
  return {
    fy: year.label,
    version,
    editable: editable && isOpen,
    plan: year.plan && { name: year.plan.name, state: year.plan.state },
    reportedThrough: year.reportedThrough,
    months: year.periods.map(({ number, label, state, stateSince }) => ({
      ...{ number, label, state, stateSince },
      budget: budget?.[number - 1] ?? null,
      actual: actual?.[number - 1] ?? null,
      previousActual: previousActual?.[number - 1] ?? null,
    })),
  };
}

export async function entities(caller: Caller, id: number, fy: string | undefined): Promise<ServiceEntities> {
  const { year } = await fiscalYears.find(fy);
  if (!(await repository.isThereIn(id, year.id, caller.scope))) throw notFound('Service');
  return { fy: year.label, data: await repository.findEntities(id, year.id, caller.scope) };
}

export async function remarks(caller: Caller, id: number, paging: Paging): Promise<Page<Remark>> {
  await mustSee(caller, id);
  const { rows, total } = await repository.findRemarks(id, paging);
  return { data: rows, pagination: paginationOf(paging, total, null) };
}

export async function addRemark(
  caller: Caller,
  id: number,
  text: string,
  idempotency: IdempotencyKey | undefined,
): Promise<Remark> {
  return change(caller, { tags: ['figures'], idempotency }, async (tx) => {
    const service = await mustSee(caller, id, tx);
    touch(tx, [id], ['remark']);
    const remark = { serviceId: id, authorId: caller.id, authorName: caller.name, text };
    const entries: audit.Recorded = {
      action: 'service.remarked',
      subject: serviceChanges.subjectOf(service),
      changes: { remark: { from: null, to: text } },
      entityIds: await serviceChanges.entityIdsOf(id, tx),
    };
    return { answer: await repository.insertRemark(remark, tx), entries };
  });
}

/**
 * An entry of the history shows amounts of the whole service, and which entity had it then. A reader who sees only a share
 * of it, or whose entity did not have it then, reads who changed which field, without amounts and entities
 * and without the reason, which speaks of them.
 */
export async function history(caller: Caller, id: number, paging: Paging): Promise<Page<HistoryEntry>> {
  const { editable } = await mustSee(caller, id);
  const { rows, total } = await audit.history('service', id, caller.scope, paging);
  const data = rows.map(({ id: entryId, at, actor, action, fy, reason, changes, whole }) => ({
    id: entryId,
    at,
    actor,
    action,
    fy,
    ...(editable && whole ? { reason, changes } : { reason: null, changes: withoutWhatIsOfOthers(changes) }),
  }));
  return { data, pagination: paginationOf(paging, total, null) };
}

const isShare = (field: string) => field.startsWith('shares.');
const isAmount = (field: string) => field === 'budget' || field.startsWith('months.');
const withoutWhatIsOfOthers = (changes: Changes): Changes =>
  Object.fromEntries(
    Object.entries(changes).filter(([field]) => !isAmount(field) && !isShare(field) && !ofOthers.has(field)),
  );
const ofOthers = new Set(['entityId', 'actualEntityId']);

/** Puts a field back to what it was before that change; itself a change like any other, with its own entry. */
export async function restore(
  caller: Caller,
  seen: { id: number; version: number },
  entryId: number,
  field: string,
  reason: string,
): Promise<Service> {
  const { editable } = await mustSee(caller, seen.id);
  if (!editable) throw onlyAShare();
  const entry = await audit.entry(entryId, caller.scope);
  if (!entry || entry.subjectType !== 'service' || entry.subjectId !== seen.id) throw notFound('History entry');
  if (!Object.hasOwn(entry.changes, field)) throw invalid('/field', 'This change did not touch that field', 'missing');
  const { year } = await fiscalYears.find(entry.fy ?? undefined);
  await serviceChanges.update(
    caller,
    year,
    [{ ...changeBack(entry.changes, field), ...seen }],
    reason,
    'service.restored',
  );
  return get(caller, seen.id);
}

function changeBack(changes: Changes, field: string): ServiceChange {
  if (isShare(field)) throw invalid('/field', 'A key shares it; correct the key instead');
  if (field === 'status' || field === 'remark')
    throw invalid('/field', 'Use retire, reinstate or a new remark instead');
  const { success, data } = z.safeParse(
    updateServiceBody,
    isAmount(field) ? monthsBack(changes, field) : fieldBack(changes, field),
  );
  if (!success) throw invalid('/field', 'What it was before cannot be put back'); // such as no UID, before there was a service
  return data;
}

function monthsBack(changes: Changes, field: string) {
  const touched = Object.entries(changes).filter(([name]) =>
    field === 'budget' ? name.startsWith('months.') : name === field,
  );
  return { months: Object.fromEntries(touched.map(([name, { from }]) => [name.slice('months.'.length), from])) };
}

function fieldBack(changes: Changes, field: string) {
  const from = changes[field]?.from ?? null;
  return { [field]: typeof from === 'object' && from !== null && 'id' in from ? from.id : from };
}
