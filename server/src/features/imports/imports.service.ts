import { createHash, randomUUID } from 'node:crypto';
import type {
  ApplyBody,
  ChooseBody,
  ImportOutcome,
  ImportPage,
  ImportRecord,
  ImportRowPage,
  ImportState,
  PutBackBody,
  RejectedCell,
} from '@opex/contracts/imports';
import { isLoaded } from '@opex/contracts/import-kinds';
import { permissionWords } from '@opex/contracts/permissions';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import { paginationOf } from '../../database/list/list-query.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, forbidden, notFound } from '../../lib/errors.ts';
import { withoutUndefined } from '../../lib/objects.ts';
import { currentRequest } from '../../lib/request-context.ts';
import type { SheetToWrite } from '../../workbooks/to-write.ts';
import { asSeen, change } from '../audit/change.service.ts';
import * as jobs from '../jobs/jobs.service.ts';
import { columnNumber } from './columns.rules.ts';
import * as importRows from './import-rows.repository.ts';
import { checkingImport, writingImport } from './imports.jobs.ts';
import * as repository from './imports.repository.ts';
import { kinds } from './kinds/kinds.service.ts';
import * as uploads from './uploads.service.ts';
import { conflictsOf, type Deed, entitiesOf, mustBeSaid, subjectOf } from './write-import.service.ts';

type Stored = repository.StoredImport;
type Paging = { page: number; limit: number };
type Seen = { id: number; version: number };

const way = { tags: [] };

async function find(caller: Caller, id: number, tx?: Transaction): Promise<Stored> {
  const stored = await repository.find(caller, id, tx);
  if (!stored) throw notFound('Import');
  return stored;
}

const asTold = ({ found, options, upload: _, createdBy: __, ...stored }: Stored): ImportRecord => ({
  ...stored,
  sheets: found.sheets.map(({ headers: _, ...sheet }) => sheet),
  columns: found.columns,
  asks: found.asks,
  notes: found.notes,
  names: found.names,
  options: {
    fy: found.fy ?? options.fy ?? null,
    units: options.units ?? false,
    months: options.months ?? null,
    days: options.days ?? null,
    from: options.from ?? null,
  },
});

export const get = async (caller: Caller, id: number) => asTold(await find(caller, id));

export async function list(caller: Caller, paging: Paging): Promise<ImportPage> {
  const { rows, total } = await repository.findPage(caller, paging);
  return { data: rows, pagination: paginationOf(paging, total, null) };
}

export async function rows(
  caller: Caller,
  id: number,
  query: Paging & { outcome?: ImportOutcome | undefined },
): Promise<ImportRowPage> {
  await find(caller, id);
  const { rows, total } = await importRows.findPage(id, query);
  return { data: rows, pagination: paginationOf(query, total, null) };
}

/** The columns of the sheet as they are, and why each row is rejected. */
export async function rejected(caller: Caller, id: number) {
  const { name, found } = await find(caller, id);
  const titles = found.columns.map(({ header }) => header);
  const places = found.columns.map(({ column }) => columnNumber(column));
  async function* lines() {
    for await (const { number, texts, rejected } of importRows.rejectedOf(id))
      yield [String(number), ...places.map((place) => texts[place] ?? ''), rejected.map(reasonOf).join('; ')];
  }
  const columns = ['Row', ...titles, 'Reason'].map((title) => ({ title }));
  const table: SheetToWrite = { name: 'Rejected rows', columns, rows: lines() };
  return { name: `${name.replace(/\.[^.]*$/, '')} - rejected`, table };
}
const reasonOf = ({ column, reason }: RejectedCell) => (column ? `${column}: ${reason}` : reason);

const mostKept = 30;

/** A file that arrives, and a job that reads it. A repeat of the same request leaves nothing of its own. */
export async function receive(
  caller: Caller,
  name: string,
  stream: AsyncIterable<Buffer>,
  said: string | undefined,
  idempotency: IdempotencyKey | undefined,
): Promise<ImportRecord> {
  if ((await repository.countKept(caller)) >= mostKept)
    throw conflict(`${mostKept} files of yours wait to be applied; apply or cancel some of them first`);
  const file = await uploads.receive(stream, said);
  let isKept = false;
  try {
    const answer = await change(caller, { ...way, idempotency: ofFile(idempotency, file.sha256) }, async (tx) => {
      const id = await repository.insert({ ...file, name }, caller, tx);
      await beginCheck(caller, id, 'reading', {}, tx);
      const entries = {
        action: 'import.received' as const,
        subject: subjectOf({ id, name }),
        changes: { bytes: { from: null, to: file.bytes } },
        entityIds: entitiesOf(caller),
      };
      return { answer: asTold(await find(caller, id, tx)), entries };
    });
    isKept = !currentRequest()?.replayed;
    return answer;
  } finally {
    if (!isKept) await uploads.forget(file.upload);
  }
}

/** The same key with another file is another request. */
const ofFile = (idempotency: IdempotencyKey | undefined, sha256: Buffer): IdempotencyKey | undefined =>
  idempotency && {
    ...idempotency,
    requestHash: new Uint8Array(createHash('sha256').update(idempotency.requestHash).update(sha256).digest()),
  };

async function beginCheck(
  caller: Caller,
  importId: number,
  doing: 'reading' | 'checking',
  change: object,
  tx: Transaction,
) {
  const jobId = await jobs.add(checkingImport, { importId, may: [...caller.permissions] }, caller, tx);
  await repository.update(importId, { ...change, doing, jobId, problem: null }, tx);
}

const lockedAs = async (caller: Caller, { id, version }: Seen, states: ImportState[], to: string, tx: Transaction) => {
  const stored = await asSeen('import', repository.lock(caller, id, tx), version);
  if (!states.includes(stored.state)) throw conflict(`This import ${wordsOf[stored.state]}, so it cannot be ${to}`);
  return stored;
};
const wordsOf: Record<ImportState, string> = {
  received: 'was not read yet',
  reading: 'is being read',
  asking: 'waits for a choice',
  checking: 'is being checked',
  checked: 'is not applied',
  applying: 'is being applied',
  applied: 'is applied',
  undoing: 'is being put back',
  undone: 'is undone',
  failed: 'could not be read',
  cancelled: 'was cancelled',
};

export const choose = (
  caller: Caller,
  seen: Seen,
  { sheet, columns, names, ...choices }: ChooseBody,
): Promise<ImportRecord> =>
  change(caller, way, async (tx) => {
    const stored = await lockedAs(caller, seen, ['received', 'asking', 'checked', 'failed'], 'checked again', tx);
    if (!stored.upload) throw conflict('The file is not kept any more; load it again');
    if (names?.some(({ is }) => is === 'create') && !caller.permissions.has('masters.edit'))
      throw forbidden('Creating names takes the right to keep master data');
    const isOtherSheet = sheet !== undefined && sheet !== stored.sheet;
    const isChosenAnew = (one: { kind: string; name: string }) =>
      names?.some(({ kind, name }) => kind === one.kind && name === one.name);
    const options: repository.Options = {
      ...stored.options,
      ...withoutUndefined(choices),
      columns: { ...(isOtherSheet ? {} : stored.options.columns), ...columns },
      names: [...(stored.options.names ?? []).filter((one) => !isChosenAnew(one)), ...(names ?? [])],
    };
    const changed = { options, ...(sheet !== undefined && { sheet }) };
    await beginCheck(caller, stored.id, 'checking', changed, tx);
    return { answer: asTold(await find(caller, stored.id, tx)), entries: [] };
  });

export const apply = (caller: Caller, seen: Seen, { reason, again = false }: ApplyBody): Promise<ImportRecord> =>
  change(caller, way, async (tx) => {
    const stored = await lockedAs(caller, seen, ['checked'], 'applied', tx);
    if (!stored.counts || stored.counts.added + stored.counts.changed === 0)
      throw conflict('This import changes nothing');
    if (stored.sameAs && !again)
      throw conflict(`The very same file was applied as import ${stored.sameAs.id} (${stored.sameAs.name})`);
    return begin(caller, stored, 'apply', { reason }, tx);
  });

export const undo = (caller: Caller, seen: Seen, body: PutBackBody) => putBack(caller, seen, 'undo', body);
export const redo = (caller: Caller, seen: Seen, body: PutBackBody) => putBack(caller, seen, 'redo', body);

const putBack = (caller: Caller, seen: Seen, does: 'undo' | 'redo', body: PutBackBody): Promise<ImportRecord> =>
  change(caller, way, async (tx) => {
    const [state, to] = does === 'undo' ? (['applied', 'undone'] as const) : (['undone', 'applied again'] as const);
    const stored = await lockedAs(caller, seen, [state], to, tx);
    mustBeSaid(await conflictsOf(caller, stored), body.conflicts);
    return begin(caller, stored, does, body, tx);
  });

const defaultReason: Record<Deed, (name: string) => string> = {
  apply: (name) => `Loaded from ${name}`,
  undo: (name) => `Undone: ${name}`,
  redo: (name) => `Loaded again from ${name}`,
};

async function begin(
  caller: Caller,
  { id, name, kind }: Stored,
  does: Deed,
  { reason, conflicts }: PutBackBody,
  tx: Transaction,
) {
  const { permission } = isLoaded(kind) ? kinds[kind] : kinds.budget;
  if (!caller.permissions.has(permission)) throw forbidden(`This takes the right to ${permissionWords(permission)}`);
  const task = {
    importId: id,
    may: [...caller.permissions],
    does,
    reason: reason ?? defaultReason[does](name),
    requestId: currentRequest()?.requestId ?? randomUUID(),
    ...(conflicts && { conflicts }),
  };
  const jobId = await jobs.add(writingImport, task, caller, tx);
  await repository.update(id, { doing: does === 'undo' ? 'undoing' : 'applying', jobId, problem: null }, tx);
  return { answer: asTold(await find(caller, id, tx)), entries: [] };
}

export const cancel = (caller: Caller, seen: Seen): Promise<ImportRecord> =>
  change(caller, way, async (tx) => {
    const states: ImportState[] = ['received', 'reading', 'asking', 'checking', 'checked', 'failed'];
    const stored = await lockedAs(caller, seen, states, 'cancelled', tx);
    if (stored.jobId !== null) await jobs.withdraw(stored.jobId, tx);
    await repository.update(stored.id, { state: 'cancelled', doing: null, problem: null }, tx);
    if (stored.upload) await uploads.remove(stored.upload, tx);
    const entries = { action: 'import.cancelled' as const, subject: subjectOf(stored), entityIds: entitiesOf(caller) };
    return { answer: asTold(await find(caller, stored.id, tx)), entries };
  });

const mostConflicts = 200;
export async function conflicts(caller: Caller, id: number) {
  const stored = await find(caller, id);
  const found = ['applied', 'undone'].includes(stored.state) ? await conflictsOf(caller, stored) : [];
  return { data: found.slice(0, mostConflicts), total: found.length };
}

export const clean = uploads.clean;
