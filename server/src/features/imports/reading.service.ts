import type { ImportKind } from '@opex/contracts/import-kinds';
import { amountLimit, amountTooLarge } from '@opex/contracts/common';
import { toUnits } from '../../lib/amounts/money.ts';
import { type Cell, columnName, type DateSystem, type Row } from '../../workbooks/cells.ts';
import type { Limits } from '../../workbooks/limits.ts';
import { amountOf, dayOf, isBlank, type Meaning, rejections } from '../../workbooks/meanings.ts';
import { openWorkbook, type Sheet, type Workbook } from '../../workbooks/workbook.ts';
import type { DayOrder } from '@opex/contracts/written';
import type { FileRow, ReadAs } from './columns.rules.ts';
import { findHeaderRow, type Header, type HeaderRow, meaningOf, plain } from './headers.rules.ts';

/** This runs in a thread of its own: it knows neither the database nor a setting. */

export type SheetFound = {
  name: string;
  hidden: boolean;
  kind: ImportKind | null;
  headerRow: number | null;
  headers: Header[];
};
export type Plan = {
  sheet: string;
  headerRow: number;
  /** By column, from 0. */
  fields: Record<number, { field: string; as: ReadAs }>;
  units: boolean;
  days?: DayOrder | undefined;
};
export type Found = { sheets: SheetFound[] };

type Task = { path: string; name: string; limits: Partial<Limits>; plan?: Plan };

export async function* work({ path, name, limits, plan }: Task): AsyncGenerator<Found | FileRow[], void, undefined> {
  const workbook = await openWorkbook(path, { name, limits });
  try {
    if (plan) yield* readRows(workbook, plan);
    else yield { sheets: await lookAt(workbook) };
  } finally {
    workbook.close();
  }
}

const sheetsLookedAt = 50;
const rowsLookedAt = 60;

async function lookAt(workbook: Workbook): Promise<SheetFound[]> {
  const found: SheetFound[] = [];
  for (const sheet of workbook.sheets.slice(0, sheetsLookedAt)) {
    const header = findHeaderRow(await firstRows(workbook, sheet));
    found.push({
      name: sheet.name,
      hidden: sheet.isHidden,
      kind: header?.kind ?? null,
      headerRow: header?.number ?? null,
      headers: header?.headers ?? [],
    });
  }
  return found;
}

async function firstRows(workbook: Workbook, sheet: Sheet): Promise<HeaderRow[]> {
  const rows: HeaderRow[] = [];
  for await (const some of workbook.rows(sheet)) {
    for (const { number, cells } of some)
      rows.push({ number, headers: cells.flatMap((cell, column) => (isBlank(cell) ? [] : [headerOf(cell, column)])) });
    if (rows.length >= rowsLookedAt) break;
  }
  return rows.slice(0, rowsLookedAt);
}

const headerOf = (cell: Cell, column: number): Header => ({
  column,
  text: textOf(cell).trim(),
  ...(cell.kind === 'date' && { day: cell.date }),
});

const textOf = (cell: Cell | undefined) => (cell === undefined ? '' : cell.kind === 'date' ? cell.date : cell.text);

async function* readRows(workbook: Workbook, plan: Plan): AsyncGenerator<FileRow[], void, undefined> {
  const sheet = workbook.sheets.find(({ name }) => name === plan.sheet);
  if (!sheet) return;
  for await (const some of workbook.rows(sheet)) {
    const rows = some.filter(({ number, cells }) => number > plan.headerRow && !cells.every(isBlank));
    if (rows.length > 0) yield rows.map((row) => read(row, plan, workbook.dates));
  }
}

const totalWords = /^(?:grand |sub )?totals?\b/;

function read({ number, cells }: Row, { fields, units, days }: Plan, system: DateSystem): FileRow {
  const row: FileRow = {
    number,
    texts: cells.length > 0 ? Array.from(cells, (cell) => textOf(cell)) : [],
    isTotal: false,
    uid: '',
    values: {},
    rejected: [],
  };
  for (const [column, { field, as }] of Object.entries(fields)) {
    const cell = cells[Number(column)];
    const reject = (reason: string) =>
      row.rejected.push({ column: columnName(Number(column)), value: textOf(cell), reason });
    if (as === 'uid') row.uid = uidOf(cell, reject);
    else if (as !== 'nothing' && !isBlank(cell)) take(row, field, cell, { as, units, days, system, reject });
  }
  row.isTotal =
    totalWords.test(plain(row.uid)) || (row.uid === '' && row.texts.some((text) => totalWords.test(plain(text))));
  return row;
}

function uidOf(cell: Cell | undefined, reject: (reason: string) => void): string {
  if (isBlank(cell)) return '';
  if (cell.kind === 'date') reject('Excel turned this UID into a date; write it as text');
  else if (cell.kind === 'error' || cell.kind === 'formula') reject(rejections[cell.kind]);
  return textOf(cell).trim();
}

type How = {
  as: Exclude<ReadAs, 'uid' | 'nothing'>;
  units: boolean;
  days: DayOrder | undefined;
  system: DateSystem;
  reject: (reason: string) => void;
};

function take(row: FileRow, field: string, cell: Cell, { as, reject, ...how }: How) {
  if (cell.kind === 'text' && cell.text.trim().toUpperCase() === 'CLEAR') {
    row.values[field] = null;
    return;
  }
  const meant = readings[as](cell, how);
  if ('reason' in meant) reject(meant.reason);
  else if ('rejected' in meant) reject(rejections[meant.rejected]);
  else if (meant.value !== null) row.values[field] = meant.value;
}

type Options = Omit<How, 'as' | 'reject'>;
const readings: Record<How['as'], (cell: Cell, options: Options) => Meaning | { reason: string }> = {
  amount(cell, { units }) {
    const meant = amountOf(cell, { decimals: 2, units });
    return 'value' in meant && meant.value !== null && isTooLarge(meant.value) ? { reason: amountTooLarge } : meant;
  },
  number(cell) {
    const meant = amountOf(cell, { decimals: 8 });
    return 'value' in meant && meant.value?.startsWith('-') ? { reason: 'This cannot be below zero' } : meant;
  },
  day: (cell, { system, days }) => dayOf(cell, { system, order: days }),
  text: (cell) =>
    cell.kind === 'error' || cell.kind === 'formula' ? { rejected: cell.kind } : { value: textOf(cell).trim() },
  month: monthOf,
};

const twoDigits = (number: number) => String(number).padStart(2, '0');

function monthOf(cell: Cell, options: Options): Meaning | { reason: string } {
  if (cell.kind === 'error' || cell.kind === 'formula') return { rejected: cell.kind };
  const text = textOf(cell).trim();
  const meaning = meaningOf({ column: 0, text, ...(cell.kind === 'date' && { day: cell.date }) });
  if (meaning.is === 'period') return { value: `P${twoDigits(meaning.number)}` };
  if (meaning.is === 'month')
    return {
      value: meaning.year === undefined ? twoDigits(meaning.month) : `${meaning.year}-${twoDigits(meaning.month)}`,
    };
  const [, year, month] = /^(\d{4})[-/](\d{1,2})$/.exec(text) ?? [];
  if (year && month) return { value: `${year}-${month.padStart(2, '0')}` };
  if (/^\d{1,2}$/.test(text)) return { value: `#${Number(text)}` };
  const day = dayOf(cell, { system: options.system, order: options.days });
  return 'value' in day && day.value !== null ? { value: day.value.slice(0, 7) } : { reason: 'This is not a month' };
}

const isTooLarge = (amount: string) =>
  toUnits(amount) >= toUnits(amountLimit) || toUnits(amount) <= -toUnits(amountLimit);
