import {
  trackerEndpoints,
  trackerListQuery,
  type TrackerList,
  type TrackerRow,
  type TrackerListQuery,
} from '@opex/contracts/tracker';
import { kindOf } from '@opex/contracts/horizon';
import { masterEndpoints, type Master, type MasterKind } from '@opex/contracts/masters';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { callApi, type Query } from '../../lib/api.ts';
import { readState } from '../../lib/search-state.ts';
import { entityIn } from '../fiscal-years.queries.ts';
import { mastersKey } from '../masters.queries.ts';
import type { FindMaster } from './editing/cell-entry.ts';
import { changeOf, type MasterName, type RowEdit } from './editing/row-edits.ts';

/** The first word of every key, so that one call can refresh them all. */
export const trackerKey = ['tracker'] as const;
const pagesKey = [...trackerKey, 'page'] as const;

export type TrackerQuery = Partial<TrackerListQuery> & Query;

const loadPage = (query: TrackerQuery, signal?: AbortSignal) =>
  callApi(trackerEndpoints.list, { query, ...(signal && { signal }) });

/** The grid shows at most this many rows a page. */
const mostRows = 100;

/**
 * What an address asks for. The months come along always: undoing a year's budget needs them, and the other view is then
 * there at once.
 */
export function trackerQuery(params: URLSearchParams) {
  const { horizon, entity: _entity, ...asked } = readState(trackerListQuery, params, { sort: 'uid' });
  const entity = entityIn(params);
  // The figures to date and of the year are in every answer.
  const month = kindOf(horizon) === 'month' && { horizon };
  return {
    ...asked,
    ...(entity !== null && { entity: String(entity) }),
    ...month,
    with: params.get('view') === 'months' ? ('month-totals' as const) : ('months' as const),
    limit: Math.min(asked.limit, mostRows),
  };
}

/** The whole list of a page, to be taken away. */
export const fileQueryOf = ({
  page: _page,
  limit: _limit,
  after: _after,
  with: _with,
  ...filter
}: TrackerQuery): Query => filter;

/** Asks before the page's own code is here. */
export const ask = (client: QueryClient, params: URLSearchParams) => client.query(trackerPage(trackerQuery(params)));

export const trackerPage = (query: TrackerQuery) =>
  queryOptions({
    queryKey: [...pagesKey, query],
    queryFn: ({ signal }) => loadPage(query, signal),
    // The old page stays on screen while the next one loads; figures of another year, month or entity would be taken for these.
    placeholderData: (page: TrackerList | undefined, from) =>
      isSameScope(queryOf(from?.queryKey), query) ? page : undefined,
  });

const queryOf = (queryKey: readonly unknown[] | undefined) => queryKey?.[pagesKey.length] as TrackerQuery | undefined;
const isSameScope = (one: TrackerQuery | undefined, other: TrackerQuery) =>
  one?.fy === other.fy && one?.horizon === other.horizon && one?.entity === other.entity;

let latestRefresh = 0;

/** Reads the figures again and leaves the rows in their places, so that nothing moves under the cursor. */
export async function refreshFigures(client: QueryClient, query: TrackerQuery) {
  const { queryKey } = trackerPage(query);
  // A read that has begun may be from before the save.
  if (client.isFetching({ queryKey, exact: true }) > 0) {
    await client.invalidateQueries({ queryKey, exact: true });
    return;
  }
  const refresh = ++latestRefresh;
  const fresh = await loadPage(query);
  if (refresh !== latestRefresh) return;
  client.setQueryData<TrackerList>(
    queryKey,
    (shown) => shown && { ...withRows(shown, fresh.data), totals: fresh.totals, monthTotals: fresh.monthTotals },
  );
}

/** Puts rows into the lists of their year that show whole services. All other lists are read again when they are next shown. */
export function putRows(client: QueryClient, rows: readonly TrackerRow[], fy: string) {
  client.setQueriesData<TrackerList>(
    { queryKey: pagesKey, predicate: ({ queryKey }) => queryOf(queryKey)?.entity === undefined },
    (page) => (page?.fy === fy ? withRows(page, rows) : undefined),
  );
  void client.invalidateQueries({ queryKey: pagesKey, type: 'inactive', refetchType: 'none' });
}

function withRows(page: TrackerList, rows: readonly TrackerRow[]): TrackerList {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { ...page, data: page.data.map((row) => merged(row, byId.get(row.id))) };
}

/** An answer without months, or without the figures of one, leaves those that are known. */
const merged = (row: TrackerRow, next: TrackerRow | undefined) => (next ? { ...row, ...next } : row);

type Stamped = RowEdit & { version: number };

/** One row or many, all or nothing. */
export async function saveEdits(edits: readonly Stamped[], { fy, reason }: { fy: string; reason: string | undefined }) {
  const query = { fy };
  const why = reason === undefined ? {} : { reason };
  const [first] = edits;
  if (first && edits.length === 1) {
    const { id, values, version } = first;
    const body = { ...changeOf(values), ...why };
    return [await callApi(trackerEndpoints.update, { params: { id }, query, body, version })];
  }
  const changes = edits.map(({ id, values, version }) => ({ id, version, ...changeOf(values) }));
  return (await callApi(trackerEndpoints.updateMany, { query, body: { changes, ...why } })).data;
}

const idsPerCall = 50;

/** Rows as they are now, whatever list they are in. */
export async function loadRows(ids: readonly number[], fy: string): Promise<TrackerRow[]> {
  const calls: Promise<TrackerList>[] = [];
  for (let start = 0; start < ids.length; start += idsPerCall) {
    const id = ids.slice(start, start + idsPerCall).join(',');
    calls.push(loadPage({ fy, id, with: 'months', limit: idsPerCall }));
  }
  return (await Promise.all(calls)).flatMap(({ data }) => data);
}

const keyOf = (kind: string, name: string) => `${kind} ${name.trim().toLowerCase()}`;

const finder =
  (masters: ReadonlyMap<string, MasterName>): FindMaster =>
  (kind, name) =>
    masters.get(keyOf(kind, name));

/** Looks every name up once, and gives a way to find it. */
export async function findMasters(names: readonly { master: MasterKind; name: string }[]): Promise<FindMaster> {
  const found = new Map<string, MasterName>();
  await Promise.all(
    names.map(async ({ master, name }) => {
      const { data } = await callApi(masterEndpoints[master].list, { query: { q: name, limit: 50 } });
      for (const { id, name: known, retired } of data)
        if (!retired) found.set(keyOf(master, known), { id, name: known });
    }),
  );
  return finder(found);
}

/** Among the choices an edit cell has just offered. */
export function cachedMasters(client: QueryClient): FindMaster {
  return (kind, name) => {
    const lists = client.getQueriesData<Master[]>({ queryKey: [...mastersKey(kind), 'choices'] });
    const all = new Map(lists.flatMap(([, list]) => list ?? []).map((one) => [keyOf(kind, one.name), one]));
    return finder(all)(kind, name);
  };
}
