import { expect, test } from 'vitest';
import { parseBlock, stretched } from './block.ts';

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
