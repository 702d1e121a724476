import { describe, expect, test } from 'vitest';
import { partsOf, rowsOfSheet, sheetXml, withWorkbook, zipOf } from '../../test/harness/workbook-files.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const styles = (formats: string, ...ids: number[]) => ({
  'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts>${formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${ids.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`,
});
const texts = (...items: string[]) => ({
  'xl/sharedStrings.xml': `<sst xmlns="${main}">${items.map((item) => `<si>${item}</si>`).join('')}</sst>`,
});
const firstCells = async (data: string, parts?: Record<string, string>) => (await rowsOfSheet(data, parts))[0]?.cells;
const text = (words: string) => ({ kind: 'text', text: words });
const number = (words: string) => ({ kind: 'number', text: words });

describe('cells', () => {
  test('numbers keep the text they were written with', async () => {
    const values = ['1499.9999999999998', '12345678901234567890.12', '1E-3', '-0.5', '+7'];
    const cells = await firstCells(`<row r="1">${values.map((value) => `<c><v>${value}</v></c>`).join('')}</row>`);
    expect(cells).toEqual(values.map(number));
  });

  test('texts are shared, inline or the result of a formula, plain or in parts, without how they are spoken', async () => {
    const rich = '<r><t>Rich </t></r><r><rPr><b/></rPr><t xml:space="preserve"> text</t></r>';
    const spoken = '<t>課</t><rPh sb="0" eb="1"><t>か</t></rPh>';
    const cells = await firstCells(
      `<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>
        <c t="inlineStr"><is><t>Inline</t></is></c><c t="inlineStr"><is>${rich}</is></c>
        <c t="str"><f>A1&amp;"x"</f><v>a &lt;b&gt; &#x20B9;&#65;</v></c><c t="s"><v>3</v></c></row>`,
      texts('<t>Vendor</t>', rich, spoken, '<t>a_x000D_b_x005F_x000D_</t>'),
    );
    expect(cells).toEqual(['Vendor', 'Rich  text', '課', 'Inline', 'Rich  text', 'a <b> ₹A', 'a\rb_x000D_'].map(text));
  });

  test('true, false, errors, and results that the file does not hold', async () => {
    const cells = await firstCells(
      '<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><f>A1/0</f><v>#REF!</v></c><c><f>SUM(A1)</f></c><c><f>SUM(A1)</f><v/></c></row>',
    );
    const [yes, no, error, formula] = [
      { kind: 'boolean', text: 'TRUE' },
      { kind: 'boolean', text: 'FALSE' },
      { kind: 'error', text: '#REF!' },
      { kind: 'formula', text: '' },
    ];
    expect(cells).toEqual([yes, no, error, formula, formula]);
  });

  test('a formula with its result is the result', async () => {
    expect(await firstCells('<row><c><f t="shared" si="0"/><v>12</v></c></row>')).toEqual([number('12')]);
  });

  test('blank cells are none, and rows of them are left out', async () => {
    const rows = await rowsOfSheet(
      '<row r="1"><c r="A1" s="0"/></row><row r="2"/><row r="3"><c r="B3"><v>5</v></c><c r="C3" t="str"><f>""</f><v></v></c><c r="D3" t="s"><v>0</v></c></row>',
      texts('<t></t>'),
    );
    expect(rows).toEqual([{ number: 3, cells: [undefined, number('5')] }]);
  });

  test('rows and cells without a reference follow the one before', async () => {
    const rows = await rowsOfSheet(
      '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><v>5</v></c></row><row r="7"><c r="B7"><v>2</v></c></row><row><c><v>8</v></c></row>',
    );
    const none = undefined;
    expect(rows).toEqual([
      { number: 1, cells: [number('1'), none, none, number('4'), number('5')] },
      { number: 7, cells: [none, number('2')] },
      { number: 8, cells: [number('8')] },
    ]);
  });

  test('hidden rows and columns are read like any other', async () => {
    const sheet = sheetXml('<row r="1" hidden="1"><c r="B1"><v>1</v></c></row>').replace(
      '<sheetData>',
      '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>',
    );
    const rows = await rowsOfSheet('', { 'xl/worksheets/sheet1.xml': sheet });
    expect(rows).toEqual([{ number: 1, cells: [undefined, number('1')] }]);
  });
});

describe('dates', () => {
  const serials = (...values: (number | string)[]) =>
    `<row>${values.map((value, style) => `<c s="${style}"><v>${value}</v></c>`).join('')}</row>`;

  test('a number is a date by its style: built in, or with a day, a month or a year in its format', async () => {
    const formats = [
      'dd\\-mmm\\-yyyy',
      'mmm yy',
      'h:mm',
      '#,##0.00" d"',
      '[$-409]d/m/yy',
      '[Red]#,##0',
      'General',
      '[h]:mm:ss',
    ];
    const custom = formats
      .map((format, index) => `<numFmt numFmtId="${170 + index}" formatCode="${format.replaceAll('"', '&quot;')}"/>`)
      .join('');
    const ids = [14, 22, 4, ...formats.map((_, index) => 170 + index)];
    const cells = await firstCells(serials(...ids.map(() => 45748)), styles(custom, ...ids));
    const date = { kind: 'date', text: '45748', date: '2025-04-01' };
    const plain = number('45748');
    expect(cells).toEqual([date, date, plain, date, date, plain, plain, date, plain, plain, plain]);
  });

  test.each([
    [1900, '45748', '2025-04-01'],
    [1900, '45748.75', '2025-04-01'],
    [1900, '1', '1900-01-01'],
    [1900, '59', '1900-02-28'],
    [1900, '61', '1900-03-01'],
    [1900, '2958465', '9999-12-31'],
    [1904, '44286', '2025-04-01'],
    [1904, '0', '1904-01-01'],
  ])('in the system of %i, %s is %s', async (system, serial, date) => {
    const workbook = `<workbook xmlns="${main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="${system === 1904 ? 'true' : '0'}"/><sheets><sheet name="T" r:id="r1"/></sheets></workbook>`;
    const parts = { ...styles('', 14), 'xl/workbook.xml': workbook };
    expect(await firstCells(serials(serial), parts)).toEqual([{ kind: 'date', text: serial, date }]);
  });

  test.each(['60', '0', '-1', '2958466', '1e99'])('%s is no day of the calendar and stays a number', async (serial) => {
    expect(await firstCells(serials(serial), styles('', 14))).toEqual([number(serial)]);
  });

  test('a cell may hold a date in ISO form', async () => {
    const cells = await firstCells(
      '<row><c t="d"><v>2025-04-01T00:00:00</v></c><c t="d"><v>2025-04-31</v></c><c t="d"><v>2025</v></c></row>',
    );
    expect(cells).toEqual([
      { kind: 'date', text: '2025-04-01T00:00:00', date: '2025-04-01' },
      text('2025-04-31'),
      text('2025'),
    ]);
  });
});

describe('workbooks', () => {
  test('sheets are found by their relations, hidden ones are named so, and charts are none', async () => {
    const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const parts = partsOf(sheetXml(''), {
      'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:rel="${office}"><sheets><sheet name="FY26 &amp; more" rel:id="b"/><sheet name="Chart" rel:id="c"/><sheet name="Lists" state="veryHidden" rel:id="a"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="${office}/worksheet" Target="/data/lists.xml"/><Relationship Id="b" Type="${office}/worksheet" Target="../data/tracker.xml"/><Relationship Id="c" Type="${office}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
      'data/lists.xml': sheetXml('<row><c><v>1</v></c></row>'),
      'DATA/Tracker.xml': sheetXml('<row><c><v>2</v></c></row>'),
    });
    await withWorkbook(zipOf(parts), async (workbook) => {
      expect(workbook).toMatchObject({ format: 'xlsx', dates: 1900 });
      expect(workbook.sheets).toEqual([
        { name: 'FY26 & more', isHidden: false },
        { name: 'Lists', isHidden: true },
      ]);
      const [tracker, lists] = workbook.sheets;
      for await (const rows of workbook.rows(lists!)) expect(rows[0]?.cells).toEqual([number('1')]);
      for await (const rows of workbook.rows(tracker!)) expect(rows[0]?.cells).toEqual([number('2')]);
      expect.assertions(4);
    });
  });

  test('the strict edition and prefixes are read, and elements of others are passed over', async () => {
    const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
    const relations = 'http://purl.oclc.org/ooxml/officeDocument/relationships';
    const rows = await rowsOfSheet('', {
      '_rels/.rels': `<p:Relationships xmlns:p="http://schemas.openxmlformats.org/package/2006/relationships"><p:Relationship Id="a" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></p:Relationships>`,
      'xl/workbook.xml': `<x:workbook xmlns:x="${strict}" xmlns:q="${relations}"><x:sheets><x:sheet name="T" q:id="r1"/></x:sheets></x:workbook>`,
      'xl/worksheets/sheet1.xml': `\ufeff<?xml version="1.0"?><!-- made by hand --><x:worksheet xmlns:x="${strict}" xmlns:y="urn:other"><x:sheetData>
        <x:row r='2' ><x:c r = "A2"><x:v><![CDATA[1]]>2</x:v><y:v>9</y:v></x:c><y:c><x:v>3</x:v></y:c></x:row ><row><c><v>4</v></c></row>
        <row xmlns="${strict}"><c><v>5</v></c></row></x:sheetData></x:worksheet>`,
    });
    expect(rows).toEqual([
      { number: 2, cells: [number('12')] },
      { number: 3, cells: [number('5')] },
    ]);
  });

  test('merged ranges are told, so that a heading over several columns can be understood', async () => {
    const sheet = sheetXml(
      '<row><c t="inlineStr"><is><t>FY26</t></is></c></row>',
      '<mergeCells count="2"><mergeCell ref="A1:M1"/><mergeCell ref="B2:B3"/></mergeCells>',
    );
    await withWorkbook(zipOf(partsOf(sheet)), async (workbook, first) => {
      expect(await workbook.merges(first)).toEqual([
        { top: 1, left: 0, bottom: 1, right: 12 },
        { top: 2, left: 1, bottom: 3, right: 1 },
      ]);
    });
  });
});
