import type { BudgetPage, BudgetRow } from '@opex/contracts/budgets';
import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { budgetsPage, putRows, trackerQuery } from './tracker.queries.ts';

const query = budgetsPage(trackerQuery(new URLSearchParams('fy=FY26')));
const row = (version: number, budget: string) => ({ id: 1, version, budget }) as BudgetRow;
const page = (only: BudgetRow) => ({ fy: 'FY26', data: [only], totals: { budget: only.budget } }) as BudgetPage;

it('keeps a saved row when an answer arrives that was asked for before', async () => {
  const client = new QueryClient();
  client.setQueryData(query.queryKey, page(row(1, '100.00')));
  let arrive = (_: BudgetPage) => undefined as void;
  const refresh = client.query({ ...query, queryFn: () => new Promise<BudgetPage>((done) => (arrive = done)) });
  putRows(client, [row(2, '150.00')]);
  arrive(page(row(1, '100.00')));
  await refresh;
  expect(client.getQueryData(query.queryKey)?.data).toEqual([row(2, '150.00')]);
});
