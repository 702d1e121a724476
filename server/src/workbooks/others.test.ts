import { writeCsv } from 'hucre/csv';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { allRows, rowsOf, withWorkbook } from '../../test/harness/workbook-files.ts';
import type { Row } from './cells.ts';

/** What another program writes is read as it was meant. */
const head = ['UID', 'Amount', 'Start', 'Active', 'Remarks'];
const remarks = 'Über & <unter>\n"₹" 課 😀';
const meant = (rows: Row[]) => rows.map(({ number, cells }) => [number, ...cells.map((cell) => cell && (cell.kind === 'date' ? cell.date : cell.text))]); // prettier-ignore

test.each(['shared', 'inline'] as const)('a workbook with %s texts', async (strings) => {
  for (const dateSystem of ['1900', '1904'] as const) {
    const bytes = await writeXlsx({
      ...{ stringMode: strings, dateSystem },
      sheets: [
        { name: 'Lists', rows: [['of no matter']], hidden: true },
        {
          name: 'FY26 – Tracker',
          rows: [head, ['007', 1234567.25, new Date('2025-04-01'), true, remarks], [null, null, null, null, 'last']],
          merges: [{ startRow: 0, startCol: 3, endRow: 0, endCol: 4 }],
        },
      ],
    });
    await withWorkbook(Buffer.from(bytes), async (workbook) => {
      expect(workbook.sheets).toEqual([
        { name: 'Lists', isHidden: true },
        { name: 'FY26 – Tracker', isHidden: false },
      ]);
      expect(workbook.dates).toBe(Number(dateSystem));
      const tracker = workbook.sheets[1]!;
      const none = undefined;
      expect(meant(await allRows(workbook, tracker))).toEqual([
        [1, ...head],
        [2, '007', '1234567.25', '2025-04-01', 'TRUE', remarks],
        [3, none, none, none, none, 'last'],
      ]);
      expect(await workbook.merges(tracker)).toEqual([{ top: 1, left: 3, bottom: 1, right: 4 }]);
    });
  }
});

test('a CSV', async () => {
  const contents = writeCsv([head, ['007', '1,200', '2025-04-01', 'TRUE', remarks]]);
  const rows = await rowsOf(contents, { name: 'book.csv' });
  expect(meant(rows)).toEqual([
    [1, ...head],
    [2, '007', '1,200', '2025-04-01', 'TRUE', remarks],
  ]);
});
