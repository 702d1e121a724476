import { trackerFields, type TrackerListQuery } from '@opex/contracts/tracker';
import { type CatalogueField } from '@opex/contracts/fields/catalogue';
import { figureListFields, monthFigureFields, serviceFields } from '@opex/contracts/fields/service';
import { figuresOf, sharing } from '../../lib/facets.ts';

/** What the parts of a page are made of. A change leaves those parts alone that it does not concern. */

type Years = { year: number; previous: number; earlier: number };

/** What a row shows of another service: the name of its parent, if the reader may see it. */
export const facetsOfRows = (isScoped: boolean): string[] => (isScoped ? ['uid', sharing] : ['uid']);

const figuresOfYears = ({ year, previous, earlier }: Years) => [year, previous, earlier].map(figuresOf);

const searched = Object.entries(serviceFields as Record<string, CatalogueField>)
  .filter(([, { isSearched }]) => isSearched)
  .map(([name]) => name);

const filteredBy = (query: TrackerListQuery) =>
  Object.keys(query)
    .map((name) => name.split('.')[0] ?? '')
    .filter((name) => name in trackerFields);
const sortedBy = ({ sort = 'uid' }: TrackerListQuery) => sort.split(',').map((term) => term.replace(/^-/, ''));

/** Whether it filters or orders by a figure that only a month has. */
export const asksForMonth = (query: TrackerListQuery) =>
  [...filteredBy(query), ...sortedBy(query)].some((name) => name in monthFigureFields);

/** Which services are listed: the fields that are filtered by, and whose they are. */
function facetsOfFilter(query: TrackerListQuery, years: Years, isScoped: boolean): string[] {
  return [
    ...filteredBy(query).flatMap((name) => facetsOfField(name, years)),
    ...(query.q ? searched : []),
    ...(query.key ? ['budgetKey', 'actualKey'] : []),
    ...(query.exception || isScoped ? figuresOfYears(years) : []),
    ...(query.exception || isScoped ? [sharing] : []),
  ];
}

/** A parent counts only where the reader may see it, so it depends on who has a share in it, too. */
function facetsOfField(name: string, years: Years): string[] {
  if (name in figureListFields) return figuresOfYears(years);
  return name === 'parentUid' ? [name, 'uid', sharing] : [name];
}

export const facetsOfOrder = (query: TrackerListQuery, years: Years, isScoped: boolean): string[] => [
  ...sortedBy(query).flatMap((name) => facetsOfField(name, years)),
  ...facetsOfFilter(query, years, isScoped),
];

export const facetsOfTotals = (query: TrackerListQuery, years: Years, isScoped: boolean): string[] => [
  ...figuresOfYears(years),
  ...facetsOfFilter(query, years, isScoped),
];
