/**
 * What a cell holds, with its text as the file has it: an amount is never a floating-point number on its way. Of a date
 * `date` is the day. `formula` is one whose result the file does not hold.
 */
export type Cell =
  | { kind: 'text' | 'number' | 'boolean' | 'error' | 'formula'; text: string }
  | { kind: 'date'; text: string; date: string };

/** Cells by column, from 0; blank ones are undefined. The number is the one that Excel shows beside the row. */
export type Row = { number: number; cells: (Cell | undefined)[] };

/** Rows as numbered, columns from 0, both ends included. The value is in the first cell. */
export type Merge = { top: number; left: number; bottom: number; right: number };

/** 0 -> A, 25 -> Z, 26 -> AA */
export function columnName(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnName(Math.floor(column / 26) - 1) + last;
}

/** Days of serial numbers count from here; 1900 had no 29 February, which Excel counts. */
export type DateSystem = 1900 | 1904;

const dayMs = 86_400_000;
const lastSerial = { 1900: 2_958_465, 1904: 2_957_003 };

/** 45748 -> 2025-04-01; undefined for what no calendar has. */
export function dayOfSerial(serial: number, system: DateSystem): string | undefined {
  const day = Math.floor(serial);
  if (!(day >= (system === 1900 ? 1 : 0)) || day > lastSerial[system] || (system === 1900 && day === 60))
    return undefined;
  const start = system === 1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  return new Date(start + day * dayMs).toISOString().slice(0, 10);
}

/** In the 1900 system, which every spreadsheet begins with. */
export function serialOfDay(day: string): number {
  const days = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / dayMs);
  return days > 60 ? days : days - 1;
}
