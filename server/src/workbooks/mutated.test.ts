import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allRows, partsOf, rowsOf, sheetXml, withWorkbook, zipOf } from '../../test/harness/workbook-files.ts';
import { columnName } from './cells.ts';
import { Refusal } from './refusal.ts';

/** Whatever is done to a workbook, it is read or refused: nothing else is thrown, and nothing hangs. */
const office = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const shared = {
  'xl/sharedStrings.xml': `<sst xmlns="${office}" count="1"><si><t xml:space="preserve"> _x0041_ 課</t></si></sst>`,
  'xl/styles.xml': `<styleSheet xmlns="${office}"><numFmts><numFmt numFmtId="165" formatCode="dd/mm/yy"/></numFmts><cellXfs><xf/><xf numFmtId="165"/></cellXfs></styleSheet>`,
};
const good = partsOf(
  sheetXml(
    '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45748</v></c><c r="C1" t="inlineStr"><is><r><t>a &amp; b</t></r><rPh><t>x</t></rPh></is></c></row>' +
      '<row r="4"><c t="b"><v>1</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="str"><f t="shared" si="0"/><v><![CDATA[<]]></v></c><!-- a --></row>',
    '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>',
  ),
  shared,
);

async function outcome(contents: Buffer) {
  try {
    return await withWorkbook(contents, async (workbook) => {
      for (const sheet of workbook.sheets) await Promise.all([allRows(workbook, sheet), workbook.merges(sheet)]);
      return 'read';
    });
  } catch (error) {
    if (error instanceof Refusal) return 'refused';
    throw error;
  }
}

type Mutation = { at: number; what: 'flip' | 'cut' | 'repeat'; value: number };
const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    what: fc.constantFrom('flip', 'cut', 'repeat'),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(contents: Buffer, list: Mutation[]): Buffer {
  let bytes = Buffer.from(contents);
  for (const { at, what, value } of list) {
    const index = Math.floor(at * bytes.length);
    const end = index + (value % 16);
    if (what === 'flip') bytes[index] = value;
    else if (what === 'cut') bytes = Buffer.concat([bytes.subarray(0, index), bytes.subarray(end)]);
    else bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(index)]);
  }
  return bytes;
}

test('is good before', async () => {
  expect(await outcome(zipOf(good))).toBe('read');
});

test('cells are the same however they are written', async () => {
  const cell = fc.record({
    column: fc.integer({ min: 0, max: 60 }),
    style: fc.constantFrom('', ' s="0"', ' s="1"'),
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => `><v>${number}</v></c>`),
      fc.integer({ min: 0, max: 50_000 }).map((number) => `><v>${number}</v></c>`),
      fc.constant(' t="s"><v>0</v></c>'),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1 }), async (cells) => {
      const sorted = [...new Map(cells.map((one) => [one.column, one])).values()].sort((a, b) => a.column - b.column);
      const written = sorted.map((one) => `<c r="${columnName(one.column)}1"${one.style}${one.value}`).join('');
      // Another quotation mark is all it takes to have every tag read by itself.
      const [usual, unusual] = [written, written.replace(/ r="([A-Z0-9]+)"/g, " r='$1'")].map((xml) =>
        rowsOf(zipOf(partsOf(sheetXml(`<row r="1">${xml}</row>`), shared))),
      );
      expect(await usual).toEqual(await unusual);
      expect((await usual)?.[0]?.cells.filter(Boolean)).toHaveLength(sorted.length);
    }),
    { numRuns: 100 },
  );
});

test('bytes of the file', async () => {
  const whole = zipOf(good);
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      await outcome(mutate(whole, list));
    }),
    { numRuns: 400 },
  );
});

test('bytes of a part', async () => {
  const part = fc.integer({ min: 0, max: good.length - 1 });
  await fc.assert(
    fc.asyncProperty(part, mutations, async (which, list) => {
      const parts = good.map((one, index) =>
        index === which ? { ...one, contents: mutate(Buffer.from(one.contents), list) } : one,
      );
      await outcome(zipOf(parts));
    }),
    { numRuns: 800 },
  );
});
