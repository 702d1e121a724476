import { asInert } from './inert.ts';
import type { TableToWrite, Value } from './to-write.ts';

const chunkLength = 64 * 1024;
/** Excel takes a CSV for UTF-8 only with this mark. */
const mark = '\ufeff';

/** As CSV in UTF-8, with commas. Numbers are bare; texts that a spreadsheet would calculate are made inert. */
export async function* writeCsv({ columns, rows }: TableToWrite): AsyncGenerator<Buffer, void, undefined> {
  let text = `${mark}${columns.map(({ title }) => fieldOf(title)).join(',')}\r\n`;
  const isOfNumbers = columns.map(({ as = 'general' }) => as !== 'general' && as !== 'text');
  for await (const row of rows) {
    text += `${columns.map((_, index) => fieldOf(row[index], isOfNumbers[index])).join(',')}\r\n`;
    if (text.length < chunkLength) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

const isNumber = /^-?[0-9]+(?:\.[0-9]+)?$/;

function fieldOf(value: Value, isOfNumbers = false): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'string' || (isOfNumbers && isNumber.test(value))) return `${value}`;
  const inert = asInert(value);
  // Also what another locale takes for a separator, and blanks that would be dropped.
  return /[",;\t\r\n]|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
