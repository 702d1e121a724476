import { trackerFields, trackerListQuery, type TrackerException } from '@opex/contracts/tracker';
import { operatorsOf, type FilterOperator } from '@opex/contracts/list';
import type * as z from 'zod/mini';
import type { AddressChanges } from '../../../lib/use-search-state.ts';
import { fields, type Field } from '../../../domain/sheet/columns/fields.ts';

/** The address is the filter: `tower=3,7&budget.gte=100000`. One chip stands for all conditions on a column. */

/** Not a condition on a column: what the dashboard counts, in words for its chip. */
export const exceptionWords = {
  'over-budget': 'Materially over budget to date',
  unallocated: 'Falls on no entity',
} satisfies Record<TrackerException, string>;

export type Terms = Partial<Record<FilterOperator, string>>;
export type Filter = { field: string; terms: Terms };

const kinds = trackerFields as Record<string, keyof typeof operatorsOf>;
const nameOf = (field: string, operator: FilterOperator) => (operator === 'eq' ? field : `${field}.${operator}`);
const operatorsFor = (field: string) => operatorsOf[kinds[field] ?? 'text'];

/** What does not fit narrows nothing, and is said beside the filters. */
const isRead = (name: string, value: string) =>
  (trackerListQuery.shape as Record<string, z.ZodMiniType>)[name]?.safeParse(value).success ?? false;

/** Beside the columns of the list: whose share is shown, and what shares it, be it the budget or the actuals. */
const others: readonly Field[] = [
  { field: 'entity', title: 'Entity', width: 0, kind: 'reference', group: 'Whose money', isSortable: false },
  { field: 'key', title: 'Allocation key', width: 0, kind: 'reference', group: 'Whose money', isSortable: false },
];

export const filterFields: readonly Field[] = [...fields.filter(({ field }) => field in kinds), ...others];
export const filterNamed = (name: string) => filterFields.find(({ field }) => field === name);

export function filtersOf(params: URLSearchParams): Filter[] {
  return filterFields.flatMap(({ field }) => {
    const terms: Terms = {};
    for (const operator of operatorsFor(field)) {
      const value = params.get(nameOf(field, operator));
      if (value && isRead(nameOf(field, operator), value)) terms[operator] = value;
    }
    return Object.keys(terms).length > 0 ? [{ field, terms }] : [];
  });
}

/** Puts the terms in the place of every condition the column has. */
export function filterChanges(field: string, terms: Terms): AddressChanges {
  const changes: AddressChanges = { page: null };
  for (const operator of operatorsFor(field)) changes[nameOf(field, operator)] = terms[operator] ?? null;
  return changes;
}

export const noFilters = (filters: readonly Filter[]): AddressChanges =>
  filters.reduce((changes, { field }) => ({ ...changes, ...filterChanges(field, {}) }), {
    q: null,
    exception: null,
    page: null,
  });
