import { importKinds, isLoaded } from '@opex/contracts/import-kinds';
import { config } from '../../config.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError, conflict } from '../../lib/errors.ts';
import { inWorker } from '../../workbooks/in-worker.ts';
import { Refusal } from '../../workbooks/refusal.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import type { Run } from '../jobs/jobs.service.ts';
import { checkBudget, type Checked } from './budget-rows.service.ts';
import { type Columns, planColumns } from './columns.rules.ts';
import { effectsOf } from './effects.service.ts';
import * as importRows from './import-rows.repository.ts';
import * as repository from './imports.repository.ts';
import type { FileRow, Found, Plan, SheetFound } from './reading.service.ts';
import * as uploads from './uploads.service.ts';

type Stored = repository.StoredImport;
type Outcome =
  | {
      state: 'asking';
      sheets: SheetFound[];
      sheet: SheetFound | null;
      columns?: Columns;
      asks: repository.FoundInFile['asks'];
    }
  | { state: 'failed'; sheets: SheetFound[]; problem: string; sheet?: SheetFound; columns?: Columns }
  | { state: 'checked'; sheets: SheetFound[]; sheet: SheetFound; columns: Columns; checked: Checked };

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
    const year = isChecked ? (await fiscalYears.find(outcome.columns.fy)).year : undefined;
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
        fy: outcome.columns?.fy ?? null,
      },
      counts: isChecked ? outcome.checked.counts : null,
      effects: year && isChecked ? await effectsOf(caller, year, outcome.checked.changes, tx) : null,
    };
    await repository.update(id, change, tx);
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
  const years = await fiscalYears.all();
  const columns = planColumns(sheet.kind, sheet.headers, years, name, options);
  if (columns.problem !== undefined) return { state: 'failed', sheets, sheet, columns, problem: columns.problem };
  if (columns.asks.length > 0) return { state: 'asking', sheets, sheet, columns, asks: columns.asks };
  const { year } = await fiscalYears.find(columns.fy);
  const plan = { sheet: sheet.name, headerRow: sheet.headerRow, fields: columns.fields, units: options.units ?? false };
  const rows: FileRow[] = [];
  for await (const some of read(path, name, run, plan)) {
    rows.push(...(some as FileRow[]));
    await run.progress(rows.length, rows.length * 2);
  }
  const checked = await checkBudget(caller, year, columns.fields, rows, (done) =>
    run.progress(rows.length + done, rows.length * 2),
  ).catch((error: unknown) => {
    if (error instanceof AppError && error.status < 500) return error.message;
    throw error;
  });
  if (typeof checked === 'string') return { state: 'failed', sheets, sheet, columns, problem: checked };
  return { state: 'checked', sheets, sheet, columns, checked };
}

function whyNot(sheets: SheetFound[]): string {
  const kinds = [...new Set(sheets.flatMap(({ kind }) => kind ?? []))];
  const [kind] = kinds;
  if (!kind)
    return 'No sheet of this file has headers that are known here. A budget has a column UID, and months or a budget of the year';
  if (isLoaded(kind)) return 'The sheet of this file is hidden. Choose it, if it is the right one';
  return `This looks like a file of the kind "${importKinds[kind].title}", which cannot be loaded here yet. Nothing was loaded`;
}
