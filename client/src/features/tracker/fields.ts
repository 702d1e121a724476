import { budgetFields, type BudgetRow } from '@opex/contracts/budgets';
import { initiativeTypes, serviceTypes } from '@opex/contracts/fields/service';
import type { FieldKind } from '@opex/contracts/list';
import type { MasterKind } from '@opex/contracts/masters';

/** How a cell takes what is typed or pasted into it. */
export type Entry =
  | { as: 'text'; longest: number }
  | { as: 'date' }
  | { as: 'choice'; values: readonly string[] }
  | { as: 'reference'; master: MasterKind; idField: keyof BudgetRow }
  | { as: 'amount'; mayBeEmpty: boolean };

export type Field = {
  field: string;
  title: string;
  width: number;
  kind: FieldKind;
  group: 'Service' | 'Contract' | 'Ownership' | 'Year' | 'To date' | 'Earlier years';
  isSortable: boolean;
  entry?: Entry;
};

const reference = (master: MasterKind, idField: keyof BudgetRow): Entry => ({ as: 'reference', master, idField });
const text = (longest: number): Entry => ({ as: 'text', longest });
const day: Entry = { as: 'date' };

type Line = [field: string, title: string, width: number, entry?: Entry];
const groups: [Field['group'], Line[]][] = [
  [
    'Service',
    [
      ['uid', 'UID', 82],
      ['parentUid', 'Parent UID', 84, text(60)],
      ['vendor', 'Vendor', 120, reference('vendors', 'vendorId')],
      ['vendorService', 'Vendor service', 140, text(200)],
      ['service', 'Service', 134, text(200)],
      ['description', 'Description', 180, text(2000)],
      ['tower', 'Tower', 90, reference('towers', 'towerId')],
      ['budgetHead', 'Budget head', 112, reference('budget-heads', 'budgetHeadId')],
      ['serviceType', 'Type', 82, { as: 'choice', values: serviceTypes }],
      ['initiativeType', 'Initiative', 80, { as: 'choice', values: initiativeTypes }],
      ['priority', 'Priority', 76, text(40)],
      ['status', 'Status', 72],
    ],
  ],
  [
    'Contract',
    [
      ['contract', 'Contract', 110, text(120)],
      ['startDate', 'Start date', 98, day],
      ['endDate', 'End date', 98, day],
      ['renewalDate', 'Renewal date', 98, day],
    ],
  ],
  [
    'Ownership',
    [
      ['owner', 'Owner', 110, text(120)],
      ['costLever', 'Cost lever', 110, text(120)],
      ['allocationType', 'Allocation type', 120, reference('allocation-types', 'allocationTypeId')],
      ['poEntity', 'PO entity', 110, reference('po-entities', 'poEntityId')],
      ['entity', 'Entity', 110, reference('entities', 'entityId')],
      ['budgetKey', 'Budget key', 110],
      ['actualKey', 'Actual key', 110],
      ['remark', 'Latest remark', 180],
    ],
  ],
  [
    'Year',
    [
      ['budget', 'Budget', 76, { as: 'amount', mayBeEmpty: false }],
      ['actual', 'Actual', 76],
      ['committed', 'Committed', 90],
      ['variance', 'Variance, full year', 78],
    ],
  ],
  [
    'To date',
    [
      ['ytdBudget', 'Budget to date', 80],
      ['ytdActual', 'Actual to date', 80],
      ['ytdVariance', 'Variance to date', 84],
    ],
  ],
  [
    'Earlier years',
    [
      ['previousBudget', 'Previous budget', 74],
      ['previousActual', 'Previous actual', 74],
      ['earlierBudget', 'Earlier budget', 74],
      ['earlierActual', 'Earlier actual', 74],
    ],
  ],
];

const kinds: Record<string, FieldKind> = budgetFields;

export const fields: readonly Field[] = groups.flatMap(([group, lines]) =>
  lines.map(([field, title, width, entry]) => ({
    field,
    title,
    width,
    group,
    kind: kinds[field] ?? 'text',
    isSortable: field in kinds,
    ...(entry && { entry }),
  })),
);

export const fieldGroups = groups.map(([group]) => group);
const byName = new Map(fields.map((field) => [field.field, field]));

/** A month's column is named m1 to m12, by its period. */
export const monthField = (period: number) => `m${period}`;
export const periodOf = (field: string): number | null => {
  const [, period] = /^m(\d{1,2})$/.exec(field) ?? [];
  return period ? Number(period) : null;
};

export const fieldNamed = (name: string): Field | undefined => byName.get(name);
/** Months, and the figures of a year, edited or not. */
export const holdsAmount = (name: string) => periodOf(name) !== null || byName.get(name)?.kind === 'amount';
export const entryOf = (name: string): Entry | undefined =>
  periodOf(name) ? { as: 'amount', mayBeEmpty: true } : byName.get(name)?.entry;

/** Fits 1280 px beside the navigation. */
export const usualFields: readonly string[] = [
  'uid',
  'vendor',
  'service',
  'tower',
  'serviceType',
  'endDate',
  'budget',
  'actual',
  'committed',
  'variance',
  'previousBudget',
  'previousActual',
];

/** FY26 -> FY25 for the year before, FY24 for two. */
export const earlierLabel = (fy: string | undefined, years: number) =>
  fy && /^FY\d\d$/.test(fy) ? `FY${String((Number(fy.slice(2)) + 100 - years) % 100).padStart(2, '0')}` : undefined;

export function titleOf({ field, title }: Field, fy: string | undefined): string {
  const label = earlierLabel(fy, field.startsWith('previous') ? 1 : 2);
  if (!label || !/^(previous|earlier)/.test(field)) return title;
  return field.endsWith('Budget') ? `${label} budget` : `${label} actual`;
}

export const titleFor = (name: string, fy: string | undefined) => {
  const field = byName.get(name);
  return field ? titleOf(field, fy) : name;
};

/** What the list is sorted by is shown, whichever columns are chosen. */
export function withSorted(shown: readonly string[], sort: string | undefined): readonly string[] {
  const by = sort?.split(',')[0]?.replace(/^-/, '') ?? '';
  if (!byName.has(by) || shown.includes(by)) return shown;
  return fields.map(({ field }) => field).filter((field) => field === by || shown.includes(field));
}
