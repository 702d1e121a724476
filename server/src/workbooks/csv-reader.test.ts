import { expect, test } from 'vitest';
import { rowsOf, withWorkbook } from '../../test/harness/workbook-files.ts';

const fieldsOf = async (contents: string | Buffer) =>
  (await rowsOf(contents, { name: 'book.csv' })).map(({ number, cells }) => [
    number,
    ...cells.map((cell) => cell?.text),
  ]);

test('is one sheet of texts', async () => {
  await withWorkbook(
    'UID,Budget\nS-1,"12,50,000"\n',
    async (workbook, sheet) => {
      expect(workbook).toMatchObject({ format: 'csv', sheets: [{ name: 'FY26.csv', isHidden: false }] });
      expect(await workbook.merges(sheet)).toEqual([]);
      for await (const rows of workbook.rows(sheet))
        expect(rows[1]).toEqual({
          number: 2,
          cells: [
            { kind: 'text', text: 'S-1' },
            { kind: 'text', text: '12,50,000' },
          ],
        });
    },
    { name: 'FY26.csv' },
  );
});

test.each([
  ['a mark of UTF-8', '\ufeffa,b\n1,2\n'],
  ['none', 'a,b\n1,2\n'],
  ['semicolons', 'a;b\n1;2\n'],
  ['tabs', 'a\tb\n1\t2\n'],
  ['line ends of Windows', 'a,b\r\n1,2\r\n'],
  ['line ends of old Macs', 'a,b\r1,2\r'],
  ['no line end after the last', 'a,b\n1,2'],
  ['a first line that says the separator', 'sep=;\r\na;b\r\n1;2\r\n'],
  ['everything in quotation marks', '"a","b"\n"1","2"\n'],
])('with %s', async (_, contents) => {
  expect(await fieldsOf(contents)).toEqual([
    [1, 'a', 'b'],
    [2, '1', '2'],
  ]);
});

test('commas in amounts and sentences separate nothing where semicolons do', async () => {
  const contents = 'Budget, FY26\nUID;Apr;May\nS-1;1,20,000;2,40,000\nS-2;12,34,567;"one; two"\n';
  expect(await fieldsOf(contents)).toEqual([
    [1, 'Budget, FY26'],
    [2, 'UID', 'Apr', 'May'],
    [3, 'S-1', '1,20,000', '2,40,000'],
    [4, 'S-2', '12,34,567', 'one; two'],
  ]);
});

test('quotation marks, line ends and blanks within a field are of it', async () => {
  expect(await fieldsOf('a,"say ""yes""\r\nor no", b ,6" pipe\n')).toEqual([
    [1, 'a', 'say "yes"\r\nor no', ' b ', '6" pipe'],
  ]);
});

test('blank lines count, and are left out', async () => {
  expect(await fieldsOf('a,b\n\n,,\n1,,3\n')).toEqual([
    [1, 'a', 'b'],
    [4, '1', undefined, '3'],
  ]);
});

test('what was made inert is as it was', async () => {
  expect(await fieldsOf("'=1+1,'-5,''@x,'quoted,-5,it's\n")).toEqual([
    [1, '=1+1', '-5', "'@x", "'quoted", '-5', "it's"],
  ]);
});

test('letters of all languages, and fields that lie across two readings of the file', async () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => [`देवनागरी ${index}`, '"課, 題"']);
  const contents = rows.map((row) => `${row.join(',')}\n`).join('');
  const read = await fieldsOf(contents);
  expect(read).toHaveLength(30_000);
  for (const [index, row] of read.entries()) expect(row).toEqual([index + 1, `देवनागरी ${index}`, '課, 題']);
});
