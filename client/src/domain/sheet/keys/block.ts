import type { TrackerRow } from '@opex/contracts/tracker';
import { cellText, readCell, type Reader } from '../editing/cell-entry.ts';
import type { MasterKind } from '@opex/contracts/masters';
import { absolute } from '../../amounts/format.ts';
import { compare, minus, sum } from '../../amounts/money.ts';
import { entryOf, holdsAmount, monthFields } from '../columns/fields.ts';
import type { AmountEntry } from '../../amounts/use-amount-entry.ts';
import { isSameValue, valueOf, type RowEdit, type Value, type Values } from '../editing/row-edits.ts';

/** Pure: blocks of cells as spreadsheets copy them. */

export type BadCell = { row: TrackerRow; field: string; text: string; message: string };
export type Read = { edits: RowEdit[]; bad: BadCell[] };
/** Where a block goes: rows and columns from its upper left cell on, as far as the page reaches. */
export type Target = { rows: readonly TrackerRow[]; fields: readonly string[] };
/** Null when a cell may be edited, else why not. */
type CanEdit = (row: TrackerRow, field: string) => string | null;

/** Tab-separated, with Excel's quotes around cells that hold a line break, a tab or a quote. */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
  while (cell.lastIndex <= text.length) {
    const match = cell.exec(text);
    if (!match) return text.split(/\r\n|\n|\r/).map((line) => line.split('\t'));
    const [, quoted, plain = '', end] = match;
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (!end) break;
    if (end !== '\t') rows.push([]);
  }
  const last = rows.at(-1);
  if (rows.length > 1 && last?.every((value) => value === '')) rows.pop();
  return rows;
}

/** One cell copied fills a chosen range; anything else keeps its own shape. */
export function stretched(block: string[][], height: number, width: number): string[][] {
  const [only] = block.length === 1 && block[0]?.length === 1 ? block[0] : [];
  if (only === undefined) return block;
  return Array.from({ length: height }, () => Array.from({ length: width }, () => only));
}

/** Twelve months are copied as a row or as a column. */
export const laidDown = (block: string[][]) =>
  block.length > 1 && block.every(({ length }) => length === 1) ? [block.flat()] : block;

/** The whole block is read before anything happens, so that a bad cell stops all of it. */
export function readBlock(block: string[][], target: Target & { canEdit: CanEdit }, reader: Reader): Read {
  const { rows, fields, canEdit } = target;
  const edits: RowEdit[] = [];
  const bad: BadCell[] = [];
  block.forEach((line, rowIndex) => {
    const row = rows[rowIndex];
    if (!row) return;
    const values: Values = {};
    line.forEach((text, columnIndex) => {
      const field = fields[columnIndex];
      if (field === undefined) return;
      const refusal = canEdit(row, field);
      const read = readCell(row, field, text, reader);
      // A year copied whole says again what its closed months hold, to the digits that a workbook shows.
      if (refusal !== null && read.ok && saysAgain(field, read.value, valueOf(row, field), text, reader)) return;
      const entered = refusal === null ? read : no(refusal);
      if (entered.ok) values[field] = entered.value;
      else bad.push({ row, field, text, message: entered.message });
    });
    const message =
      takeTotalAway(row, values, line[fields.indexOf('budget')] ?? '', reader) ??
      holdMoreThan(row, values, canEdit, reader);
    if (message) bad.push({ row, field: 'budget', text: line[fields.indexOf('budget')] ?? '', message });
    edits.push({ id: row.id, values });
  });
  return { edits, bad };
}

function saysAgain(field: string, value: Value, old: Value, text: string, { read }: Reader): boolean {
  if (isSameValue(field, value, old)) return true;
  if (!holdsAmount(field) || typeof value !== 'string' || typeof old !== 'string') return false;
  const difference = absolute(minus(value, old));
  return compare(sum([difference, difference]), lastDigitOf(text, read)) <= 0;
}

/** "1.94" in lakh: 1000.00 */
function lastDigitOf(text: string, read: Reader['read']): string {
  const [, decimals = ''] = /\.(\d+)\D*$/.exec(text) ?? [];
  const digit = read(decimals ? `0.${'1'.padStart(decimals.length, '0')}` : '1');
  return (digit.ok && digit.value) || '0';
}

/** Twelve numbers and their total, each rounded, differ by so many halves of the last digit, rounded up. */
const mostRounded = 7;

/** Months and their total say one thing twice: the months are kept, and the total has to agree. */
function takeTotalAway(row: TrackerRow, values: Values, text: string, { read, textOf }: Reader): string | undefined {
  const { budget: total } = values;
  if (typeof total !== 'string' || !monthFields.some((field) => field in values)) return undefined;
  const months = monthFields.map((field) => (field in values ? (values[field] as string | null) : monthIn(row, field)));
  const made = sum(months);
  const leeway = sum(Array.from({ length: mostRounded }, () => lastDigitOf(text, read)));
  const difference = absolute(minus(made, total));
  delete values['budget'];
  return compare(difference, leeway) > 0 ? `The months of the year make ${textOf(made)}, not this` : undefined;
}

/** Months that cannot change keep what they hold, so that a year cannot have less. */
function holdMoreThan(row: TrackerRow, values: Values, canEdit: CanEdit, { textOf }: Reader): string | undefined {
  const { budget } = values;
  if (typeof budget !== 'string' || compare(budget, '0') < 0) return undefined;
  const kept = sum(monthFields.filter((field) => canEdit(row, field) !== null).map((field) => monthIn(row, field)));
  if (compare(kept, budget) <= 0) return undefined;
  delete values['budget'];
  return `The closed months hold ${textOf(kept)} already, and keep it`;
}

const monthIn = (row: TrackerRow, field: string) => valueOf(row, field) as string | null;

const no = (message: string) => ({ ok: false as const, message });

/** Null when it fits, else why it does not. */
export function misfit(block: string[][], { rows, fields }: Target): string | null {
  const width = Math.max(...block.map(({ length }) => length));
  if (block.length > rows.length) {
    return `The block has ${block.length} rows, but only ${rows.length} follow on this page. Show more rows a page, or paste in parts.`;
  }
  if (width > fields.length) return `The block has ${width} columns, but only ${fields.length} follow from here.`;
  return null;
}

/** The names in a block that have to be looked up, by kind of master. */
export function namesIn(block: string[][], fields: readonly string[]) {
  const names = new Map<string, { master: MasterKind; name: string }>();
  for (const line of block) {
    line.forEach((text, index) => {
      const entry = entryOf(fields[index] ?? '');
      const name = text.trim();
      if (entry?.as === 'reference' && name)
        names.set(`${entry.master} ${name.toLowerCase()}`, { master: entry.master, name });
    });
  }
  return [...names.values()];
}

/** Amounts in the unit they are shown in, to the last digit: pasted again, they are the same. */
export const copyBlock = (rows: readonly TrackerRow[], fields: readonly string[], entry: AmountEntry) =>
  rows.map((row) => fields.map((field) => copied(cellText(row, field, entry))).join('\t')).join('\n');
const copied = (text: string) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
