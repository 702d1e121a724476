import fc from 'fast-check';
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { allRows, fileOf, rowsOf, withWorkbook } from '../../test/harness/workbook-files.ts';
import { fromUnits } from '../lib/amounts/money.ts';
import { openArchive } from './archive.ts';
import { writeCsv } from './csv-writer.ts';
import { defaultLimits } from './limits.ts';
import type { Column, TableToWrite, Value } from './to-write.ts';
import { writeXlsx } from './xlsx-writer.ts';

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const columns: Column[] = [
  { title: 'UID', as: 'text', width: 12 },
  { title: 'Remarks <&>', width: 400 },
  { title: 'Start', as: 'date' },
  { title: 'Budget', as: 'amount' },
  { title: 'Head count', as: 'integer' },
  { title: 'Share', as: 'percent' },
];
const rows: Value[][] = [
  ['007', '=HYPERLINK("http://evil")', '2025-04-01', '-1250000.50', '12', '33.33'],
  ['-5', ' two\nlines ', '1900-02-28', '9999999999999999.99', 12n, '-0.5'],
  [null, '', undefined, '0.00', 0, '100'],
  ['1e5', true, 'soon', 'not known', 'many', '5%'],
];
const workbook = () =>
  bytesOf(
    writeXlsx([
      { name: 'Ids', isHidden: true, columns: [{ title: 'Id' }], rows: [['a']] },
      { name: 'FY26 – Tracker & more', columns, rows },
    ]),
  );

describe('a workbook', () => {
  test('holds numbers as numbers, dates as dates, texts as texts, and text where a column holds something else', async () => {
    await withWorkbook(await workbook(), async (read) => {
      expect(read.sheets).toEqual([
        { name: 'Ids', isHidden: true },
        { name: 'FY26 – Tracker & more', isHidden: false },
      ]);
      const text = (words: string) => ({ kind: 'text', text: words });
      const number = (words: string) => ({ kind: 'number', text: words });
      expect((await allRows(read, read.sheets[1]!)).map(({ cells }) => cells)).toEqual([
        columns.map(({ title }) => text(title)),
        [text('007'), text('=HYPERLINK("http://evil")'), { kind: 'date', text: '45748', date: '2025-04-01' }, number('-1250000.50'), number('12'), number('0.3333')],
        [text('-5'), text(' two\nlines '), { kind: 'date', text: '59', date: '1900-02-28' }, number('9999999999999999.99'), number('12'), number('-0.005')],
        [undefined, undefined, undefined, number('0.00'), number('0'), number('1.00')],
        [text('1e5'), { kind: 'boolean', text: 'TRUE' }, text('soon'), text('not known'), text('many'), text('5%')],
      ]); // prettier-ignore
    });
  });

  test('is the same to another reader, with its frozen heading, its filter and its formats', async () => {
    const { sheets, activeSheet } = await readXlsx(await workbook(), { readStyles: true });
    const [ids, tracker] = sheets;
    expect(ids).toMatchObject({ name: 'Ids', hidden: true });
    expect(activeSheet).toBe(1);
    expect(tracker).toMatchObject({ freezePane: { rows: 1 }, autoFilter: { range: 'A1:F5' } });
    expect(tracker?.rows[1]).toEqual([
      '007',
      '=HYPERLINK("http://evil")',
      new Date('2025-04-01'),
      -1250000.5,
      12,
      0.3333,
    ]);
    expect(tracker?.rows[4]).toEqual(['1e5', true, 'soon', 'not known', 'many', '5%']);
    const formats = ['A2', 'C2', 'D2', 'E2', 'F2', 'A1'].map((at) => {
      const cell = tracker?.cells?.get(`${Number(at.slice(1)) - 1},${at.charCodeAt(0) - 65}`);
      return cell?.style?.font?.bold ? 'bold' : cell?.style?.numFmt;
    });
    expect(formats).toEqual(['@', 'dd\\-mmm\\-yyyy', '#,##0.00', '#,##0', '0.00%', 'bold']);
    expect(tracker?.columns?.map(({ width }) => width)).toEqual([12, 255, 14, 14, 14, 14]);
  });

  test('is made of the same bytes for the same rows', async () => {
    expect(await workbook()).toEqual(await workbook());
  });

  test('asks for rows as it grows, and lets go of them when nobody reads on', async () => {
    let asked = 0;
    let isLetGo = false;
    async function* many() {
      try {
        for (; asked < 200_000; asked++) yield [await Promise.resolve(`S-${asked}`), 'some text'];
      } finally {
        isLetGo = true;
      }
    }
    let read = 0;
    for await (const chunk of writeXlsx([{ name: 'Many', columns: columns.slice(0, 2), rows: many() }])) {
      read += chunk.length;
      if (read > 100_000) break;
    }
    await expect.poll(() => isLetGo).toBe(true);
    expect(asked).toBeLessThan(100_000);
  });

  test('fails where its rows fail', async () => {
    function* broken() {
      yield ['S-1'];
      throw new Error('The database is away');
    }
    const writing = bytesOf(writeXlsx([{ name: 'A', columns, rows: broken() }]));
    await expect(writing).rejects.toThrow('The database is away');
  });

  test.each<[string, Partial<TableToWrite> & { name?: string; isHidden?: boolean }]>([
    ['No sheet can be called', { name: 'A/B' }],
    ['No sheet can be called', { name: '' }],
    ['No sheet can be called', { name: 'x'.repeat(32) }],
    ['No sheet can be called', { name: "'A" }],
    ['at least one column', { columns: [] }],
    ['at least one sheet', { isHidden: true }],
    ['longer than a cell', { rows: [['x'.repeat(32_768)]] }],
    ['No cell holds this number', { rows: [[NaN]] }],
  ])('that Excel would not open is not written: %s', async (words, sheet) => {
    await expect(async () => bytesOf(writeXlsx([{ name: 'A', columns, rows: [], ...sheet }]))).rejects.toThrow(words);
  });
});

describe('a CSV', () => {
  test('has texts that are not calculated, and comes back', async () => {
    const bytes = await bytesOf(writeCsv({ columns, rows }));
    expect(bytes.toString()).toBe(
      '\ufeffUID,Remarks <&>,Start,Budget,Head count,Share\r\n' +
        '007,"\'=HYPERLINK(""http://evil"")",2025-04-01,-1250000.50,12,33.33\r\n' +
        '\'-5," two\nlines ",1900-02-28,9999999999999999.99,12,-0.5\r\n' +
        ',,,0.00,0,100\r\n' +
        '1e5,TRUE,soon,not known,many,5%\r\n',
    );
    const read = await rowsOf(bytes, { name: 'book.csv' });
    expect(read[1]?.cells.map((cell) => cell?.text)).toEqual(rows[0]);
    expect(read[2]?.cells.slice(0, 2).map((cell) => cell?.text)).toEqual(['-5', ' two\nlines ']);
  });
});

describe('whatever is written', () => {
  const amount = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map(fromUnits);
  const day = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const words = (unit: 'binary' | 'grapheme') =>
    fc.oneof(fc.string({ unit, minLength: 1 }), fc.stringMatching(/^[_x0-4D='"&<,;+\-@\t\r\n ]+$/));
  const table = (unit: 'binary' | 'grapheme') =>
    fc.array(fc.tuple(words(unit), words(unit), day, amount), { maxLength: 20, minLength: 1 });
  const ofTable: Column[] = [{ title: 'A', as: 'text' }, { title: 'B' }, { title: 'C', as: 'date' }, { title: 'D', as: 'amount' }]; // prettier-ignore

  test('comes back from a workbook', async () => {
    await fc.assert(
      fc.asyncProperty(table('binary'), async (written) => {
        const bytes = await bytesOf(writeXlsx([{ name: 'A', columns: ofTable, rows: written }]));
        const read = (await rowsOf(bytes)).slice(1);
        const meant = read.map(({ cells }) => cells.map((cell) => (cell?.kind === 'date' ? cell.date : cell?.text)));
        expect(meant).toEqual(written);
        expect(read[0]?.cells.map((cell) => cell?.kind)).toEqual(['text', 'text', 'date', 'number']);
      }),
      { numRuns: 50 },
    );
  });

  test('comes back from a workbook to another reader', async () => {
    await fc.assert(
      fc.asyncProperty(table('grapheme'), async (written) => {
        const bytes = await bytesOf(writeXlsx([{ name: 'A', columns: ofTable, rows: written }]));
        const { sheets } = await readXlsx(bytes);
        const expected = written.map(([one, other, date, number]) => [one, other, new Date(date), Number(number)]);
        expect(sheets[0]?.rows.slice(1)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('comes back from a CSV, and to another reader but for the marks that make it inert', async () => {
    await fc.assert(
      fc.asyncProperty(table('grapheme'), async (written) => {
        const bytes = await bytesOf(writeCsv({ columns: ofTable, rows: written }));
        const read = (await rowsOf(bytes, { name: 'book.csv' })).slice(1);
        expect(read.map(({ cells }) => cells.map((cell) => cell?.text))).toEqual(written);
        const others = parseCsv(bytes.toString(), { delimiter: ',' }).slice(1);
        expect(others.map((row) => row.map((field) => String(field).replace(/^'+/, '')))).toEqual(
          written.map((row) => row.map((field) => field.replace(/^'+/, ''))),
        );
      }),
      { numRuns: 50 },
    );
  });
});

test('a sum is what was written, and is added up anew by who changes what it is of', async () => {
  const months = ['Apr', 'May', 'Jun'].map((title) => ({ title, as: 'amount' as const }));
  const total = { title: 'Total', as: 'amount' as const, sums: [0, 2] as const };
  const bytes = await bytesOf(
    writeXlsx([{ name: 'Sums', columns: [...months, total], rows: [['1', '2.5', null, '3.50']] }]),
  );
  expect((await rowsOf(bytes))[1]?.cells[3]).toEqual({ kind: 'number', text: '3.50' });
  const archive = await openArchive(fileOf(bytes), defaultLimits);
  const sheet = await bytesOf(archive.read('xl/worksheets/sheet1.xml'));
  archive.close();
  expect(sheet.toString()).toContain('<c r="D2" s="3"><f>SUM(A2:C2)</f><v>3.50</v></c>');
});
