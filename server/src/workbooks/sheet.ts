import { isRealDate } from '@opex/contracts/written';
import { type Cell, columnName, type DateSystem, dayOfSerial, type Merge, type Row } from './cells.ts';
import { unescaped } from './escaped.ts';
import type { Limits } from './limits.ts';
import { Refusal, said } from './refusal.ts';
import { type XmlListener, XmlScanner } from './xml.ts';

/** What the cells of a sheet refer to. */
export type Shared = {
  texts: readonly string[];
  /** By the number of a style. */
  isDate: readonly boolean[];
  dates: DateSystem;
};

const damaged = (detail: string) => new Refusal('damaged', detail);

/** Rows in the order of the file, some at a time; rows without anything in them are left out. */
export async function* readRows(
  bytes: AsyncIterable<Buffer>,
  shared: Shared,
  limits: Limits,
): AsyncGenerator<Row[], void, undefined> {
  const listener = new RowListener(shared, limits);
  const xml = new XmlScanner(listener);
  for await (const chunk of bytes) {
    xml.write(chunk);
    if (listener.rows.length > 0) yield listener.take();
  }
  xml.end();
  if (listener.rows.length > 0) yield listener.take();
}

/** The file has them behind the rows, and the rows are passed over. */
export async function readMerges(bytes: AsyncIterable<Buffer>, limits: Limits): Promise<Merge[]> {
  const listener = new MergeListener(limits);
  const xml = new XmlScanner(listener);
  for await (const chunk of bytes) xml.write(chunk);
  xml.end();
  return listener.merges;
}

class MergeListener implements XmlListener {
  wantsText = false;
  readonly merges: Merge[] = [];
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  open(name: string, xml: XmlScanner) {
    if (name === 'sheetData') xml.skip();
    if (name !== 'mergeCell') return;
    if (this.merges.length === this.limits.merges) throw new Refusal('too-many-merges');
    this.merges.push(rangeOf(xml.attribute('ref') ?? ''));
  }

  close() {}
  text() {}
}

function rangeOf(reference: string): Merge {
  const [, first, top, last = first, bottom = top] =
    /^\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?$/.exec(reference) ?? [];
  if (first === undefined || last === undefined) throw damaged('merged cells are nowhere');
  return { top: Number(top), left: columnOf(first), bottom: Number(bottom), right: columnOf(last) };
}
function columnOf(letters: string): number {
  let column = 0;
  for (let i = 0; i < letters.length; i++) column = column * 26 + letters.charCodeAt(i) - 64;
  return column - 1;
}

/** Cells as most are. A million of them take a third of the time that their tags would, read one by one. */
const usualCell = /<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,5}")?(?: t="[ns]")?><v>[-+.0-9eE]{1,40}<\/v><\/c>/y;

class RowListener implements XmlListener {
  wantsText = false;
  rows: Row[] = [];
  private readonly shared: Shared;
  private readonly limits: Limits;
  private rowsRead = 0;
  private isInData = false;
  private row: Row = { number: 0, cells: [] };
  private rowBefore = '';

  /** Of the cell that is being read. */
  private isInCell = false;
  private column = -1;
  private type = '';
  private style = -1;
  private value = '';
  private hasFormula = false;
  /** Text above the letters of a text, which says how they are spoken. */
  private isInPhonetic = false;

  constructor(shared: Shared, limits: Limits) {
    this.shared = shared;
    this.limits = limits;
  }

  take(): Row[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  open(name: string, xml: XmlScanner) {
    if (this.isInCell) this.openInCell(name);
    else if (!this.isInData) this.isInData = name === 'sheetData';
    else if (name === 'c') this.openCell(xml);
    else if (name === 'row') this.openRow(xml);
  }

  private openRow(xml: XmlScanner) {
    const given = xml.integer('r');
    const number = given < 0 ? this.row.number + 1 : given;
    if (number <= this.row.number || number > 1_048_576) throw damaged(`row ${number} is not where it belongs`);
    this.row = { number, cells: [] };
    this.rowBefore = `${number}"`;
    this.column = -1;
  }

  private openCell(xml: XmlScanner) {
    const reference = xml.reference('r');
    const column = reference < 0 ? this.column + 1 : (reference % 2 ** 15) - 1;
    if (column <= this.column || (reference >= 0 && Math.floor(reference / 2 ** 15) !== this.row.number))
      throw damaged(`a cell of row ${this.row.number} is not where it belongs`);
    this.column = column;
    this.type = xml.attribute('t') ?? 'n';
    this.style = xml.integer('s');
    this.value = '';
    this.hasFormula = false;
    this.isInCell = true;
  }

  shortcut(bytes: Buffer, latin: string, at: number): number {
    if (this.isInCell || !this.isInData) return -1;
    usualCell.lastIndex = at;
    if (!usualCell.test(latin)) return -1;
    const end = usualCell.lastIndex;
    let i = at + '<c r="'.length;
    let column = -1;
    for (let code = latin.charCodeAt(i); code >= 65; code = latin.charCodeAt(++i))
      column = (column + 1) * 26 + code - 65;
    if (column <= this.column || column >= 16_384 || !latin.startsWith(this.rowBefore, i)) return -1;
    i += this.rowBefore.length;
    let style = 0;
    const hasStyle = latin.charCodeAt(i + 1) === 115;
    if (hasStyle) {
      i += ' s="'.length;
      for (let code = latin.charCodeAt(i); code !== 34; code = latin.charCodeAt(++i)) style = style * 10 + code - 48;
      i++;
    }
    const isTyped = latin.charCodeAt(i) === 32;
    this.column = column;
    this.style = hasStyle ? style : -1;
    this.type = isTyped ? latin.charAt(i + 4) : 'n';
    this.hasFormula = false;
    const from = i + (isTyped ? ' t="s"><v>' : '><v>').length;
    const to = end - '</v></c>'.length;
    // A longer piece of a text would keep all of it in memory.
    this.value = to - from < 13 ? latin.substring(from, to) : bytes.toString('latin1', from, to);
    this.closeCell();
    return end;
  }

  private openInCell(name: string) {
    if (name === 'v') this.wantsText = true;
    else if (name === 't') this.wantsText = !this.isInPhonetic;
    else if (name === 'f') this.hasFormula = true;
    else if (name === 'rPh') this.isInPhonetic = true;
  }

  text(text: string) {
    this.value += text;
    if (this.value.length > this.limits.cellText) throw new Refusal('text-too-long', this.address());
  }

  close(name: string) {
    if (name === 'v' || name === 't') this.wantsText = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'rPh') this.isInPhonetic = false;
    else if (name === 'sheetData') this.isInData = false;
  }

  private closeCell() {
    this.isInCell = false;
    const cell = this.value === '' ? this.withoutValue() : this.cell(this.value);
    if (cell === undefined) return;
    if (this.column >= this.limits.columns)
      throw new Refusal(
        'too-many-columns',
        `${this.address()} has a value, and at most ${said(this.limits.columns)} are read`,
      );
    this.row.cells[this.column] = cell;
  }

  private closeRow() {
    if (this.row.cells.length === 0) return;
    if (++this.rowsRead > this.limits.rows)
      throw new Refusal('too-many-rows', `at most ${said(this.limits.rows)} are read`);
    this.rows.push(this.row);
  }

  /** A formula that makes an empty text has a result, a blank one. */
  private withoutValue(): Cell | undefined {
    return this.hasFormula && this.type !== 'str' ? { kind: 'formula', text: '' } : undefined;
  }

  private cell(text: string): Cell | undefined {
    switch (this.type) {
      case 'n':
        return this.number(text);
      case 's': {
        const shared = this.shared.texts[Number(text)];
        if (shared === undefined) throw damaged(`the text of ${this.address()} is missing`);
        return shared === '' ? undefined : { kind: 'text', text: shared };
      }
      case 'str':
      case 'inlineStr':
        return { kind: 'text', text: unescaped(text) };
      case 'b':
        return { kind: 'boolean', text: text === '1' || text === 'true' ? 'TRUE' : 'FALSE' };
      case 'e':
        return { kind: 'error', text };
      case 'd': {
        const [date = ''] = /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.exec(text) ?? [];
        return date !== '' && isRealDate(date) ? { kind: 'date', text, date } : { kind: 'text', text };
      }
      default:
        throw damaged(`${this.address()} is of an unknown type`);
    }
  }

  private number(text: string): Cell {
    if (!beginsNumber(text.charCodeAt(0))) return { kind: 'text', text };
    const date = this.shared.isDate[this.style] ? dayOfSerial(Number(text), this.shared.dates) : undefined;
    return date === undefined ? { kind: 'number', text } : { kind: 'date', text, date };
  }

  private address = () => `${columnName(this.column)}${this.row.number}`;
}

const beginsNumber = (code: number) => (code >= 48 && code <= 57) || code === 45 || code === 46 || code === 43;
