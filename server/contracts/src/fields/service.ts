import * as z from 'zod/mini';
import { id, money, version } from '../common.ts';
import { bodyShapeOf, listFieldsOf, rowShapeOf, type Catalogue } from './catalogue.ts';

export const initiativeTypes = ['New', 'Existing'] as const;
export const serviceTypes = ['Shared', 'Dedicated'] as const;
export const phasings = ['EVEN', 'PROFILE'] as const;

/** What a service is, without its money. The order here is the order on every page. */
export const serviceFields = {
  uid: { kind: 'name', title: 'UID', group: 'Service', limit: 60, isSearched: true },
  parentUid: { kind: 'parent', title: 'Parent UID', group: 'Service', limit: 60 },
  vendor: { kind: 'reference', title: 'Vendor', group: 'Service', of: 'vendors', isSearched: true },
  vendorService: { kind: 'line', title: 'Vendor service', group: 'Service', limit: 200, isSearched: true },
  service: { kind: 'line', title: 'Service', group: 'Service', limit: 200, isSearched: true },
  description: { kind: 'text', title: 'Description', group: 'Service', limit: 2000, isSearched: true },
  contract: { kind: 'line', title: 'Contract', group: 'Contract', limit: 120, isSearched: true },
  startDate: { kind: 'day', title: 'Start date', group: 'Contract' },
  endDate: { kind: 'day', title: 'End date', group: 'Contract' },
  renewalDate: { kind: 'day', title: 'Renewal date', group: 'Contract' },
  poEntity: { kind: 'reference', title: 'PO entity', group: 'Contract', of: 'po-entities' },
  tower: { kind: 'reference', title: 'Tower', group: 'Classification', of: 'towers' },
  budgetHead: { kind: 'reference', title: 'Budget head', group: 'Classification', of: 'budget-heads' },
  priority: { kind: 'line', title: 'Priority', group: 'Classification', limit: 40 },
  initiativeType: {
    kind: 'choice',
    title: 'Initiative type',
    short: 'Initiative',
    group: 'Classification',
    values: initiativeTypes,
    blank: 'Existing',
  },
  costLever: { kind: 'line', title: 'Cost lever', group: 'Classification', limit: 120 },
  owner: { kind: 'line', title: 'Owner', group: 'Classification', limit: 120, isSearched: true },
  remark: { kind: 'text', title: 'Latest remark', group: 'Classification', limit: 4000, isReadOnly: true },
  status: {
    kind: 'choice',
    title: 'Status',
    group: 'Classification',
    values: ['Active', 'Retired'],
    blank: 'Active',
    isReadOnly: true,
  },
  serviceType: {
    kind: 'choice',
    title: 'Service type',
    short: 'Type',
    group: 'Whose money',
    values: serviceTypes,
    blank: 'Dedicated',
  },
  /** Whose money a dedicated service is. */
  entity: { kind: 'reference', title: 'Entity', group: 'Whose money', of: 'entities', isNotListed: true },
  /** How a shared one is handed out. */
  budgetKey: { kind: 'reference', title: 'Budget key', group: 'Whose money', of: 'allocation-keys', isNotListed: true },
  actualKey: { kind: 'reference', title: 'Actual key', group: 'Whose money', of: 'allocation-keys', isNotListed: true },
  allocationType: { kind: 'reference', title: 'Allocation type', group: 'Whose money', of: 'allocation-types' },
  phasing: {
    kind: 'choice',
    title: 'Phasing',
    group: 'Whose money',
    values: phasings,
    blank: 'EVEN',
    isNotListed: true,
  },
} as const satisfies Catalogue;

export const serviceShape = {
  id,
  version,
  ...rowShapeOf(serviceFields),
  /** False for a share of a service that is not wholly the caller's. */
  editable: z.boolean(),
};

export const serviceFieldsBody = bodyShapeOf(serviceFields);
export const serviceListFields = listFieldsOf(serviceFields);

export type FigureField = {
  title: string;
  group: 'Year' | 'To date' | 'Month' | 'Earlier years';
  /** No filter and no order by it. */
  isNotListed?: true;
};

/** Figures of the chosen year, and budget and actual of the two before it. A scoped reader sees the share of the own entities. */
export const figureFields = {
  budget: { title: 'Budget', group: 'Year' },
  actual: { title: 'Actual, full year', group: 'Year' },
  committed: { title: 'Committed', group: 'Year' },
  /** Budget minus actual over the whole year; positive is favourable. */
  variance: { title: 'Variance, full year', group: 'Year' },
  /** Budget minus actual and committed. */
  available: { title: 'Available', group: 'Year', isNotListed: true },
  /** The budget of the months after those to date. */
  remainingBudget: { title: 'Budget to come', group: 'Year', isNotListed: true },
  /** Actual to date and the budget to come. */
  outlook: { title: 'Outlook', group: 'Year', isNotListed: true },
  /** The same months of budget and actual: up to the month the year is reported through. */
  ytdBudget: { title: 'Budget to date', group: 'To date' },
  ytdActual: { title: 'Actual to date', group: 'To date' },
  ytdVariance: { title: 'Variance to date', group: 'To date' },
  previousBudget: { title: 'Previous budget', group: 'Earlier years' },
  previousActual: { title: 'Previous actual', group: 'Earlier years' },
  earlierBudget: { title: 'Earlier budget', group: 'Earlier years' },
  earlierActual: { title: 'Earlier actual', group: 'Earlier years' },
} as const satisfies Record<string, FigureField>;
export type FigureName = keyof typeof figureFields;

/** Figures of one month of the chosen year: there only when the month is asked for. */
export const monthFigureFields = {
  monthBudget: { title: 'Budget of the month', group: 'Month' },
  monthActual: { title: 'Actual of the month', group: 'Month' },
  monthVariance: { title: 'Variance of the month', group: 'Month' },
} as const satisfies Record<string, FigureField>;
export type MonthFigureName = keyof typeof monthFigureFields;

type Figures = typeof figureFields;
export type ListedFigureName =
  MonthFigureName | { [F in FigureName]: Figures[F] extends { isNotListed: true } ? never : F }[FigureName];

const forEach = <Name extends string, Value>(names: readonly Name[], value: Value) =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;
const namesOf = <Name extends string>(fields: Record<Name, FigureField>) => Object.keys(fields) as Name[];

export const figuresShape = {
  ...forEach(namesOf(figureFields), money),
  ...forEach(namesOf(monthFigureFields), z.optional(money)),
};
const allFigures: Record<string, FigureField> = { ...figureFields, ...monthFigureFields };
export const figureListFields = forEach(
  namesOf(allFigures).filter((name) => !allFigures[name]?.isNotListed) as ListedFigureName[],
  'amount' as const,
);
