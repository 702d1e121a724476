import { posix } from 'node:path';
import type { DateSystem } from './cells.ts';
import { unescaped } from './escaped.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { type XmlListener, XmlScanner } from './xml.ts';

type Open = (name: string, xml: XmlScanner) => void;

async function scan(bytes: AsyncIterable<Buffer>, listener: XmlListener): Promise<void> {
  const xml = new XmlScanner(listener);
  for await (const chunk of bytes) xml.write(chunk);
  xml.end();
}
const elements = (open: Open): XmlListener => ({ wantsText: false, open, close() {}, text() {} });

export type Relation = { id: string; type: string; target: string };

/** Of what lies beside a part, "xl/_rels/workbook.xml.rels" for "xl/workbook.xml". */
export const relationsNameOf = (part: string) =>
  posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);

/** Types are the last word of their address, which is the same in both editions of the format. */
export async function readRelations(bytes: AsyncIterable<Buffer>, part: string): Promise<Relation[]> {
  const relations: Relation[] = [];
  const open: Open = (name, xml) => {
    if (name !== 'Relationship') return;
    const target = xml.attribute('Target') ?? '';
    const isOutside = xml.attribute('TargetMode') === 'External';
    relations.push({
      id: xml.attribute('Id') ?? '',
      type: posix.basename(xml.attribute('Type') ?? ''),
      target: isOutside ? '' : posix.resolve('/', posix.dirname(part), target).slice(1),
    });
  };
  await scan(bytes, elements(open));
  return relations;
}

export type WorkbookPart = { dates: DateSystem; sheets: { name: string; isHidden: boolean; id: string }[] };
const isTrue = (value: string | undefined) => value === '1' || value === 'true';

export async function readWorkbookPart(bytes: AsyncIterable<Buffer>): Promise<WorkbookPart> {
  const workbook: WorkbookPart = { dates: 1900, sheets: [] };
  const open: Open = (name, xml) => {
    if (name === 'workbookPr' && isTrue(xml.attribute('date1904'))) workbook.dates = 1904;
    if (name !== 'sheet') return;
    const isHidden = (xml.attribute('state') ?? 'visible') !== 'visible';
    workbook.sheets.push({ name: unescaped(xml.attribute('name') ?? ''), isHidden, id: xml.relation('id') ?? '' });
  };
  await scan(bytes, elements(open));
  return workbook;
}

/** The formats of dates that every workbook has without saying so, some of them in East Asian editions only. */
const isDateFormat = (id: number) =>
  (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58);

/** Which styles show a number as a day: those with a year or a day in it, or with a month and no time beside it. */
export async function readDateStyles(bytes: AsyncIterable<Buffer>): Promise<boolean[]> {
  const formats = new Map<number, boolean>();
  const isDate: boolean[] = [];
  let isInCells = false;
  const open: Open = (name, xml) => {
    if (name === 'numFmt') formats.set(xml.integer('numFmtId'), showsDay(xml.attribute('formatCode') ?? ''));
    if (name === 'cellXfs') isInCells = true;
    if (name !== 'xf' || !isInCells) return;
    if (isDate.length > 65_535) throw new Refusal('damaged', 'it has too many styles');
    const id = xml.integer('numFmtId');
    isDate.push(formats.get(id) ?? isDateFormat(id));
  };
  const close = (name: string) => {
    if (name === 'cellXfs') isInCells = false;
  };
  await scan(bytes, { ...elements(open), close });
  return isDate;
}

/** Excel keeps no longer ones. */
const longestFormat = 255;

function showsDay(format: string): boolean {
  if (format.length > longestFormat) return false;
  // What is quoted, in brackets (a colour, a currency, elapsed hours) or behind a backslash is no code of a date.
  const code = (format.split(';')[0] ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\.|[_*]./g, '').toLowerCase();
  if (/general/.test(code)) return false;
  return /[dy]/.test(code) || (/m/.test(code) && !/[hs]/.test(code));
}

export async function readTexts(bytes: AsyncIterable<Buffer>, limits: Limits): Promise<string[]> {
  const listener = new TextListener(limits);
  await scan(bytes, listener);
  return listener.texts;
}

class TextListener implements XmlListener {
  wantsText = false;
  readonly texts: string[] = [];
  private readonly limits: Limits;
  private characters = 0;
  private value = '';
  private isInPhonetic = false;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  open(name: string) {
    if (name === 'si') this.value = '';
    else if (name === 't') this.wantsText = !this.isInPhonetic;
    else if (name === 'rPh') this.isInPhonetic = true;
  }

  text(text: string) {
    this.value += text;
    this.characters += text.length;
    if (this.value.length > this.limits.cellText) throw new Refusal('text-too-long');
    if (this.characters > this.limits.sharedText) throw new Refusal('too-many-texts');
  }

  close(name: string) {
    if (name === 't') this.wantsText = false;
    else if (name === 'rPh') this.isInPhonetic = false;
    else if (name === 'si') {
      if (this.texts.push(unescaped(this.value)) > this.limits.sharedStrings) throw new Refusal('too-many-texts');
    }
  }
}
