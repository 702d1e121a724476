import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll } from 'vitest';
import type { Row } from '../../src/workbooks/cells.ts';
import { openWorkbook, type Sheet, type Workbook } from '../../src/workbooks/workbook.ts';

type Claims = {
  size: number;
  packed: number;
  checksum: number;
  flags: number;
  method: number;
  offset: number;
  localName: string;
};
/** `claims` is what the directory says instead of the truth. */
export type Part = { name: string; contents: string | Buffer; claims?: Partial<Claims> };

/** A ZIP as any program would write it, but for what it is told to claim. */
export function zipOf(parts: Part[], entryCount = parts.length): Buffer {
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, contents, claims = {} } of parts) {
    const packed = deflateRawSync(contents);
    const { flags = 0, method = 8, offset = at, localName = name } = claims;
    const sizes = [
      claims.checksum ?? crc32(contents),
      claims.packed ?? packed.length,
      claims.size ?? Buffer.byteLength(contents),
    ];
    const common = (length: number) => [
      2,
      20,
      2,
      flags,
      2,
      method,
      4,
      0,
      ...sizes.flatMap((size) => [4, size]),
      2,
      length,
      2,
      0,
    ];
    const local = Buffer.concat([
      numbers(4, 0x04034b50, ...common(Buffer.byteLength(localName))),
      Buffer.from(localName),
      packed,
    ]);
    directory.push(
      numbers(4, 0x02014b50, 2, 20, ...common(Buffer.byteLength(name)), 2, 0, 2, 0, 2, 0, 4, 0, 4, offset),
      Buffer.from(name),
    );
    written.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = numbers(4, 0x06054b50, 2, 0, 2, 0, 2, entryCount, 2, entryCount, 4, entries.length, 4, at, 2, 0);
  return Buffer.concat([...written, entries, end]);
}

/** Bytes and value in turns. */
function numbers(...list: number[]): Buffer {
  return Buffer.concat(
    Array.from({ length: list.length / 2 }, (_, index) => {
      const buffer = Buffer.alloc(list[2 * index] ?? 0);
      buffer.writeUIntLE(list[2 * index + 1] ?? 0, 0, buffer.length);
      return buffer;
    }),
  );
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const ofPackage = 'http://schemas.openxmlformats.org/package/2006/relationships';

export const sheetXml = (data: string, after = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="${main}"><sheetData>${data}</sheetData>${after}</worksheet>`;
export const relationsXml = (...relations: [id: string, type: string, target: string, more?: string][]) =>
  `<Relationships xmlns="${ofPackage}">${relations.map(([id, type, target, more = '']) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}" ${more}/>`).join('')}</Relationships>`;

/** The parts of a workbook with one sheet, each of which a test may replace. */
export function partsOf(sheet: string, parts: Record<string, string> = {}): Part[] {
  const usual: Record<string, string> = {
    '_rels/.rels': relationsXml(['r1', 'officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Tracker" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationsXml(
      ['r1', 'worksheet', 'worksheets/sheet1.xml'],
      ['r2', 'sharedStrings', '/xl/sharedStrings.xml'],
      ['r3', 'styles', 'styles.xml'],
    ),
    'xl/sharedStrings.xml': `<sst xmlns="${main}"/>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': sheet,
  };
  return Object.entries({ ...usual, ...parts }).map(([name, contents]) => ({ name, contents }));
}

const folder = mkdtempSync(join(tmpdir(), 'opex-workbooks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

export function fileOf(contents: string | Buffer, name = 'book.xlsx'): string {
  const path = join(folder, `${++files}-${name}`);
  writeFileSync(path, contents);
  return path;
}

type Options = Parameters<typeof openWorkbook>[1];

/** Opens, does, closes. */
export async function withWorkbook<Result>(
  contents: string | Buffer,
  work: (workbook: Workbook, first: Sheet) => Promise<Result>,
  options: Options & { name?: string } = {},
): Promise<Result> {
  const workbook = await openWorkbook(fileOf(contents, options.name), options);
  try {
    return await work(workbook, workbook.sheets[0] as Sheet);
  } finally {
    workbook.close();
  }
}

export async function allRows(workbook: Workbook, sheet: Sheet): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of workbook.rows(sheet)) rows.push(...some);
  return rows;
}

export const rowsOf = (contents: string | Buffer, options?: Options & { name?: string }) =>
  withWorkbook(contents, allRows, options);

/** Of a workbook whose only sheet holds these cells. */
export const rowsOfSheet = (data: string, parts: Record<string, string> = {}, options?: Options) =>
  rowsOf(zipOf(partsOf(sheetXml(data), parts)), options);
