import type { AuditEntry } from '@opex/contracts/audit';
import type { TrackerRow } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { changesOf, wayBack } from './batch.rules.ts';

const months = (first: string, second: string | null) => [first, second, ...Array<null>(10).fill(null)];
const row = (id: number, values: object) => ({ id, version: 4, uid: `S-${id}`, ...values }) as TrackerRow;
const entry = (subjectId: number, changes: AuditEntry['changes']) => ({ subjectId, changes }) as AuditEntry;

test('puts months, masters and words back in the versions that were read; the year follows from its months', () => {
  const entries = [
    entry(1, {
      'months.1': { from: '100.00', to: '120.00' },
      'months.2': { from: null, to: '5.00' },
      budget: { from: '100.00', to: '125.00' },
    }),
    entry(2, {
      vendorId: { from: { id: 3, name: 'Old' }, to: { id: 7, name: 'New' } },
      owner: { from: '', to: 'Asha' },
    }),
  ];
  const rows = [row(1, { months: months('120.00', '5.00') }), row(2, { vendorId: 7, vendor: 'New', owner: 'Asha' })];
  const { cells, changed } = wayBack(entries, rows);
  expect(changed).toEqual([]);
  expect(changesOf(cells)).toEqual([
    { id: 1, version: 4, months: { 1: '100.00', 2: null } },
    { id: 2, version: 4, vendorId: 3, owner: '' },
  ]);
});

test('what was changed again since is told apart, by name; what is so already is left alone', () => {
  const entries = [
    entry(1, { 'months.1': { from: '100.00', to: '120.00' }, 'months.2': { from: null, to: '5.00' } }),
    entry(2, { vendorId: { from: { id: 3, name: 'Old' }, to: { id: 7, name: 'New' } } }),
  ];
  const rows = [row(1, { months: months('130.00', null) }), row(2, { vendorId: 9, vendor: 'Another' })];
  const { cells, changed } = wayBack(entries, rows);
  expect(cells).toEqual([]);
  expect(changed.map(({ field, before, now }) => [field, before, now])).toEqual([
    ['months.1', '100.00', '130.00'],
    ['vendorId', { id: 3, name: 'Old' }, { id: 9, name: 'Another' }],
  ]);
});
