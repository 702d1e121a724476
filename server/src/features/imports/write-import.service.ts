import { isLoaded } from '@opex/contracts/import-kinds';
import type { ImportConflict } from '@opex/contracts/import-findings';
import type { MasterKind } from '@opex/contracts/masters';
import { touch, type Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { anything } from '../../database/tags.ts';
import { AppError, conflict, forbidden } from '../../lib/errors.ts';
import { runInRequest } from '../../lib/request-context.ts';
import type { Recorded } from '../audit/audit.service.ts';
import * as figures from '../figures/figures.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import type { Run } from '../jobs/jobs.service.ts';
import * as masters from '../masters/masters-by-name.service.ts';
import { way } from '../services/service-changes.service.ts';
import * as importRows from './import-rows.repository.ts';
import type { ChangedRow, Values } from './import-rows.repository.ts';
import * as repository from './imports.repository.ts';
import type { RowChange } from './kinds/kind.service.ts';
import { kinds } from './kinds/kinds.service.ts';
import { toCreate } from './names.service.ts';
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
      await run.keep({ ...way, tags: [...way.tags, 'masters'], timeoutMs: 300_000 }, (tx) =>
        write(caller, task, run, tx),
      );
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
  const kind = kindOf(stored);
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  const created = does === 'apply' ? await createNames(caller, stored, tx) : [];
  const rows = await importRows.findChanged(id, tx);
  const changes = await changesOf(caller, stored, rows, task, tx);
  const written = await kind.write(tx, caller, year, changes, reason);
  const state = does === 'undo' ? 'undone' : 'applied';
  await repository.update(
    id,
    { state, doing: null, problem: null, reason, ...(does !== 'undo' && { appliedBy: caller.name }) },
    tx,
  );
  if (stored.upload) await uploads.remove(stored.upload, tx);
  await figures.settle(tx);
  return [...created, ...(await written()), entryOf(caller, stored, task, changes.length)];
}

function kindOf({ kind }: Stored) {
  if (!isLoaded(kind)) throw conflict('A file of this kind cannot be loaded');
  return kinds[kind];
}

const listOf = (uids: string[]) =>
  uids.length > 3 ? `${uids[0]} and ${uids.length - 1} more services` : uids.join(', ');

export const subjectOf = ({ id, name }: Pick<Stored, 'id' | 'name'>) => ({ type: 'import' as const, id, label: name });
/** Rows of an import are about what its person sees. */
export const entitiesOf = ({ scope }: Caller) => (scope === 'all' ? [] : [...scope]);

/** The masters that were to be created; rows that spoke of them by their places speak of them by their ids from now on. */
async function createNames(caller: Caller, stored: Stored, tx: Transaction): Promise<Recorded[]> {
  const wanted = stored.found.names.flatMap(({ kind, name, chosen }, index) =>
    chosen === 'create' ? [{ kind, name, place: `${kind}:${toCreate(index)}` }] : [],
  );
  if (wanted.length === 0) return [];
  if (!caller.permissions.has('masters.edit')) throw forbidden('This takes the right to keep master data');
  touch(tx, [], [anything]);
  const entries: Recorded[] = [];
  const ids = new Map<string, number>();
  for (const { kind, name, place } of wanted) {
    const created = await masters.createIn(tx, kind, name);
    entries.push(created.entry);
    ids.set(place, created.id);
  }
  const kind = kindOf(stored);
  const idOf = (master: MasterKind, id: number) => ids.get(`${master}:${id}`) ?? id;
  const named = (values: Values) => kind.withCreated?.(values, idOf) ?? values;
  const rows = await importRows.findChanged(stored.id, tx);
  await importRows.saveValues(
    stored.id,
    rows.map(({ number, before, after }) => ({ number, before: named(before), after: named(after) })),
    tx,
  );
  return entries;
}

const entryOf = (caller: Caller, stored: Stored, { does, reason }: Task, count: number): Recorded => ({
  action: does === 'undo' ? 'import.undone' : 'import.applied',
  subject: subjectOf(stored),
  changes: { rows: { from: null, to: count } },
  reason,
  ...(stored.found.fy && { fy: stored.found.fy }),
  entityIds: entitiesOf(caller),
});

/** Where undoing writes what was before, and doing again what was after. */
const sidesOf = ({ before, after }: ChangedRow, does: Deed) =>
  does === 'undo' ? { expected: after, target: before } : { expected: before, target: after };

/** Values that are neither as the import left them nor as they would become. */
const conflictsIn = (now: Values, expected: Values, target: Values) =>
  Object.keys(target).filter((field) => {
    const value = now[field] ?? null;
    return value !== expected[field] && value !== target[field];
  });

/** What is to be written of each row, beside what is there now. */
async function changesOf(
  caller: Caller,
  stored: Stored,
  rows: ChangedRow[],
  { does, conflicts }: Task,
  tx: Transaction,
): Promise<RowChange[]> {
  const known = await nowOf(caller, stored, rows, tx);
  const stale: string[] = [];
  let open = 0;
  const changes = rows.flatMap((row, index): RowChange[] => {
    const now = known[index];
    if (!now) throw conflict(`You do not see ${row.uid} any more, so this cannot be done by you`);
    const { expected, target } = sidesOf(row, does);
    const inConflict = conflictsIn(now.values, expected, target);
    if (does === 'apply' && inConflict.length > 0) stale.push(row.uid);
    open += inConflict.length;
    const left = new Set(conflicts === 'overwrite' ? [] : inConflict);
    const values = Object.fromEntries(
      Object.entries(target).filter(([field, value]) => !left.has(field) && value !== (now.values[field] ?? null)),
    );
    return Object.keys(values).length > 0 ? [{ row, version: now.version, values, isPartial: left.size > 0 }] : [];
  });
  if (stale.length > 0)
    throw conflict(
      `Since this was checked, somebody changed ${listOf([...new Set(stale)])}. Nothing was applied; check it again to see what it would change now`,
    );
  if (open > 0 && conflicts === undefined) throw unsaid(open);
  return changes;
}

const unsaid = (count: number) =>
  conflict(
    `${count} ${count === 1 ? 'value was' : 'values were'} changed since. Say whether to keep them as they are or to overwrite them`,
  );

async function nowOf(caller: Caller, stored: Stored, rows: ChangedRow[], tx?: Transaction) {
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  return kindOf(stored).findNow(caller, year, rows, tx);
}

/** What putting back would overwrite: of an applied import undoing it, of an undone one applying it again. */
export async function conflictsOf(caller: Caller, stored: Stored): Promise<ImportConflict[]> {
  const does: Deed = stored.state === 'applied' ? 'undo' : 'redo';
  const rows = await importRows.findChanged(stored.id);
  const known = await nowOf(caller, stored, rows);
  const { year } = await fiscalYears.find(stored.found.fy ?? '');
  const titleOf = await kindOf(stored).titles(year);
  return rows.flatMap((row, index) => {
    const now = known[index]?.values ?? {};
    const { expected, target } = sidesOf(row, does);
    return conflictsIn(now, expected, target).map((field) => ({
      number: row.number,
      uid: row.uid,
      serviceId: row.serviceId,
      title: titleOf(field),
      restored: target[field] ?? null,
      loaded: expected[field] ?? null,
      now: now[field] ?? null,
    }));
  });
}

export const mustBeSaid = (conflicts: ImportConflict[], said: Task['conflicts']) => {
  if (conflicts.length > 0 && said === undefined) throw unsaid(conflicts.length);
};
