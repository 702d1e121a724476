import { monthOf } from '@opex/contracts/horizon';
import type { UpdateServiceBody, UpdateServicesBody } from '@opex/contracts/services';
import { trackerListQuery, type TrackerListQuery, type TrackerRow } from '@opex/contracts/tracker';
import { z } from 'zod';
import type { Answer } from '../../cache/answer.ts';
import { cached, cachedPart } from '../../cache/cache.ts';
import { cachedRows } from '../../cache/rows.ts';
import { type Caller, narrow } from '../../lib/caller.ts';
import { notFound } from '../../lib/errors.ts';
import { paginationOf } from '../../database/list/list-query.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as changes from '../services/service-changes.service.ts';
import { findRows, findRowsAsJson, type Sight, type Years } from './tracker-rows.repository.ts';
import * as repository from './tracker.repository.ts';
import { asksForMonth, facetsOfOrder, facetsOfRows, facetsOfTotals } from './tracker.rules.ts';

const tags = ['figures', 'masters'] as const;
const ttlSeconds = 300;

const yearsOf = ({ year, previous, earlier }: fiscalYears.YearContext, month?: number): Years => ({
  year: year.id,
  previous: previous?.id ?? 0,
  earlier: earlier?.id ?? 0,
  planVersionId: year.plan?.id ?? 0,
  month,
});

/** Which entities' figures are read, of those that the caller may see. */
export const sightOf = ({ scope }: Pick<Caller, 'scope'>, { entity }: Pick<TrackerListQuery, 'entity'>): Sight => ({
  scope: narrow(scope, entity?.split(',').map(Number)),
  own: scope,
});

/** Finished bytes from the cache, put together of parts that outlive each other: the order, the rows, the totals. */
export async function list(caller: Pick<Caller, 'scope'>, query: TrackerListQuery): Promise<Answer> {
  const sight = sightOf(caller, query);
  return cached({ name: 'tracker.list', params: { query, ...sight }, tags, ttlSeconds }, async () => {
    const context = await fiscalYears.find(query.fy);
    const years = yearsFor(query, context);
    const [{ ids, next }, { total, totals }, monthTotals] = await Promise.all([
      pageOf(query, years, sight),
      totalsOf(query, years, sight),
      query.with === 'month-totals' ? monthTotalsOf(query, years, sight) : undefined,
    ]);
    const rows = await rowsOf(ids, query, years, sight);
    const rest = JSON.stringify({
      pagination: paginationOf(query, total, next),
      fy: context.year.label,
      totals,
      monthTotals,
    });
    const facets = [facetsOfOrder, facetsOfTotals].flatMap((of) => of(query, years, isScoped(sight)));
    return {
      json: `{"data":[${rows.join(',')}],${rest.slice(1)}`,
      needs: { facets: [...new Set([...facets, ...facetsOfRows(isScoped(sight))])], services: ids },
    };
  });
}

const isScoped = ({ scope }: Sight) => scope !== 'all';

/** The month of the horizon. A caller who orders or filters by figures of a month and names none means the last reported one. */
export const yearsFor = (query: TrackerListQuery, context: fiscalYears.YearContext): Years =>
  yearsOf(
    context,
    monthOf(query.horizon) ?? (asksForMonth(query) ? Math.max(1, context.year.reportedThrough) : undefined),
  );

/** Which services, whatever is shown of them. */
const pageOf = (query: TrackerListQuery, years: Years, sight: Sight) => {
  const { with: _with, ...order } = query;
  return cachedPart(
    {
      ...{ name: 'tracker.order', params: { order, ...sight }, tags, ttlSeconds },
      needs: { facets: facetsOfOrder(query, years, isScoped(sight)) },
    },
    async () => repository.findPageIds(query, years, sight, await settings.current()),
  );
};

/** Added up once, whatever page or order is asked for. */
const partOfFilter =
  <Part extends object>(
    name: string,
    find: (query: TrackerListQuery, years: Years, sight: Sight, rules: repository.Rules) => Promise<Part>,
  ) =>
  (query: TrackerListQuery, years: Years, sight: Sight): Promise<Part> => {
    const { page: _page, limit: _limit, sort: _sort, after: _after, with: _with, ...filter } = query;
    return cachedPart(
      {
        ...{ name, params: { filter, month: years.month, ...sight }, tags, ttlSeconds },
        needs: { facets: facetsOfTotals(query, years, isScoped(sight)) },
      },
      async () => find(query, years, sight, await settings.current()),
    );
  };
const totalsOf = partOfFilter('tracker.totals', repository.findTotals);
const monthTotalsOf = partOfFilter('tracker.month_totals', repository.findMonthTotals);

const rowsOf = (ids: number[], { with: more }: TrackerListQuery, years: Years, sight: Sight) => {
  const hasMonths = more !== undefined;
  return cachedRows(
    { params: { years, hasMonths, ...sight }, tags, facets: facetsOfRows(isScoped(sight)) },
    ids,
    (missing) => findRowsAsJson(missing, years, sight, hasMonths),
  );
};

export const get = async (caller: Caller, id: number, fy: string | undefined): Promise<TrackerRow> =>
  getIn(await fiscalYears.find(fy), caller, id);

/** With a transaction, it reads what that has written. */
export async function getIn(
  context: fiscalYears.YearContext,
  caller: Caller,
  id: number,
  tx?: Transaction,
): Promise<TrackerRow> {
  const [row] = await findRows([id], yearsOf(context), caller.scope, tx);
  if (!row) throw notFound('Service');
  return row;
}

export async function update(
  caller: Caller,
  seen: { id: number; version: number },
  fy: string | undefined,
  { reason, ...change }: UpdateServiceBody,
): Promise<TrackerRow> {
  const context = await fiscalYears.find(fy);
  await changes.update(caller, context.year, [{ ...change, ...seen }], reason);
  return getIn(context, caller, seen.id);
}

export async function updateMany(
  caller: Caller,
  fy: string | undefined,
  { reason, changes: rows }: UpdateServicesBody,
): Promise<TrackerRow[]> {
  const context = await fiscalYears.find(fy);
  await changes.update(caller, context.year, rows, reason);
  return findRows(
    rows.map(({ id }) => id),
    yearsOf(context),
    caller.scope,
  );
}

/** What the tracker asks for when it is opened. */
export const warm = () =>
  list({ scope: 'all' }, z.parse(trackerListQuery, { page: '1', limit: '50', sort: 'uid', with: 'months' }));
