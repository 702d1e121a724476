import type { TrackerRow } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { amountEntries } from '../../amounts/use-amount-entry.ts';
import { monthField } from '../columns/fields.ts';
import { parseBlock, readBlock, stretched } from './block.ts';

test.each<[text: string, block: string[][]]>([
  ['1', [['1']]],
  ['1\t2\r\n3\t4\r\n', [['1', '2'], ['3', '4']]],
  ['1\t\n\t2', [['1', ''], ['', '2']]],
  ['1\n\n3', [['1'], [''], ['3']]],
  ['"two\nlines"\t"say ""so"""\nx\ty', [['two\nlines', 'say "so"'], ['x', 'y']]],
  ['5" pipe\t2', [['5" pipe', '2']]],
  ['"open', [['"open']]],
])('%j is read as spreadsheets copy it', (text, block) => {
  expect(parseBlock(text)).toEqual(block);
}); // prettier-ignore

test('one cell fills a range, a block keeps its shape', () => {
  expect(stretched([['7']], 2, 3)).toEqual([['7', '7', '7'], ['7', '7', '7']]); // prettier-ignore
  expect(stretched([['7', '8']], 2, 3)).toEqual([['7', '8']]);
});

/** Five closed months of a lakh, and seven that are pasted, in lakh, beside the total of the year. */
const row = {
  id: 1,
  budget: '500000.00',
  months: [...Array<string>(5).fill('100000.00'), ...Array<null>(7).fill(null)],
};
const open = Array.from({ length: 7 }, (_, index) => monthField(index + 6));
const pasted = (months: string[], total: string) =>
  readBlock(
    [[...months, total]],
    { rows: [row as unknown as TrackerRow], fields: [...open, 'budget'], canEdit: () => null },
    { ...amountEntries({ grouping: 'en-IN', display: 'short' })[0], findMaster: () => undefined },
  );
const seven = (text: string) => Array<string>(7).fill(text);

test.each([
  ['as it is', seven('1.5'), '15.5'],
  ['rounded as a workbook shows it', seven('1.333'), '14.33'],
  ['of which each number is rounded', seven('1.34'), '14.33'],
])('the total of the year is compared with its months and not kept: %s', (_how, months, total) => {
  const { edits, bad } = pasted(months, total);
  expect(bad).toEqual([]);
  expect(Object.keys(edits[0]!.values)).toEqual(open);
});

test('a total that its months do not make is a bad cell, and says what they make', () => {
  const { bad } = pasted(seven('1.5'), '99');
  expect(bad).toMatchObject([{ field: 'budget', text: '99', message: 'The months of the year make 15.5, not this' }]);
});

test('a total alone is the budget of the year', () => {
  const target = { rows: [row as unknown as TrackerRow], fields: ['budget'], canEdit: () => null };
  const reader = { ...amountEntries({ grouping: 'en-IN', display: 'short' })[0], findMaster: () => undefined };
  expect(readBlock([['24']], target, reader).edits).toEqual([{ id: 1, values: { budget: '2400000.00' } }]);
});

test.each([
  ['1.94', true],
  ['1.9', true],
  ['2', true],
  ['1.95', false],
  ['1.9395', true],
  ['1.9396', false],
])('a closed month that holds 1.93949 lakh is said again by %s: %s', (text, isSame) => {
  const closed = { ...row, months: ['193949.00', ...row.months.slice(1)] } as unknown as TrackerRow;
  const target = { rows: [closed], fields: ['m1'], canEdit: () => 'Apr 2025 is closed' };
  const reader = { ...amountEntries({ grouping: 'en-IN', display: 'short' })[0], findMaster: () => undefined };
  const { edits, bad } = readBlock([[text]], target, reader);
  expect({ values: edits[0]!.values, isRefused: bad.length > 0 }).toEqual({ values: {}, isRefused: !isSame });
});
