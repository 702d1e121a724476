import type { ImportRecord, ImportRow } from '@opex/contracts/imports';

/** A budget that was checked, as the server tells it. */
export const checked: ImportRecord = {
  id: 7,
  version: 3,
  name: 'Budget FY26.csv',
  kind: 'budget',
  state: 'checked',
  problem: null,
  jobId: null,
  done: null,
  total: null,
  bytes: 2048,
  createdAt: '2026-01-02T10:00:00Z',
  creator: 'Asha',
  counts: { added: 0, changed: 2, unchanged: 1, rejected: 1, missing: 3 },
  appliedAt: null,
  appliedBy: null,
  reason: null,
  sameAs: null,
  sheets: [{ name: 'Budget FY26.csv', hidden: false, kind: 'budget', headerRow: 1 }],
  sheet: 'Budget FY26.csv',
  columns: [
    { column: 'A', header: 'UID', field: 'uid', use: 'taken', title: 'UID' },
    { column: 'B', header: 'Apr', field: 'month1', use: 'taken', title: 'Apr 2025' },
  ],
  options: { fy: 'FY26', units: false, months: null, days: null, from: null },
  effects: [
    {
      fy: 'FY26',
      measure: 'budget',
      total: { before: '41200000.00', after: '43050000.00' },
      towers: [{ id: 1, name: 'Cloud', before: '1000000.00', after: '2850000.00' }],
      entities: [{ id: null, name: 'Unallocated', before: '41200000.00', after: '43050000.00' }],
    },
  ],
  notes: [{ row: 9, column: 'B', text: 'The total says 5.00; the rows above it add up to 6.00' }],
  names: [],
  asks: [],
};

const row = { number: 2, uid: 'OPX-001', serviceId: 1, service: 'Hosting', cells: [], rejected: [] };
export const changedRow: ImportRow = {
  ...row,
  outcome: 'changed',
  cells: [
    { column: 'B', title: 'Apr 2025', from: '100000.00', to: '250000.00' },
    { column: null, title: 'May 2025', from: null, to: '50000.00' },
  ],
};
export const rejectedRow: ImportRow = {
  ...row,
  number: 5,
  outcome: 'rejected',
  uid: 'OPX-999',
  serviceId: null,
  service: null,
  rejected: [{ column: 'A', value: 'OPX-999', reason: 'There is no service with this UID' }],
};
