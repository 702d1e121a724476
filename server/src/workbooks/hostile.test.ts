import { describe, expect, test } from 'vitest';
import {
  fileOf,
  partsOf,
  relationsXml,
  rowsOf,
  rowsOfSheet,
  sheetXml,
  withWorkbook,
  zipOf,
  type Part,
} from '../../test/harness/workbook-files.ts';
import { Refusal } from './refusal.ts';
import { openWorkbook } from './workbook.ts';

const good = () => partsOf(sheetXml('<row><c><v>1</v></c></row>'));
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );
/** The sheet claims something else than it is. */
const claiming = (claims: Part['claims']) =>
  zipOf(good().map((part) => (part.name.endsWith('sheet1.xml') ? { ...part, ...(claims && { claims }) } : part)));

test('a good one is read', async () => {
  expect(await rowsOf(zipOf(good()))).toEqual([{ number: 1, cells: [{ kind: 'number', text: '1' }] }]);
});

describe('other kinds of files', () => {
  const ole = (name: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(name, 'utf16le')]);
  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'empty'],
    ['a PDF', '%PDF-1.7\n...', 'pdf'],
    ['a web page', '\ufeff  <!DOCTYPE html><table>', 'html'],
    ['a table of a web page', '<table><tr><td>1</td></tr></table>', 'html'],
    ['a workbook of 2003 in XML', '<?xml version="1.0"?><Workbook/>', 'xml'],
    ['an old workbook', ole('Workbook'), 'xls'],
    ['a workbook of the nineties', Buffer.from([0x09, 0x08, 0x10, 0x00, 0x00, 0x06]), 'xls'],
    ['a workbook with a password', ole('EncryptedPackage'), 'encrypted'],
    ['a text that is named .xlsx', 'UID,Vendor\n1,2\n', 'text-named-workbook'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'not-a-workbook'],
    ['text in UTF-16', Buffer.from('\ufeffUID\tVendor', 'utf16le'), 'not-utf8'],
    ['text in an old code page', Buffer.from('Société;1', 'latin1'), 'not-utf8'],
    ['an empty ZIP', zipOf([]), 'not-a-workbook'],
    ['any ZIP', zipOf([{ name: 'a.txt', contents: 'a' }]), 'not-a-workbook'],
    ['a binary workbook', zipOf([{ name: 'xl/workbook.bin', contents: 'a' }]), 'xlsb'],
    ['a workbook with macros', zipOf([...good(), { name: 'xl/vbaProject.bin', contents: 'a' }]), 'macros'],
    ['a document', zipOf(partsOf('', { 'xl/workbook.xml': '<document xmlns="urn:word"/>' })), 'not-a-workbook'],
    [
      'macros of Excel 4',
      zipOf(partsOf('', { 'xl/_rels/workbook.xml.rels': relationsXml(['r1', 'xlMacrosheet', 'macro.xml']) })),
      'macros',
    ],
    [
      'charts only',
      zipOf(partsOf('', { 'xl/_rels/workbook.xml.rels': relationsXml(['r1', 'chartsheet', 'chart.xml']) })),
      'no-sheets',
    ],
    [
      'a sheet that lies elsewhere',
      zipOf(
        partsOf('', {
          'xl/_rels/workbook.xml.rels': relationsXml([
            'r1',
            'worksheet',
            'file:///etc/passwd',
            'TargetMode="External"',
          ]),
        }),
      ),
      'external',
    ],
  ])('%s is refused as what it is', async (_, contents, code) => {
    expect(await codeOf(rowsOf(contents))).toBe(code);
  });
});

describe('ZIPs that lie', () => {
  const whole = zipOf(good());
  test.each<[string, Buffer, string]>([
    ['cut off', whole.subarray(0, whole.length - 40), 'truncated'],
    ['cut in half', whole.subarray(0, whole.length / 2), 'truncated'],
    ['a sheet larger than it says', claiming({ size: 10 }), 'wrong-size'],
    ['a sheet smaller than it says', claiming({ size: 10_000 }), 'wrong-size'],
    ['a sheet with another checksum', claiming({ checksum: 1 }), 'wrong-checksum'],
    ['a part over the end of the file', claiming({ packed: 1_000_000 }), 'damaged'],
    ['a sheet that cannot be unpacked', claiming({ packed: 40 }), 'damaged'],
    ['a part packed in another way', claiming({ method: 12 }), 'damaged'],
    ['a protected part', claiming({ flags: 1 }), 'encrypted'],
    ['a part inside of another', claiming({ offset: 0, localName: '_rels/.rels' }), 'overlapping'],
    ['a part with two names', claiming({ localName: 'xl/worksheets/sheet2.xml' }), 'damaged'],
    ['two parts of one name', zipOf([...good(), { name: 'XL/Workbook.xml', contents: '' }]), 'repeated-name'],
    ['a name that leads out', zipOf([...good(), { name: '../evil.xml', contents: '' }]), 'bad-name'],
    ['a name from the root', zipOf([...good(), { name: '/etc/evil.xml', contents: '' }]), 'bad-name'],
    ['more entries than there are', zipOf(good(), 20), 'damaged'],
    ['a sheet that is missing', zipOf(good().filter(({ name }) => !name.endsWith('sheet1.xml'))), 'damaged'],
  ])('%s', async (_, contents, code) => {
    expect(await codeOf(rowsOf(contents))).toBe(code);
  });
});

describe('XML that no workbook has', () => {
  const entities =
    '<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>';
  test.each<[string, string, string]>([
    ['a document type', `<?xml version="1.0"?>${entities}`, 'doctype'],
    ['an entity that nobody declared', sheetXml('<row><c t="str"><v>&c;</v></c></row>'), 'damaged'],
    ['a character that is none', sheetXml('<row><c t="str"><v>&#xD800;</v></c></row>'), 'damaged'],
    ['tags that do not match', sheetXml('<row><c></row></c>'), 'damaged'],
    ['no end', sheetXml('<row><c>').slice(0, -30), 'damaged'],
    ['something behind the end', `${sheetXml('')}<more/>`, 'damaged'],
    ['an attribute without quotation marks', sheetXml('<row r=1/>'), 'damaged'],
    ['an attribute that does not end', sheetXml('<row r="1/>'), 'damaged'],
    ['a tag without a name', sheetXml('<>'), 'damaged'],
    ['a tag of a megabyte', sheetXml(`<row a="${'x'.repeat(1_200_000)}"/>`), 'damaged'],
    ['a thousand levels', sheetXml('<a>'.repeat(1_000)), 'damaged'],
    ['a thousand attributes', sheetXml(`<row ${'a="1" '.repeat(1_000)}/>`), 'damaged'],
    ['thousands of names', sheetXml(Array.from({ length: 3_000 }, (_, index) => `<n${index}/>`).join('')), 'damaged'],
    ['bytes that are no UTF-8', 'latin', 'damaged'],
    ['a cell beyond the last column', sheetXml('<row r="1"><c r="XFE1"><v>1</v></c></row>'), 'damaged'],
    ['a row beyond the last one', sheetXml('<row r="1048577"><c><v>1</v></c></row>'), 'damaged'],
    ['a cell in another row', sheetXml('<row r="1"><c r="A2"><v>1</v></c></row>'), 'damaged'],
    ['a cell twice', sheetXml('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), 'damaged'],
    ['a row twice', sheetXml('<row r="1"/><row r="1"/>'), 'damaged'],
    ['a text that is not there', sheetXml('<row><c t="s"><v>7</v></c></row>'), 'damaged'],
    ['a type that is none', sheetXml('<row><c t="x"><v>7</v></c></row>'), 'damaged'],
  ])('%s', async (_, xml, code) => {
    const parts = partsOf(xml).map((part) =>
      xml === 'latin' && part.name.endsWith('sheet1.xml')
        ? { ...part, contents: Buffer.from(sheetXml('<row><c t="str"><v>é</v></c></row>'), 'latin1') }
        : part,
    );
    expect(await codeOf(rowsOf(zipOf(parts)))).toBe(code);
  });
});

describe('too much', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, row) => `<row><c><v>${row}</v></c></row>`).join('');
  const zeros = Buffer.alloc(12 * 1024 * 1024);
  const bomb = zipOf([...good(), { name: 'xl/media/zeros', contents: zeros }]);

  test.each<[string, string | Buffer, Parameters<typeof openWorkbook>[1], string]>([
    ['bytes', zipOf(good()), { limits: { fileBytes: 100 } }, 'file-too-large'],
    ['parts', zipOf(good()), { limits: { entries: 3 } }, 'too-many-parts'],
    ['unpacked bytes', zipOf(good()), { limits: { unpackedBytes: 1_000 } }, 'unpacks-too-large'],
    ['bytes for its size', bomb, {}, 'packed-too-tightly'],
    ['rows', zipOf(partsOf(sheetXml(rows(11)))), { limits: { rows: 10 } }, 'too-many-rows'],
    ['columns', zipOf(partsOf(sheetXml('<row r="5"><c r="XFD5"><v>1</v></c></row>'))), {}, 'too-many-columns'],
    [
      'text in a cell',
      zipOf(partsOf(sheetXml(`<row><c t="inlineStr"><is><t>${'x'.repeat(32_768)}</t></is></c></row>`))),
      {},
      'text-too-long',
    ],
    [
      'texts',
      zipOf(partsOf(sheetXml(''), { 'xl/sharedStrings.xml': sheetXml('<si><t>a</t></si><si><t>a</t></si>') })),
      { limits: { sharedStrings: 1 } },
      'too-many-texts',
    ],
    [
      'characters in all texts',
      zipOf(partsOf(sheetXml(''), { 'xl/sharedStrings.xml': sheetXml('<si><t>abc</t></si><si><t>abc</t></si>') })),
      { limits: { sharedText: 5 } },
      'too-many-texts',
    ],
    ['rows of a CSV', 'a\nb\nc\n', { name: 'a.csv', limits: { rows: 2 } }, 'too-many-rows'],
    ['columns of a CSV', 'a,b,c\n', { name: 'a.csv', limits: { columns: 2 } }, 'too-many-columns'],
    ['text in a field', 'abcd,b\n', { name: 'a.csv', limits: { cellText: 3 } }, 'text-too-long'],
    ['text behind an open mark', `a,"${'b'.repeat(5_000_000)}`, { name: 'a.csv' }, 'open-quote'],
  ])('%s', async (_, contents, options, code) => {
    expect(await codeOf(rowsOf(contents, { name: 'book.xlsx', ...options }))).toBe(code);
  });

  test('merged cells', async () => {
    const sheet = sheetXml('', `<mergeCells>${'<mergeCell ref="A1:XFD1048576"/>'.repeat(3)}</mergeCells>`);
    const merges = (most: number) =>
      withWorkbook(zipOf(partsOf(sheet)), (workbook, first) => workbook.merges(first), { limits: { merges: most } });
    expect(await codeOf(merges(2))).toBe('too-many-merges');
    expect((await merges(3))[0]).toEqual({ top: 1, left: 0, bottom: 1_048_576, right: 16_383 });
  });

  test('one cell at each end of the sheet costs what two cells cost', async () => {
    const rows = await rowsOfSheet(
      '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="ALL1048576"><v>2</v></c></row>',
    );
    expect(rows.map(({ number, cells }) => [number, cells.length])).toEqual([
      [1, 1],
      [1_048_576, 1_000],
    ]);
  });

  test('reading ends when its signal says so', async () => {
    const cancel = new AbortController();
    const reading = withWorkbook(
      zipOf(partsOf(sheetXml(rows(20_000)))),
      async (workbook, first) => {
        for await (const _ of workbook.rows(first)) cancel.abort(new Error('Cancelled'));
      },
      { signal: cancel.signal },
    );
    await expect(reading).rejects.toThrow('Cancelled');
  });

  test('a file that was opened can be removed: it is closed', async () => {
    const workbook = await openWorkbook(fileOf(zipOf(good())));
    workbook.close();
    expect(await codeOf(workbook.merges(workbook.sheets[0]!))).not.toBe('read');
  });
});
