import { kindOf } from '@opex/contracts/horizon';
import { periodOf, trackerFields, type TrackerRow } from '@opex/contracts/tracker';
import { storedName, type CatalogueField } from '@opex/contracts/fields/catalogue';
import {
  figureFields,
  type FigureName,
  type MonthFigureName,
  monthFigureFields,
  serviceFields,
} from '@opex/contracts/fields/service';
import type { FieldKind } from '@opex/contracts/list';
import type { MasterKind } from '@opex/contracts/masters';
import type { Horizon } from '../../horizon.ts';

/** How a cell takes what is typed or pasted into it. */
export type Entry =
  | { as: 'text'; longest: number }
  | { as: 'date' }
  | { as: 'choice'; values: readonly string[] }
  | { as: 'reference'; master: MasterKind; idField: keyof TrackerRow }
  | { as: 'amount'; mayBeEmpty: boolean };

type FieldName = keyof typeof serviceFields | FigureName | MonthFigureName;

export type Field = {
  field: string;
  title: string;
  width: number;
  kind: FieldKind;
  group: string;
  isSortable: boolean;
  entry?: Entry;
};

/** The UID and the keys are changed on the page of the service. */
function entryFor(name: string, field: CatalogueField): Entry | undefined {
  if (field.isReadOnly) return undefined;
  if (field.kind === 'day') return { as: 'date' };
  if (field.kind === 'choice') return { as: 'choice', values: field.values };
  if (field.kind === 'reference')
    return field.of === 'allocation-keys'
      ? undefined
      : { as: 'reference', master: field.of, idField: storedName(name, field) as keyof TrackerRow };
  return field.kind === 'name' ? undefined : { as: 'text', longest: field.limit };
}

const usualWidths: Record<CatalogueField['kind'] | 'amount', number> = {
  name: 82,
  parent: 84,
  line: 110,
  text: 180,
  day: 98,
  choice: 82,
  reference: 110,
  amount: 76,
};
const widths: Partial<Record<FieldName, number>> = {
  vendor: 120,
  vendorService: 140,
  service: 134,
  tower: 90,
  budgetHead: 112,
  initiativeType: 80,
  priority: 76,
  status: 72,
  allocationType: 120,
  committed: 90,
  variance: 78,
  ytdBudget: 80,
  ytdActual: 80,
  ytdVariance: 84,
  monthBudget: 84,
  monthActual: 84,
  monthVariance: 84,
};

const kinds: Record<string, FieldKind> = trackerFields;
const ownWidths: Record<string, number | undefined> = widths;

const widthOf = (name: string, kind: CatalogueField['kind'] | 'amount') => ownWidths[name] ?? usualWidths[kind];
/** How a year is spread is said where its months are. */
const { phasing: _phasing, ...shownFields } = serviceFields;

export const fields: readonly Field[] = [
  ...Object.entries<CatalogueField>(shownFields).map(([field, one]): Field => {
    const entry = entryFor(field, one);
    return {
      field,
      title: one.short ?? one.title,
      width: widthOf(field, one.kind),
      group: one.group,
      kind: kinds[field] ?? 'text',
      isSortable: field in kinds,
      ...(entry && { entry }),
    };
  }),
  ...Object.entries({ ...figureFields, ...monthFigureFields }).map(([field, { title, group }]): Field => ({
    field,
    title,
    group,
    width: widthOf(field, 'amount'),
    kind: 'amount',
    isSortable: field in kinds,
    ...(field === 'budget' && { entry: { as: 'amount', mayBeEmpty: false } as const }),
  })),
];

export const fieldGroups = [...new Set(fields.map(({ group }) => group))];
const byName = new Map(fields.map((field) => [field.field, field]));

export { monthField, monthFields, periodOf } from '@opex/contracts/tracker';

export const fieldNamed = (name: string): Field | undefined => byName.get(name);
/** Months, and the figures of a year, edited or not. */
export const holdsAmount = (name: string) => periodOf(name) !== null || byName.get(name)?.kind === 'amount';
export const entryOf = (name: string): Entry | undefined =>
  periodOf(name) ? { as: 'amount', mayBeEmpty: true } : byName.get(name)?.entry;

/** Those that the list can show under a horizon: figures of a month are there for a month only. */
export const fieldsUnder = (horizon: Horizon) =>
  fields.filter(({ group }) => group !== 'Month' || kindOf(horizon) === 'month');

/** To date. Fits 1280 px beside the navigation. */
export const usualFields: readonly FieldName[] = [
  'uid',
  'vendor',
  'service',
  'tower',
  'endDate',
  'budget',
  'ytdBudget',
  'ytdActual',
  'ytdVariance',
  'committed',
  'previousBudget',
  'previousActual',
];

/** FY26 -> FY25 for the year before, FY24 for two. */
export const earlierLabel = (fy: string | undefined, years: number) =>
  fy && /^FY\d\d$/.test(fy) ? `FY${String((Number(fy.slice(2)) + 100 - years) % 100).padStart(2, '0')}` : undefined;

export function titleOf({ field, title, group }: Field, fy: string | undefined, month = 'of the month'): string {
  if (group === 'Month') return title.replace('of the month', month);
  const label = earlierLabel(fy, field.startsWith('previous') ? 1 : 2);
  if (!label || !/^(previous|earlier)/.test(field)) return title;
  return field.endsWith('Budget') ? `${label} budget` : `${label} actual`;
}

export const titleFor = (name: string, fy: string | undefined) => {
  const field = byName.get(name);
  return field ? titleOf(field, fy) : name;
};

/** What the list is sorted by, and the figure that one came for, are shown, whichever columns are chosen. */
export function withWanted(shown: readonly string[], sort: string | undefined, mark: string | undefined) {
  const by = sort?.split(',')[0]?.replace(/^-/, '');
  const wanted = [by, mark].filter((name) => name && byName.has(name) && !shown.includes(name));
  if (wanted.length === 0) return shown;
  return fields.map(({ field }) => field).filter((field) => wanted.includes(field) || shown.includes(field));
}
