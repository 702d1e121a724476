import type { ServiceChange } from '@opex/contracts/services';
import { blankOf, editableOf, storedName } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { Period } from '@opex/contracts/fiscal-years';
import type { Action, Changes } from '@opex/contracts/changes';
import type { Caller, Scope } from '../../lib/caller.ts';
import { conflict, invalid, notFound, stale } from '../../lib/errors.ts';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import { withoutUndefined } from '../../lib/objects.ts';
import { today } from '../../lib/time.ts';
import { leaveFigures, touch, type Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { change, staleAt, type Way } from '../audit/change.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as repository from './service-changes.repository.ts';
import { isReference, type MonthsChange, type StoredService } from './service-changes.repository.ts';
import { checkOwnership, isOwn, onlyAShare } from './ownership.service.ts';
import { spreadYear } from './budget-months.service.ts';
import { monthChanges, type Months, noMonths, withMonths } from './budget-months.rules.ts';

export type RowChange = ServiceChange & { id: number; version: number };
type Year = fiscalYears.YearContext['year'];
type Edited = { before: StoredService; after: StoredService; months: MonthsChange | undefined };

const changesAmounts = ({ budget, months }: ServiceChange) => budget !== undefined || months !== undefined;

/** Any number of rows in one transaction: all of them, or, when one is refused, none. */
export async function update(
  caller: Caller,
  year: Year,
  changes: RowChange[],
  reason: string | undefined,
  action: Action = 'service.updated',
) {
  if (reason === undefined && changes.some(changesAmounts))
    throw invalid('/reason', 'Say why the budget changes', 'required');
  await change(caller, way, async (tx) => ({
    answer: undefined,
    entries: await updateIn(tx, caller, year, changes, { reason, action }),
  }));
}

type Said = { reason: string | undefined; action: Action };

/** The same as a part of a larger change, which says `way`. What the audit log says of it is known once the figures are settled. */
export async function updateIn(
  tx: Transaction,
  caller: Caller,
  year: Year,
  changes: RowChange[],
  { reason, action }: Said,
): Promise<() => Promise<audit.Recorded[]>> {
  const edited = await edit(caller, year, changes, tx);
  const changed = edited.filter(isDifferent);
  if (changed.length === 0) return () => Promise.resolve([]);
  const isAnyAssignedAnew = changed.some(isAssignedAnew);
  if (isAnyAssignedAnew) await assignInTime(year, tx);
  const lines = changed.flatMap(({ after, months }) => (hasMoved(months) ? [{ id: after.id, months }] : []));
  const entityIds = await repository.save(changed, lines.length > 0 ? planOf(year).id : 0, lines, tx);
  if (lines.length === 0 && !changed.some(movesFigures)) leaveFigures(tx);
  describe(changed, tx);
  const ids = changed.map(({ after }) => after.id);
  const belongsTo = async () => (isAnyAssignedAnew ? repository.findEntityIds(ids, tx) : entityIds);
  return async () => entriesOf(year, changed, await belongsTo(), reason, action, tx);
}

/** Constraints hold for every writer; here they get the words of this page. */
export const way: Way = {
  tags: ['figures'],
  refusals: {
    duplicate: () => conflict('There is already a service with this UID'),
    constraints: { services_end_not_before_start: () => invalid('/endDate', 'The end is before the start') },
  },
};

/** Tells cached answers which services changed, and which of their fields. Of months they hear by the figures that follow. */
const describe = (changed: Edited[], tx: Transaction) =>
  touch(
    tx,
    changed.map(({ after }) => after.id),
    changed.flatMap(({ before, after }) => Object.keys(audit.differences(before, after)).map(nameOfStored)),
  );
const namesOfStored = new Map(editableOf(serviceFields).map(([name, field]) => [storedName(name, field), name]));
const nameOfStored = (stored: string) => namesOfStored.get(stored) ?? stored;

const isDifferent = ({ before, after, months }: Edited) =>
  Object.keys(audit.differences(before, after)).length > 0 || hasMoved(months);
const hasMoved = (months: Edited['months']): months is NonNullable<Edited['months']> =>
  months !== undefined && months.before.join() !== months.after.join();

const assigned = ['serviceType', 'entityId', 'budgetKeyId', 'actualKeyId'] as const;
const isAssignedAnew = ({ before, after }: Edited) => assigned.some((field) => before[field] !== after[field]);
const movesFigures = ({ before, after }: Edited) =>
  [...assigned, 'towerId' as const, 'vendorId' as const].some((field) => before[field] !== after[field]);

/** A new owner or key counts from the first month that is still open; set in a year to come, from the first open month of that year. */
async function assignInTime({ label, startDate, periods }: Year, tx: Transaction) {
  const open = periods.find(({ state }) => state !== 'CLOSED');
  if (!open) throw conflict(`Every month of ${label} is closed, so entity, type and keys cannot change there any more`);
  const isToCome = startDate > today();
  if (isToCome) await repository.assignFrom(open.startDate, tx);
}

async function edit(caller: Caller, year: Year, changes: RowChange[], tx: Transaction): Promise<Edited[]> {
  const ids = changes.map(({ id }) => id);
  const withAmounts = changes.some(changesAmounts);
  const { services, lines, periods } = withAmounts
    ? await repository.lockWithMonths(ids, caller.scope, year.plan?.id ?? 0, fiscalYears.periodsAsked(year.id), tx)
    : { services: await repository.lockServices(ids, caller.scope, tx), lines: [], periods: [] };
  const stored = new Map(services.map((service) => [service.id, service]));
  changes.forEach((change, index) =>
    checkRow(caller, stored.get(change.id), change, changes.length > 1 ? index : undefined),
  );
  const months = new Map(lines.map((line) => [line.id, line.months]));
  const edited: Edited[] = [];
  for (const change of changes) {
    const before = stored.get(change.id) as StoredService;
    if (before.retired) throw conflict(`${before.uid} is retired and takes no changes; reinstate it first`);
    const after = await applyFields(caller, before, change, tx);
    checkOwnership(caller, after);
    edited.push({
      before,
      after,
      months: changesAmounts(change) ? applyAmounts(after, change, months.get(change.id), periods) : undefined,
    });
  }
  const touched = periods.filter(({ number }) =>
    edited.some(({ months }) => months && months.before[number - 1] !== months.after[number - 1]),
  );
  fiscalYears.mustBeOpen(caller, touched, 'plan_lines_period_open');
  return edited;
}

/** Locked, and the caller's to change. */
export async function lockOwn(caller: Caller, seen: { id: number; version: number }, tx: Transaction) {
  const [service] = await repository.lockServices([seen.id], caller.scope, tx);
  return checkRow(caller, service, seen, undefined);
}

function checkRow(
  caller: Caller,
  service: StoredService | undefined,
  { version }: { version: number },
  index: number | undefined,
): StoredService {
  if (!service) throw notFound('Service');
  if (!isOwn(caller, service)) throw onlyAShare();
  if (service.version === version) return service;
  if (index === undefined) throw stale('service', service.version);
  throw staleAt(`/changes/${index}`, service.uid, service.version, 'nothing was saved');
}

async function applyFields(
  { scope }: Caller,
  before: StoredService,
  change: ServiceChange,
  tx: Transaction,
): Promise<StoredService> {
  const after = { ...before };
  for (const [field, value] of Object.entries(change)) {
    if (field in before && field !== 'id' && field !== 'version' && value !== undefined)
      Object.assign(after, { [field]: value });
  }
  if (after.serviceType === 'Shared') after.entityId = null;
  if (change.parentUid !== undefined) Object.assign(after, await parentOf(change.parentUid, scope, tx));
  return after;
}

/** The parent as it is stored; one out of the caller's sight is missing like any other. */
async function parentOf(uid: string | null, scope: Scope, tx: Transaction) {
  if (uid === null) return { parentId: null, parentUid: null };
  const parent = await repository.findByUid(uid, scope, tx);
  if (!parent) throw invalid('/parentUid', 'There is no service with this UID', 'missing');
  return { parentId: parent.id, parentUid: parent.uid };
}

function applyAmounts(
  service: StoredService,
  { budget, months }: ServiceChange,
  line: Months | undefined,
  periods: Period[],
): MonthsChange {
  const before = line ?? noMonths;
  return {
    isNew: !line,
    before,
    after: budget !== undefined ? spreadYear(budget, service, before, periods) : withMonths(before, months ?? {}),
  };
}

export function planOf({ label, plan }: Year) {
  if (!plan) throw conflict(`${label} has no current plan`);
  return plan;
}

async function entriesOf(
  year: Year,
  edited: Edited[],
  entityIds: Map<number, number[]>,
  reason: string | undefined,
  action: Action,
  tx: Transaction,
) {
  const entries = edited.map(({ before, after, months }): audit.Recorded & { changes: Changes } => ({
    action,
    subject: { type: 'service', id: after.id, label: after.uid },
    changes: { ...fieldChanges(before, after), ...(months && monthChanges(months)) },
    reason,
    ...(months && { fy: year.label }),
    entityIds: [...new Set([...(entityIds.get(after.id) ?? []), ...(before.entityId ? [before.entityId] : [])])],
  }));
  await nameReferences(
    entries.map((entry) => entry.changes),
    tx,
  );
  return entries;
}

function fieldChanges(before: StoredService, after: StoredService): Changes {
  const { parentId: _parent, retired: _retired, version: _version, ...fields } = audit.differences(before, after);
  return fields;
}

/** { from: 3, to: 7 } becomes { from: { id: 3, name: "Acme" }, ... }: the log reads well also after a rename. */
export async function nameReferences(all: Changes[], tx: Transaction) {
  const fields = new Set(all.flatMap((changes) => Object.keys(changes)).filter(isReference));
  for (const field of fields) {
    const sides = all.flatMap((changes) => (changes[field] ? [changes[field]] : []));
    const ids = sides.flatMap(({ from, to }) => [from, to]).filter((id) => typeof id === 'number');
    const names = await repository.findNames(field, ids, tx);
    const named = (id: unknown) => (typeof id === 'number' ? { id, name: names.get(id) ?? `#${id}` } : null);
    for (const side of sides) Object.assign(side, { from: named(side.from), to: named(side.to) });
  }
}

const blank = blankOf(serviceFields);

type New = Omit<ServiceChange, 'months'> & { uid: string; reason?: string | undefined };

/** A new service, with its first budget if one is given; `answerOf` reads what the caller is told, in its transaction. */
export async function create<Answer>(
  caller: Caller,
  year: Year,
  { reason, budget, parentUid, ...given }: New,
  idempotency: IdempotencyKey | undefined,
  answerOf: (id: number, tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const { fy: _fy, ...fields } = given as typeof given & { fy?: string };
  const service = { ...blank, ...withoutUndefined(fields) };
  if (service.serviceType === 'Shared') service.entityId = null;
  checkOwnership(caller, service);
  return change(caller, { ...way, idempotency }, async (tx) => {
    const parent = await parentOf(parentUid ?? null, caller.scope, tx);
    const id = await repository.insertService({ ...service, parentId: parent.parentId }, tx);
    const months =
      budget === undefined
        ? undefined
        : spreadYear(budget, service, noMonths, await fiscalYears.periodsNow(tx, year.id));
    const line = months && { before: noMonths, after: months, isNew: true };
    if (hasMoved(line)) await repository.saveMonths(planOf(year).id, [{ id, months: line }], tx);
    const changes = {
      ...audit.differences(blank, { ...service, parentUid: parent.parentUid }),
      ...(months && monthChanges({ before: noMonths, after: months })),
    };
    await nameReferences([changes], tx);
    const entry = {
      action: 'service.created' as const,
      subject: subjectOf({ ...service, id }),
      changes,
      reason,
      ...(months && { fy: year.label }),
    };
    return {
      answer: () => answerOf(id, tx),
      entries: async () => [{ ...entry, entityIds: await entityIdsOf(id, tx) }],
    };
  });
}

export const subjectOf = ({ id, uid }: { id: number; uid: string }): audit.Subject => ({
  type: 'service',
  id,
  label: uid,
});

export const entityIdsOfMany = repository.findEntityIds;
export const entityIdsOf = async (id: number, tx: Transaction) =>
  (await repository.findEntityIds([id], tx)).get(id) ?? [];
