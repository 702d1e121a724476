import type { TrackerRow } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { changeOf, conflictsOf, inverseOf, onlyChanges, withValues } from './row-edits.ts';

const row = {
  id: 1,
  uid: 'S-1',
  budget: '1200.00',
  vendorId: 4,
  vendor: 'Acme',
  owner: 'Asha',
  serviceType: 'Dedicated',
  entityId: 9,
  entity: 'North',
  months: ['100.00', null, ...Array.from({ length: 10 }, () => '110.00')],
} as TrackerRow;
const other = { id: 5, name: 'Other' };

test('a change goes to the API by ids and period numbers', () => {
  expect(changeOf({ vendor: other, m1: '5.00', m2: null, owner: 'Ravi' })).toEqual({
    vendorId: 5,
    owner: 'Ravi',
    months: { '1': '5.00', '2': null },
  });
});

test('the row shows a change before it is saved', () => {
  expect(withValues(row, { vendor: other, m2: '7.00' })).toMatchObject({
    vendor: 'Other',
    vendorId: 5,
    months: ['100.00', '7.00', ...(row.months?.slice(2) ?? [])],
  });
});

test('a year’s budget is undone by its months, empty ones included', () => {
  expect(changeOf(inverseOf(row, { budget: '5.00' }))).toEqual({
    months: Object.fromEntries(row.months?.map((value, index) => [String(index + 1), value]) ?? []),
  });
});

test('a service made shared is given its entity back', () => {
  expect(changeOf(inverseOf(row, { serviceType: 'Shared' }))).toEqual({ serviceType: 'Dedicated', entityId: 9 });
});

test('what changes nothing is left out', () => {
  expect(onlyChanges(row, { budget: '1200', vendor: { id: 4, name: 'acme' } })).toBeNull();
  expect(onlyChanges(row, { budget: '1200', owner: 'Ravi' })).toEqual({ owner: 'Ravi' });
});

test('only a field somebody else changed to something else is a conflict', () => {
  const values = { budget: '1500.00', owner: 'Ravi' };
  expect(conflictsOf(row, { ...row, vendor: 'Other', vendorId: 5 }, values)).toEqual([]);
  expect(conflictsOf(row, { ...row, owner: 'Ravi' }, values)).toEqual([]);
  expect(conflictsOf(row, { ...row, budget: '1300.00' }, values)).toMatchObject([
    { field: 'budget', mine: '1500.00', theirs: '1300.00' },
  ]);
});
