import type { ImportConflict } from '@opex/contracts/imports';
import type { Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError, conflict } from '../../lib/errors.ts';
import { runInRequest } from '../../lib/request-context.ts';
import type { Recorded } from '../audit/audit.service.ts';
import * as figures from '../figures/figures.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import type { Run } from '../jobs/jobs.service.ts';
import { planOf, type RowChange, updateIn, way } from '../services/service-changes.service.ts';
import * as services from '../services/services-by-uid.service.ts';
import { titleOf } from './columns.rules.ts';
import * as importRows from './import-rows.repository.ts';
import type { ChangedRow, Values } from './import-rows.repository.ts';
import * as repository from './imports.repository.ts';
import * as uploads from './uploads.service.ts';

type Stored = repository.StoredImport;
export type Deed = 'apply' | 'undo' | 'redo';
export type Task = {
  importId: number;
  does: Deed;
  reason: string;
  conflicts?: 'keep' | 'overwrite' | undefined;
  /** Of the request that asked, so that the log has one batch. */
  requestId: string;
};

/** All of it with the mark that the job is done, or nothing. */
export const writeImport = (caller: Caller, task: Task, run: Run): Promise<void> =>
  runInRequest({ requestId: task.requestId, encoding: 'identity', seen: [] }, async () => {
    try {
      await run.keep({ ...way, timeoutMs: 300_000 }, (tx) => write(caller, task, run, tx));
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      await giveUp(caller, task.importId, run, wordsFor(error));
    }
  });

const wordsFor = ({ message, details }: AppError) => details.errors?.[0]?.message ?? message;

/** It stays what it was before, and says why. */
const giveUp = (caller: Caller, id: number, run: Run, problem: string) =>
  run.keep({ tags: [] }, async (tx) => {
    await lockOwn(caller, id, run, tx);
    await repository.update(id, { doing: null, problem }, tx);
    return [];
  });

async function lockOwn(caller: Caller, id: number, run: Run, tx: Transaction): Promise<Stored> {
  const stored = await repository.lock(caller, id, tx);
  if (stored?.jobId !== run.id) throw conflict('This import is over');
  return stored;
}

async function write(caller: Caller, task: Task, run: Run, tx: Transaction): Promise<Recorded[]> {
  const { importId: id, does, reason } = task;
  const stored = await lockOwn(caller, id, run, tx);
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  const rows = await importRows.findChanged(id, tx);
  if (does === 'apply') await refuseStale(id, tx);
  const changes = does === 'apply' ? rows.map(asChecked) : await againstNow(caller, stored, rows, task, tx);
  const written = await updateIn(tx, caller, year, changes, { reason, action: 'service.updated' });
  const state = does === 'undo' ? 'undone' : 'applied';
  await repository.update(
    id,
    { state, doing: null, problem: null, reason, ...(does !== 'undo' && { appliedBy: caller.name }) },
    tx,
  );
  if (stored.upload) await uploads.remove(stored.upload, tx);
  await figures.settle(tx);
  return [...(await written()), entryOf(caller, stored, task, changes.length)];
}

const asChecked = ({ serviceId, version, after }: ChangedRow): RowChange => ({ id: serviceId, version, months: after });

async function refuseStale(id: number, tx: Transaction) {
  const stale = await importRows.findStale(id, tx);
  if (stale.length > 0)
    throw conflict(
      `Since this was checked, somebody changed ${listOf(stale)}. Nothing was applied; check it again to see what it would change now`,
    );
}

const listOf = (uids: string[]) =>
  uids.length > 3 ? `${uids[0]} and ${uids.length - 1} more services` : uids.join(', ');

export const subjectOf = ({ id, name }: Pick<Stored, 'id' | 'name'>) => ({ type: 'import' as const, id, label: name });
/** Rows of an import are about what its person sees. */
export const entitiesOf = ({ scope }: Caller) => (scope === 'all' ? [] : [...scope]);

const entryOf = (caller: Caller, stored: Stored, { does, reason }: Task, count: number): Recorded => ({
  action: does === 'undo' ? 'import.undone' : 'import.applied',
  subject: subjectOf(stored),
  changes: { services: { from: null, to: count } },
  reason,
  ...(stored.found.fy && { fy: stored.found.fy }),
  entityIds: entitiesOf(caller),
});

/** Where undoing writes what was before, and doing again what was after. */
const sidesOf = ({ before, after }: ChangedRow, does: Deed) =>
  does === 'undo' ? { expected: after, target: before } : { expected: before, target: after };

/** Months that are neither as the import left them nor as they would become. */
const conflictsIn = (now: services.Months, expected: Values, target: Values) =>
  Object.keys(target).filter((number) => {
    const month = now[Number(number) - 1] ?? null;
    return month !== expected[number] && month !== target[number];
  });

async function againstNow(
  caller: Caller,
  stored: Stored,
  rows: ChangedRow[],
  { does, conflicts }: Task,
  tx: Transaction,
): Promise<RowChange[]> {
  const known = await nowOf(caller, stored, rows, tx);
  let open = 0;
  const changes = rows.flatMap((row): RowChange[] => {
    const service = known.get(row.serviceId);
    if (!service) throw conflict(`You do not see ${row.uid} any more, so this cannot be put back by you`);
    const now = service.months ?? services.noMonths;
    const { expected, target } = sidesOf(row, does);
    const inConflict = conflictsIn(now, expected, target);
    open += inConflict.length;
    const left = new Set(conflicts === 'overwrite' ? [] : inConflict);
    const months = Object.fromEntries(
      Object.entries(target).filter(
        ([number, value]) => !left.has(number) && value !== (now[Number(number) - 1] ?? null),
      ),
    );
    return Object.keys(months).length > 0 ? [{ id: row.serviceId, version: service.version, months }] : [];
  });
  if (open > 0 && conflicts === undefined) throw unsaid(open);
  return changes;
}

const unsaid = (count: number) =>
  conflict(
    `${count} ${count === 1 ? 'month was' : 'months were'} changed since. Say whether to keep them as they are or to overwrite them`,
  );

async function nowOf(caller: Caller, stored: Stored, rows: ChangedRow[], tx?: Transaction) {
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  const ids = rows.map(({ serviceId }) => serviceId);
  const known = await services.findMonthsNow(ids, planOf(year).id, caller.scope, tx);
  return new Map(known.map((service) => [service.id, service]));
}

/** What putting back would overwrite: of an applied import undoing it, of an undone one applying it again. */
export async function conflictsOf(caller: Caller, stored: Stored): Promise<ImportConflict[]> {
  const does: Deed = stored.state === 'applied' ? 'undo' : 'redo';
  const rows = await importRows.findChanged(stored.id);
  const known = await nowOf(caller, stored, rows);
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  return rows.flatMap((row) => {
    const now = known.get(row.serviceId)?.months ?? services.noMonths;
    const { expected, target } = sidesOf(row, does);
    return conflictsIn(now, expected, target).map((number) => ({
      number: row.number,
      uid: row.uid,
      serviceId: row.serviceId,
      title: titleOf(`month${number}`, year),
      restored: target[number] ?? null,
      loaded: expected[number] ?? null,
      now: now[Number(number) - 1] ?? null,
    }));
  });
}

export const mustBeSaid = (conflicts: ImportConflict[], said: Task['conflicts']) => {
  if (conflicts.length > 0 && said === undefined) throw unsaid(conflicts.length);
};
