import { columnName, dayOfSerial, serialOfDay } from './cells.ts';
import { escaped } from './escaped.ts';
import { type Column, type SheetToWrite, type Value } from './to-write.ts';
import { zipped } from './zip-writer.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const ofSheets = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The numbers of `cellXfs` below. */
const styles = { general: 0, heading: 1, text: 2, amount: 3, integer: 4, percent: 5, date: 6 };
const styleSheet = `${declaration}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\-mmm\\-yyyy"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="3" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** Bytes are handed on when there are about so many. */
const chunkLength = 64 * 1024;
const longestText = 32_767;
const widest = 255;

/** A workbook as it grows: rows are asked for one after the other and forgotten when they are written. */
export function writeXlsx(sheets: readonly SheetToWrite[]): AsyncGenerator<Buffer, void, undefined> {
  for (const { name } of sheets)
    if (!/^(?!')[^\\/?*:[\]]{1,31}(?<!')$/.test(name)) throw new RangeError(`No sheet can be called "${name}"`);
  if (sheets.some(({ columns }) => columns.length === 0)) throw new RangeError('A sheet has at least one column');
  const visible = sheets.findIndex(({ isHidden }) => !isHidden);
  if (visible < 0) throw new RangeError('A workbook shows at least one sheet');
  const part = (name: string, ...texts: string[]) => ({ name, bytes: [Buffer.from(declaration + texts.join(''))] });
  const numbered = sheets.map((sheet, index) => ({ ...sheet, number: index + 1 }));
  return zipped([
    part(
      '[Content_Types].xml',
      `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${ofSheets}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${ofSheets}.styles+xml"/>`,
      ...numbered.map(
        ({ number }) =>
          `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${ofSheets}.worksheet+xml"/>`,
      ),
      '</Types>',
    ),
    part(
      '_rels/.rels',
      `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${office}"><bookViews><workbookView activeTab="${visible}"/></bookViews><sheets>`,
      ...numbered.map(
        ({ name, number, isHidden }) =>
          `<sheet name="${escaped(name)}" sheetId="${number}"${isHidden ? ' state="hidden"' : ''} r:id="rId${number}"/>`,
      ),
      '</sheets></workbook>',
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packages}/relationships">`,
      ...numbered.map(
        ({ number }) =>
          `<Relationship Id="rId${number}" Type="${office}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
      ),
      `<Relationship Id="rId0" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    { name: 'xl/styles.xml', bytes: [Buffer.from(styleSheet)] },
    ...numbered.map((sheet) => ({
      name: `xl/worksheets/sheet${sheet.number}.xml`,
      bytes: sheetBytes(sheet, sheet.number - 1 === visible),
    })),
  ]);
}

async function* sheetBytes({ columns, rows }: SheetToWrite, isActive: boolean): AsyncGenerator<Buffer> {
  const frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  let xml = `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView${isActive ? ' tabSelected="1"' : ''} workbookViewId="0">${frozen}</sheetView></sheetViews><cols>`;
  columns.forEach(({ width = 14, as = 'general' }, index) => {
    xml += `<col min="${index + 1}" max="${index + 1}" width="${Math.min(width, widest)}" style="${styles[as]}" customWidth="1"/>`;
  });
  xml += '</cols><sheetData><row r="1">';
  const cells = columns.map(({ as = 'general', sums }, index) => cellWriter(columnName(index), as, sums));
  columns.forEach(({ title }, index) => {
    xml += textCell(`<c r="${columnName(index)}1" s="${styles.heading}"`, title);
  });
  xml += '</row>';
  let number = 1;
  for await (const row of rows) {
    xml += `<row r="${++number}">`;
    for (let index = 0; index < cells.length; index++) {
      const value = row[index];
      if (value !== null && value !== undefined && value !== '') xml += cells[index]?.(number, value) ?? '';
    }
    xml += '</row>';
    if (xml.length < chunkLength) continue;
    yield Buffer.from(xml);
    xml = '';
  }
  const all = `A1:${columnName(columns.length - 1)}${number}`;
  yield Buffer.from(`${xml}</sheetData><autoFilter ref="${all}"/></worksheet>`);
}

const isNumber = /^-?[0-9]+(?:\.[0-9]+)?$/;
const isDay = (text: string) => text.length === 10 && dayOfSerial(serialOfDay(text), 1900) === text;

function finite(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('No cell holds this number');
  return `${value}`;
}

/** Writes what a column holds as what it is, and as text whatever it should not hold. */
function cellWriter(column: string, as: NonNullable<Column['as']>, sums: Column['sums']) {
  const begin = `<c r="${column}`;
  const style = `" s="${styles[as]}"`;
  const [first, last] = sums?.map(columnName) ?? [];
  const formula = (row: number) => (sums ? `<f>SUM(${first}${row}:${last}${row})</f>` : '');
  const number = (row: number, text: string) => `${begin}${row}${style}>${formula(row)}<v>${text}</v></c>`;
  return (row: number, value: NonNullable<Value>): string => {
    if (typeof value === 'boolean') return `${begin}${row}${style} t="b"><v>${value ? 1 : 0}</v></c>`;
    if (typeof value !== 'string') return number(row, finite(value));
    if (as === 'date' && isDay(value)) return number(row, `${serialOfDay(value)}`);
    if (as === 'percent' && isNumber.test(value)) return number(row, hundredth(value));
    if ((as === 'amount' || as === 'integer') && isNumber.test(value)) return number(row, value);
    return textCell(`${begin}${row}${style}`, value);
  };
}

/** 33.33 -> 0.3333, without a float in between. */
function hundredth(percent: string): string {
  const [whole = '', fraction = ''] = percent.replace('-', '').split('.');
  const digits = whole.padStart(3, '0');
  return `${percent.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`;
}

function textCell(begin: string, text: string): string {
  if (text.length > longestText) throw new RangeError('A text that is longer than a cell can be');
  // Without being told so, programs drop blanks around a text.
  return `${begin} t="inlineStr"><is><t${/^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''}>${escaped(text)}</t></is></c>`;
}
