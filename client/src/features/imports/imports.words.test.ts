import type { ImportColumn } from '@opex/contracts/import-findings';
import type { ImportEffects, ImportRecord } from '@opex/contracts/imports';
import { expect, it } from 'vitest';
import { formatShort } from '../../domain/amounts/format.ts';
import { columnNames, countWords, missingChoice, sentenceOf, sizeWords, stateOf } from './imports.words.ts';

const amount = (value: string) => formatShort(value, 'en-IN');
const goes = (before: string, after: string): ImportEffects => ({
  ...{ fy: 'FY26', measure: 'budget', total: { before, after }, towers: [], entities: [] },
});
const effects = [goes('412000000.00', '430500000.00')];
const counts = { added: 0, changed: 312, unchanged: 20, rejected: 4, missing: 0 };
const said = (more: Partial<ImportRecord>) =>
  sentenceOf({ kind: 'budget', state: 'checked', counts, effects, ...more }, amount);

it('says in one sentence what a file would do', () => {
  expect(said({})).toBe('312 services change, FY26 goes from 41.20 cr to 43.05 cr, up 1.85 cr; 4 rows are rejected.');
});

it.each<[Partial<ImportRecord>, string]>([
  [
    { counts: { ...counts, changed: 1, rejected: 0 } },
    '1 service changes, FY26 goes from 41.20 cr to 43.05 cr, up 1.85 cr.',
  ],
  [{ counts: { ...counts, changed: 0, rejected: 1 } }, 'Nothing changes; 1 row is rejected.'],
  [
    { effects: [goes('100000.00', '0.00')], counts: { ...counts, rejected: 0 } },
    '312 services change, FY26 goes from 1.00 L to nothing, down 1.00 L.',
  ],
  [
    { effects: [goes('100000.00', '100000.00')], counts: { ...counts, rejected: 0 } },
    '312 services change, FY26 stays at 1.00 L.',
  ],
  [
    { state: 'applied' },
    '312 services were changed, FY26 went from 41.20 cr to 43.05 cr, up 1.85 cr; 4 rows are rejected.',
  ],
  [
    { state: 'undone', counts: { ...counts, rejected: 0 } },
    'Undone: 312 services were put back, FY26 went from 43.05 cr to 41.20 cr, down 1.85 cr.',
  ],
  [
    {
      kind: 'actuals',
      effects: [{ ...goes('0.00', '100000.00'), measure: 'actual' }],
      counts: { ...counts, rejected: 0 },
    },
    '312 rows are loaded, the actual of FY26 goes from nothing to 1.00 L, up 1.00 L.',
  ],
])('says %o', (more, words) => {
  expect(said(more)).toBe(words);
});

it('promises nothing of a file that says what is there already', () => {
  expect(stateOf({ state: 'checked', counts })).toBe('Ready to apply');
  expect(stateOf({ state: 'checked', counts: { ...counts, changed: 0 } })).toBe('Changes nothing');
});

it('counts rows for the list', () => {
  expect(countWords({ counts })).toBe('312 change, 4 rejected');
  expect(countWords({ counts: { added: 0, changed: 0, unchanged: 3, rejected: 0, missing: 0 } })).toBe('3 unchanged');
  expect(countWords({ counts: null })).toBe('');
});

const column = (letter: string, header: string, field: string | null): ImportColumn => ({
  column: letter,
  header,
  field,
  use: field ? 'taken' : 'unknown',
  title: field,
});
const columns = [column('A', 'UID', 'uid'), column('B', 'Apr', 'month1'), column('C', 'Owner', null)];
const record = {
  kind: 'budget',
  columns,
  names: [],
  asks: [],
  options: { fy: 'FY26', units: false },
} as unknown as ImportRecord;
const titles = new Map([['month1', 'Apr 2025']]);

it('lets no column be dropped unsaid, and none be taken twice', () => {
  expect(missingChoice(record, { columns: {} }, titles)).toBe('Say what column C (Owner) is');
  expect(missingChoice(record, { columns: { C: 'month1' } }, titles)).toBe('Two columns are taken for Apr 2025');
  expect(missingChoice(record, { columns: { C: null } }, titles)).toBeNull();
});

it('asks for the year first, for it tells which months are meant', () => {
  const asking = { ...record, asks: ['fy'], options: { fy: null, units: false } } as unknown as ImportRecord;
  expect(missingChoice(asking, { columns: {} }, titles)).toBe('Say into which year it is loaded');
  expect(missingChoice(asking, { fy: 'FY26', columns: {} }, titles)).toBeNull();
});

it('names columns by letter and header, the first of many', () => {
  expect(columnNames([column('F', '', null)])).toBe('column F');
  expect(columnNames(columns.slice(0, 2))).toBe('columns A (UID) and B (Apr)');
  expect(columnNames([...columns, ...columns])).toBe('columns A (UID), B (Apr), C (Owner) and 3 more');
});

it('says how large a file is', () => {
  expect([12, 12_345, 12_345_678].map(sizeWords)).toEqual(['12 bytes', '12 kB', '11.8 MB']);
});
