import { createReadStream } from 'node:fs';
import { type Cell, columnName, type Row } from './cells.ts';
import { asMeant } from './inert.ts';
import type { Limits } from './limits.ts';
import { Refusal, said } from './refusal.ts';

export type Separator = ',' | ';' | '\t';
const separators: readonly Separator[] = [';', '\t', ','];
const linesLookedAt = 20;
/** Characters of a row. One that is longer has a quotation mark that is never closed. */
const longestRow = 4_000_000;

export async function* readCsv(
  path: string,
  limits: Limits,
  signal?: AbortSignal,
): AsyncGenerator<Row[], void, undefined> {
  let parser: CsvParser | undefined;
  let number = 0;
  let rowsRead = 0;
  const rowsOf = (records: string[][]) => {
    const rows = records.map((fields) => ({ number: ++number, cells: cellsOf(fields, number, limits) }));
    const filled = rows.filter(({ cells }) => cells.length > 0);
    rowsRead += filled.length;
    if (rowsRead > limits.rows) throw new Refusal('too-many-rows', `at most ${said(limits.rows)} are read`);
    return filled;
  };
  for await (const text of textOf(path, signal)) {
    // A first line "sep=;" says the separator, as it does to Excel.
    const [line = '', said] = parser ? [] : (/^sep=([,;\t])\r?\n/i.exec(text) ?? []);
    parser ??= new CsvParser((said as Separator | undefined) ?? separatorOf(text));
    const rows = rowsOf(parser.write(text.slice(line.length)));
    if (rows.length > 0) yield rows;
  }
  const rows = rowsOf(parser?.end() ?? []);
  if (rows.length > 0) yield rows;
}

/** Without the mark that some programs begin a text in UTF-8 with. */
async function* textOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const file = createReadStream(path, { highWaterMark: 256 * 1024, ...(signal && { signal }) });
  for await (const chunk of file as AsyncIterable<Buffer>) yield decode(decoder, chunk);
  decode(decoder);
}

function decode(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (error) {
    throw new Refusal('not-utf8', '', error);
  }
}

function cellsOf(fields: string[], row: number, limits: Limits): Row['cells'] {
  const cells: (Cell | undefined)[] = [];
  for (const [column, field] of fields.entries()) {
    if (field === '') continue;
    const address = () => `${columnName(column)}${row}`;
    if (column >= limits.columns)
      throw new Refusal('too-many-columns', `${address()} has a value, and at most ${said(limits.columns)} are read`);
    if (field.length > limits.cellText) throw new Refusal('text-too-long', address());
    if (field.includes('\0')) throw new Refusal('not-a-workbook');
    cells[column] = { kind: 'text', text: asMeant(field) };
  }
  return cells;
}

/**
 * The one that most lines have equally often: amounts with commas and sentences have commas, too, but no two lines alike.
 */
export function separatorOf(text: string): Separator {
  const scored = separators.map((separator) => ({ separator, ...evenness(text, separator) }));
  scored.sort((one, other) => other.lines - one.lines || other.each - one.each);
  return scored[0]?.each ? scored[0].separator : ',';
}

/** How many of the first lines have equally many, and how many each. */
function evenness(text: string, separator: Separator) {
  const counts = new Map<number, number>();
  for (const { length } of new CsvParser(separator).write(`${text}\n`).slice(0, linesLookedAt))
    if (length > 1) counts.set(length - 1, (counts.get(length - 1) ?? 0) + 1);
  const [best] = [...counts].sort((one, other) => other[1] - one[1] || other[0] - one[0]);
  return { lines: best?.[1] ?? 0, each: best?.[0] ?? 0 };
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Fields of lines as RFC 4180 has them; any of the three line ends ends a line. */
class CsvParser {
  private readonly separator: Separator;
  private rest = '';

  constructor(separator: Separator) {
    this.separator = separator;
  }

  /** The lines that are complete. */
  write(text: string): string[][] {
    return this.parse(this.rest + text, false);
  }

  end(): string[][] {
    const lines = this.rest === '' ? [] : this.parse(this.rest, true);
    if (this.rest !== '') throw new Refusal('open-quote');
    return lines;
  }

  private parse(text: string, isEnd: boolean): string[][] {
    const lines: string[][] = [];
    let start = 0;
    while (start < text.length) {
      const fields: string[] = [];
      const next = this.line(text, start, fields, isEnd);
      if (next < 0) break;
      lines.push(fields);
      start = next;
    }
    this.rest = text.slice(start);
    if (this.rest.length > longestRow) throw new Refusal('open-quote');
    return lines;
  }

  /** Where the next line begins, or -1 when the end of this one has not come. */
  private line(text: string, start: number, fields: string[], isEnd: boolean): number {
    const separator = this.separator.charCodeAt(0);
    let at = start;
    for (;;) {
      let field = '';
      if (text.charCodeAt(at) === quote) {
        for (let from = at + 1; ; from = at + 1) {
          at = text.indexOf('"', from);
          if (at < 0) return -1;
          field += text.slice(from, at);
          // A mark at the very end may be the first of two.
          if (at + 1 === text.length && !isEnd) return -1;
          if (text.charCodeAt(++at) !== quote) break;
          field += '"';
        }
      }
      const from = at;
      let code = text.charCodeAt(at);
      while (at < text.length && code !== separator && code !== lineFeed && code !== carriageReturn)
        code = text.charCodeAt(++at);
      if (at === text.length && !isEnd) return -1;
      fields.push(from === at ? field : field + text.slice(from, at));
      if (at === text.length) return at;
      if (code === separator) {
        at++;
        continue;
      }
      if (code === lineFeed) return at + 1;
      if (at + 1 === text.length && !isEnd) return -1;
      return text.charCodeAt(at + 1) === lineFeed ? at + 2 : at + 1;
    }
  }
}
