import type { TrackerRow } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { amountEntries } from '../../amounts/use-amount-entry.ts';
import { copyBlock, readBlock } from '../keys/block.ts';
import { questionAbout, type Reading } from './entry-question.ts';

const row = (id: number, months: (string | null)[], previousBudget = '0.00') =>
  ({ id, uid: `S-${id}`, budget: '1200000.00', previousBudget, months }) as TrackerRow;
const year = (amount: string | null) => Array.from({ length: 12 }, () => amount);
const rows = [row(1, year('2327456.78')), row(2, year('2500000.00')), row(3, year(null), '30000000.00')];
const fields = ['m1', 'm2', 'm3'];

const entriesIn = (display: 'exact' | 'short' | 'shorter') => amountEntries({ grouping: 'en-IN', display });
const ask = (block: string[][], display: 'exact' | 'short' | 'shorter' = 'short', from = rows, to = fields) => {
  const target = { rows: from, fields: to, canEdit: () => null };
  const readings: Reading[] = entriesIn(display).map((entry) => ({
    unit: entry.unit,
    ...readBlock(block, target, { ...entry, findMaster: () => undefined }),
  }));
  return questionAbout(readings, from);
};

test('a block in the unit shown is not asked about', () => {
  expect(ask([['24', '25', '26'], ['24.5', '', '2600000 INR']])).toBeNull();
  expect(ask([['24,00,000', '25,00,000']], 'exact')).toBeNull();
  expect(ask([['2.4', '0.25']], 'shorter')).toBeNull();
}); // prettier-ignore

test.each([
  ['rupees in a grid of lakh', 'short', '24,00,000', 'exact', '2400000.00'],
  ['lakh in a grid of rupees', 'exact', '24', 'short', '2400000.00'],
  ['crore in a grid of rupees', 'exact', '0.24', 'shorter', '2400000.00'],
  ['lakh in a grid of crore', 'shorter', '24', 'short', '2400000.00'],
  ['rupees in a grid of crore, more than can be kept', 'shorter', '24,00,000', 'exact', '2400000.00'],
] as const)('%s are recognised', (_, shown, text, likelier, amount) => {
  const question = ask([[text, text], [text, text]], shown); // prettier-ignore
  expect(question?.likelier?.unit.display).toBe(likelier);
  expect(question?.likelier?.edits[0]?.values).toEqual({ m1: amount, m2: amount });
});

test('one cell far off in a block that fits is named by itself', () => {
  const question = ask([['24', '25', '2500']]);
  expect(question?.likelier).toBeNull();
  expect(question?.doubtful).toMatchObject([{ field: 'm3', amount: '250000000.00', doubt: { kind: 'size' } }]);
});

test('an empty row is compared with a month of last year', () => {
  expect(ask([['24']], 'short', rows.slice(2))).toBeNull();
  expect(ask([['2500']], 'short', rows.slice(2))?.doubtful).toMatchObject([
    { doubt: { than: { when: 'a month of last year', amount: '2500000.00' } } },
  ]);
});

test('words and dates are never doubtful, and a block of them alone is not asked about', () => {
  expect(ask([['Acme', '31/03/2026']], 'short', rows, ['owner', 'endDate'])).toBeNull();
});

test('what is copied is what is pasted, in every unit and to the last paisa', () => {
  for (const display of ['exact', 'short', 'shorter'] as const) {
    const entries = entriesIn(display);
    const block = copyBlock(rows, fields, entries[0]).split('\n').map((line) => line.split('\t')); // prettier-ignore
    const { edits, bad } = readBlock(
      block,
      { rows, fields, canEdit: () => null },
      { ...entries[0], findMaster: () => undefined },
    );
    expect(bad).toEqual([]);
    expect(edits[0]?.values).toEqual({ m1: '2327456.78', m2: '2327456.78', m3: '2327456.78' });
    expect(edits[2]?.values).toEqual({ m1: null, m2: null, m3: null });
  }
});
