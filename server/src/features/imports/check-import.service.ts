import { importKinds, isLoaded, type LoadedKind } from '@opex/contracts/import-kinds';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { UnknownName } from '@opex/contracts/import-findings';
import { config } from '../../config.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError, conflict } from '../../lib/errors.ts';
import { columnName } from '../../workbooks/cells.ts';
import { inWorker } from '../../workbooks/in-worker.ts';
import { Refusal } from '../../workbooks/refusal.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import type { Run } from '../jobs/jobs.service.ts';
import { type Columns, type FileRow, planColumns } from './columns.rules.ts';
import { effectsOf } from './effects.service.ts';
import { meaningOf } from './headers.rules.ts';
import * as importRows from './import-rows.repository.ts';
import * as repository from './imports.repository.ts';
import type { Checked, Kind } from './kinds/kind.service.ts';
import { kinds } from './kinds/kinds.service.ts';
import * as names from './names.service.ts';
import type { Found, Plan, SheetFound } from './reading.service.ts';
import * as uploads from './uploads.service.ts';

type Stored = repository.StoredImport;
type Outcome =
  | {
      state: 'asking';
      sheets: SheetFound[];
      sheet: SheetFound | null;
      columns?: Columns;
      names?: UnknownName[];
      options?: repository.Options;
      asks: repository.FoundInFile['asks'];
    }
  | { state: 'failed'; sheets: SheetFound[]; problem: string; sheet?: SheetFound; columns?: Columns }
  | {
      state: 'checked';
      sheets: SheetFound[];
      sheet: SheetFound;
      columns: Columns;
      names: UnknownName[];
      options: repository.Options;
      known: names.Names;
      year: FiscalYear;
      checked: Checked;
    };

/** Reads the file, finds what it is, and what it would change. Nothing is kept before the end of it. */
export async function checkImport(caller: Caller, id: number, run: Run): Promise<void> {
  const stored = await repository.find(caller, id);
  if (!stored?.upload || stored.jobId !== run.id) throw conflict('This import is over');
  const { upload } = stored;
  const outcome = await uploads.withFile(upload, (path) => look(caller, stored, path, run)).catch(failed);
  await run.keep({ tags: [], timeoutMs: 120_000 }, async (tx) => {
    const now = await repository.lock(caller, id, tx);
    if (now?.jobId !== run.id) throw conflict('This import is over');
    const isChecked = outcome.state === 'checked';
    await importRows.replace(id, isChecked ? outcome.checked.rows : [], tx);
    const change = {
      state: outcome.state,
      doing: null,
      problem: outcome.state === 'failed' ? outcome.problem : null,
      kind: outcome.sheet?.kind ?? null,
      sheet: outcome.sheet?.name ?? null,
      found: {
        sheets: outcome.sheets,
        columns: outcome.columns?.columns ?? [],
        asks: outcome.state === 'asking' ? outcome.asks : [],
        notes: isChecked ? outcome.checked.notes.slice(0, mostNotes) : [],
        names: 'names' in outcome ? (outcome.names ?? []) : [],
        fy: isChecked ? outcome.year.label : (outcome.columns?.fy ?? null),
      },
      counts: isChecked ? outcome.checked.counts : null,
      effects: isChecked ? await effectsOf(caller, outcome.year, outcome.checked, outcome.known, tx) : null,
    };
    const options = 'options' in outcome && outcome.options;
    await repository.update(id, { ...change, ...(options && { options }) }, tx);
    return [];
  });
}
const mostNotes = 200;

/** What is wrong with the file is said to the person; what is wrong with the server is tried again. */
function failed(error: unknown): Outcome {
  if (error instanceof Refusal || (error instanceof AppError && error.status < 500))
    return { state: 'failed', sheets: [], problem: error.message };
  throw error;
}

const reader = new URL('./reading.service.ts', import.meta.url);
const read = (path: string, name: string, run: Run, plan?: Plan) =>
  inWorker<typeof import('./reading.service.ts')>(
    reader,
    { path, name, limits: { fileBytes: uploads.mostBytes, rows: config.IMPORT_ROWS_MAX }, ...(plan && { plan }) },
    { signal: run.signal },
  );

async function look(
  caller: Caller,
  { name, options, sheet: chosen }: Stored,
  path: string,
  run: Run,
): Promise<Outcome> {
  let sheets: SheetFound[] = [];
  for await (const found of read(path, name, run)) sheets = (found as Found).sheets;
  const wanted = chosen === null ? undefined : sheets.find((sheet) => sheet.name === chosen);
  const fitting = sheets.filter(({ kind, hidden }) => isLoaded(kind) && !hidden);
  const sheet = wanted ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (!sheet && fitting.length > 1) return { state: 'asking', sheets, sheet: null, asks: ['sheet'] };
  if (!sheet?.kind || sheet.headerRow === null || !isLoaded(sheet.kind))
    return { state: 'failed', sheets, problem: whyNot(sheet ? [sheet] : sheets), ...(sheet && { sheet }) };
  return lookInto(
    caller,
    { sheets, sheet, kind: sheet.kind, headerRow: sheet.headerRow },
    { name, options, path },
    run,
  );
}

type Place = { sheets: SheetFound[]; sheet: SheetFound; kind: LoadedKind; headerRow: number };
type File = { name: string; options: repository.Options; path: string };

/** What the rows of the sheet would change, once everything is said that they do not say themselves. */
async function lookInto(
  caller: Caller,
  { sheets, sheet, kind: kindName, headerRow }: Place,
  { name, options: given, path }: File,
  run: Run,
): Promise<Outcome> {
  const kind = kinds[kindName];
  const texts = sheet.headers.map(({ text }) => text);
  const like = Object.keys(given).length === 0 ? await repository.findLike(caller, kindName, texts) : undefined;
  const options = like?.options ?? given;
  const years = await fiscalYears.all();
  const inHeaders = sheet.headers.flatMap((header) =>
    asEntity(kind.columns.entityIn?.(meaningOf(header), header.text)),
  );
  const ofHeaders = await names.resolve(caller, inHeaders, options.names);
  const around = { years, fileName: name, entities: ofHeaders.entities };
  const columns = planColumns(kind.columns, { kind: kindName, headers: sheet.headers }, around, options);
  if (columns.problem !== undefined) return { state: 'failed', sheets, sheet, columns, problem: columns.problem };
  // Names in rows are found whether months and year are known or not, so that all is asked at once.
  const isReadable = !columns.asks.includes('columns');
  const rows = isReadable ? await rowsOf({ kind, sheet, headerRow, columns, path, name, options }, run) : [];
  const inRows = names.counted(kind.namesIn?.(rows) ?? []);
  const { unknown, names: known } = await names.resolve(caller, [...inHeaders, ...inRows], options.names);
  const asks = [
    ...columns.asks,
    ...(kind.asksOf?.(rows, options) ?? []).filter((ask) => !columns.asks.includes(ask)),
    ...(unknown.some(({ chosen }) => chosen === null) ? ['names' as const] : []),
  ];
  if (asks.length > 0) return { state: 'asking', sheets, sheet, columns, names: unknown, options, asks };
  const { from } = options;
  const ofFrom = years.find(({ startDate, endDate }) => from && startDate <= from && from <= endDate);
  const { year } = await fiscalYears.find(columns.fy ?? ofFrom?.label);
  const letters = new Map(Object.entries(columns.fields).map(([column, field]) => [field, columnName(Number(column))]));
  const task = { caller, year, columns: letters, rows, months: options.months, from: options.from, names: known };
  const report = (done: number) => run.progress(rows.length + done, rows.length * 2);
  const checked = await kind.check({ ...task, report }).catch((error: unknown) => {
    if (error instanceof AppError && error.status < 500) return error.message;
    throw error;
  });
  if (typeof checked === 'string') return { state: 'failed', sheets, sheet, columns, problem: checked };
  if (like)
    checked.notes.unshift({ row: null, column: null, text: `Columns are taken for what they were in ${like.name}` });
  return { state: 'checked', sheets, sheet, columns, names: unknown, options, known, year, checked };
}

const asEntity = (name: string | undefined): names.Asked[] =>
  name === undefined ? [] : [{ kind: 'entities', name, uses: 1 }];

type ToRead = Omit<File, 'name'> & { kind: Kind; sheet: SheetFound; headerRow: number; columns: Columns; name: string };

async function rowsOf({ kind, sheet, headerRow, columns, path, name, options }: ToRead, run: Run): Promise<FileRow[]> {
  const fields = Object.fromEntries(
    Object.entries(columns.fields).map(([column, field]) => [column, { field, as: kind.columns.readAs(field) }]),
  );
  const plan: Plan = { sheet: sheet.name, headerRow, fields, units: options.units ?? false, days: options.days };
  const rows: FileRow[] = [];
  for await (const some of read(path, name, run, plan)) {
    rows.push(...(some as FileRow[]));
    await run.progress(rows.length, rows.length * 2);
  }
  return rows;
}

function whyNot(sheets: SheetFound[]): string {
  const kinds = [...new Set(sheets.flatMap(({ kind }) => kind ?? []))];
  const [kind] = kinds;
  if (!kind)
    return 'No sheet of this file has headers that are known here. Every kind has a column UID; the page Imports says what else each needs';
  if (isLoaded(kind)) return 'The sheet of this file is hidden. Choose it, if it is the right one';
  return `This looks like a file of the kind "${importKinds[kind].title}", which cannot be loaded here yet. Nothing was loaded`;
}
