import { expect, test } from 'vitest';
import { parseBlock, stretched } from './block.ts';
import { parseDay } from '../editing/cell-entry.ts';

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

test.each([
  ['2026-03-31', '2026-03-31'],
  ['31/03/2026', '2026-03-31'],
  ['1.4.26', '2026-04-01'],
  ['31-Mar-26', '2026-03-31'],
  ['1 April 2026', '2026-04-01'],
  ['', null],
])('%j is the day %j', (words, date) => {
  expect(parseDay(words)).toEqual({ ok: true, value: date });
});

test.each(['31/02/2026', '2026-13-01', 'soon', '31/03/1700', '5'])('%j is no day', (words) => {
  expect(parseDay(words).ok).toBe(false);
});
