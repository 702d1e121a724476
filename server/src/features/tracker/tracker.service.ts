import {
  type BudgetRow,
  listBudgetsQuery,
  type ListBudgetsQuery,
  type UpdateBudgetBody,
  type UpdateBudgetsBody,
} from '@opex/contracts/budgets';
import { z } from 'zod';
import { type Answer, cached, plainOf } from '../../cache/cache.ts';
import { type Caller, narrow } from '../../lib/caller.ts';
import { notFound } from '../../lib/errors.ts';
import { paginationOf } from '../../database/list/list-query.ts';
import type { Db } from '../../database/transaction.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as changes from '../services/service-changes.service.ts';
import * as repository from './tracker.repository.ts';

const tags = ['figures', 'masters'] as const;
const ttlSeconds = 300;

const yearsOf = ({ year, previous, earlier }: fiscalYears.YearContext): repository.Years => ({
  year: year.id,
  previous: previous?.id ?? 0,
  earlier: earlier?.id ?? 0,
  planVersionId: year.plan?.id ?? 0,
});

const scopeOf = (caller: Pick<Caller, 'scope'>, entity: string | undefined) =>
  narrow(caller.scope, entity?.split(',').map(Number));

/** Finished bytes from the cache; the totals of a filter are counted once, whatever page or order is asked for. */
export async function list(caller: Pick<Caller, 'scope'>, query: ListBudgetsQuery): Promise<Answer> {
  const sight = { scope: scopeOf(caller, query.entity), own: caller.scope };
  return cached({ name: 'budgets.list', params: { query, ...sight }, tags, ttlSeconds }, async () => {
    const context = await fiscalYears.find(query.fy);
    const years = yearsOf(context);
    const [{ ids, next }, { total, totals }] = await Promise.all([
      repository.findPageIds(query, years, sight, await settings.current()),
      totalsOf(query, years, sight),
    ]);
    const rows = await repository.findRowsAsJson(ids, years, sight, query.with === 'months');
    const rest = JSON.stringify({ pagination: paginationOf(query, total, next), fy: context.year.label, totals });
    return { json: `{"data":${rows},${rest.slice(1)}` };
  });
}

type Totals = Awaited<ReturnType<typeof repository.findTotals>>;

/** The answer's key without what does not change the totals. */
async function totalsOf(query: ListBudgetsQuery, years: repository.Years, sight: repository.Sight): Promise<Totals> {
  const { page: _page, limit: _limit, sort: _sort, after: _after, with: _with, ...filter } = query;
  const answer = await cached({ name: 'budgets.totals', params: { filter, ...sight }, tags, ttlSeconds }, async () => ({
    body: await repository.findTotals(query, years, sight, await settings.current()),
  }));
  return JSON.parse((await plainOf(answer)).toString()) as Totals;
}

export const get = async (caller: Caller, id: number, fy: string | undefined): Promise<BudgetRow> =>
  getIn(await fiscalYears.find(fy), caller, id);

/** Inside a transaction it sees what that has written. */
export async function getIn(context: fiscalYears.YearContext, caller: Caller, id: number, tx?: Db): Promise<BudgetRow> {
  const [row] = await repository.findRows([id], yearsOf(context), caller.scope, tx);
  if (!row) throw notFound('Service');
  return row;
}

export async function update(
  caller: Caller,
  seen: { id: number; version: number },
  fy: string | undefined,
  { reason, ...change }: UpdateBudgetBody,
): Promise<BudgetRow> {
  const { year } = await fiscalYears.find(fy);
  await changes.update(caller, year, [{ ...change, ...seen }], reason);
  return get(caller, seen.id, fy);
}

export async function updateMany(
  caller: Caller,
  fy: string | undefined,
  { reason, changes: rows }: UpdateBudgetsBody,
): Promise<BudgetRow[]> {
  const context = await fiscalYears.find(fy);
  await changes.update(caller, context.year, rows, reason);
  return repository.findRows(
    rows.map(({ id }) => id),
    yearsOf(context),
    caller.scope,
  );
}

/** What the tracker asks for when it is opened. */
export const warm = () =>
  list({ scope: 'all' }, z.parse(listBudgetsQuery, { page: '1', limit: '50', sort: 'uid', with: 'months' }));
