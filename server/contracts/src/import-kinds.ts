import { editableOf } from './fields/catalogue.ts';
import { serviceFields } from './fields/service.ts';

/** What a file can be, told by its headers. Those that are not loaded yet are still known, so that none is taken for another. */
export const importKinds = {
  budget: { title: 'Budget' },
  tracker: { title: 'Tracker' },
  'allocation-keys': { title: 'Allocation keys' },
  actuals: { title: 'Net actuals' },
  procurement: { title: 'Procurement' },
  rates: { title: 'Currency rates' },
} as const satisfies Record<string, { title: string }>;
export type ImportKind = keyof typeof importKinds;
export const importKindNames = Object.keys(importKinds) as ImportKind[];
export const loadedKinds = ['budget', 'tracker', 'actuals', 'allocation-keys'] as const;
export type LoadedKind = (typeof loadedKinds)[number];
export const isLoaded = (kind: ImportKind | null): kind is LoadedKind => loadedKinds.some((one) => one === kind);

const twelve = Array.from({ length: 12 }, (_, index) => index + 1);
const months = (field: (month: number) => string, title: (month: number) => string) =>
  Object.fromEntries(twelve.map((month) => [field(month), title(month)]));

/** What a column can be taken for, in the order in which a person looks for it. */
export const importFields: Record<LoadedKind, Record<string, string>> = {
  budget: {
    uid: 'UID',
    description: 'Description (read by people, not loaded)',
    ...months(
      (month) => `month${month}`,
      (month) => `Month ${month} of the year`,
    ),
    budget: 'Budget of the year',
  },
  tracker: {
    ...Object.fromEntries(editableOf(serviceFields).map(([name, { title }]) => [name, title])),
    remark: 'Remark (added to those there are)',
    budget: 'Budget of the year',
    total: 'Actual of the year (compared with the months, not loaded)',
  },
  actuals: {
    uid: 'UID',
    entity: 'Entity',
    month: 'Month',
    amount: 'Amount',
    currency: 'Currency',
    invoiceDate: 'Invoice date (tells the rate of another currency)',
    invoiceNumber: 'Invoice number (read by people, not loaded)',
    description: 'Description or remarks (read by people, not loaded)',
    total: 'Actual of the year (compared with the months, not loaded)',
  },
  'allocation-keys': {
    key: 'Name of the key',
    driverType: 'Basis of allocation',
    total: 'Total count (compared with the entities, not loaded)',
    description: 'Remarks (read by people, not loaded)',
  },
};

/** A column of one entity: how much of what a key goes by it has. */
export const driverOf = (entityId: number) => `driver:${entityId}`;
export function asDriver(field: string): number | undefined {
  const [, entityId] = /^driver:(-?\d{1,9})$/.exec(field) ?? [];
  return entityId ? Number(entityId) : undefined;
}

/** A column of one entity and one month: "04 - Northwind". */
export const monthOfEntity = (month: number, entityId: number) => `actual${month}:${entityId}`;
export function asMonthOfEntity(field: string): { month: number; entityId: number } | undefined {
  const [, month, entityId] = /^actual([1-9]|1[0-2]):(-?\d{1,9})$/.exec(field) ?? [];
  return month && entityId ? { month: Number(month), entityId: Number(entityId) } : undefined;
}
export const isImportField = (kind: LoadedKind, field: string) =>
  Object.hasOwn(importFields[kind], field) ||
  (kind === 'allocation-keys' && asDriver(field) !== undefined) ||
  ((kind === 'actuals' || kind === 'tracker') && asMonthOfEntity(field) !== undefined);
