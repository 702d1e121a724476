import type { ImportKind } from '@opex/contracts/import-kinds';
import type { RejectedCell } from '@opex/contracts/imports';
import { amountLimit, amountTooLarge } from '@opex/contracts/common';
import { toUnits } from '../../lib/amounts/money.ts';
import { type Cell, columnName, type Row } from '../../workbooks/cells.ts';
import type { Limits } from '../../workbooks/limits.ts';
import { amountOf, isBlank, rejections } from '../../workbooks/meanings.ts';
import { openWorkbook, type Sheet, type Workbook } from '../../workbooks/workbook.ts';
import { findHeaderRow, type Header, type HeaderRow, plain } from './headers.rules.ts';

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
  /** Field by column, from 0. */
  fields: Record<number, string>;
  units: boolean;
};
/** A row as it is meant. Without a value: the cell is blank and changes nothing. Null: it says CLEAR. */
export type FileRow = {
  number: number;
  texts: string[];
  isTotal: boolean;
  uid: string;
  amounts: Record<string, string | null>;
  rejected: RejectedCell[];
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
    if (rows.length > 0) yield rows.map((row) => read(row, plan));
  }
}

const totalWords = /^(?:grand |sub )?totals?\b/;

function read({ number, cells }: Row, { fields, units }: Plan): FileRow {
  const row: FileRow = {
    number,
    texts: cells.length > 0 ? Array.from(cells, (cell) => textOf(cell)) : [],
    isTotal: false,
    uid: '',
    amounts: {},
    rejected: [],
  };
  for (const [column, field] of Object.entries(fields)) {
    const cell = cells[Number(column)];
    const reject = (reason: string) =>
      row.rejected.push({ column: columnName(Number(column)), value: textOf(cell), reason });
    if (field === 'uid') row.uid = uidOf(cell, reject);
    else if (field !== 'description' && !isBlank(cell)) takeAmount(row, field, cell, { units, reject });
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

type How = { units: boolean; reject: (reason: string) => void };

function takeAmount(row: FileRow, field: string, cell: Cell, { units, reject }: How) {
  if (cell.kind === 'text' && cell.text.trim().toUpperCase() === 'CLEAR') {
    row.amounts[field] = null;
    return;
  }
  const meant = amountOf(cell, { decimals: 2, units });
  if ('rejected' in meant) reject(rejections[meant.rejected]);
  else if (meant.value === null) return;
  else if (isTooLarge(meant.value)) reject(amountTooLarge);
  else row.amounts[field] = meant.value;
}

const isTooLarge = (amount: string) =>
  toUnits(amount) >= toUnits(amountLimit) || toUnits(amount) <= -toUnits(amountLimit);
