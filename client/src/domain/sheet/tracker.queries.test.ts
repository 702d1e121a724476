import type { TrackerList } from '@opex/contracts/tracker';
import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { figures } from '../../test/figures.ts';
import { row as rowOf } from '../../features/tracker/test-server.ts';
import { trackerPage, putRows, refreshFigures, type TrackerQuery } from './tracker.queries.ts';

const row = (budget: string, version: number) => ({ ...rowOf(1), version, budget });
const page = (fy: string, budget: string, version = 1): TrackerList => ({
  fy,
  data: [row(budget, version)],
  totals: { ...figures, budget },
  pagination: { page: 1, limit: 50, total: 1, pages: 1, next: null },
});
const keyOf = (query: TrackerQuery) => trackerPage(query).queryKey;

test('a saved row goes into the pages of its own year, and only where rows stand whole', () => {
  const client = new QueryClient();
  const [here, sorted, otherYear, share] = [
    { fy: 'FY26' },
    { fy: 'FY26', sort: '-budget' },
    { fy: 'FY25' },
    { fy: 'FY26', entity: '3' },
  ];
  client.setQueryData(keyOf(here), page('FY26', '100.00'));
  client.setQueryData(keyOf(sorted), page('FY26', '100.00'));
  client.setQueryData(keyOf(otherYear), page('FY25', '70.00'));
  client.setQueryData(keyOf(share), page('FY26', '40.00'));

  putRows(client, [row('200.00', 2)], 'FY26');

  const budgetIn = (query: TrackerQuery) => client.getQueryData<TrackerList>(keyOf(query))?.data[0]?.budget;
  expect([here, sorted, otherYear, share].map(budgetIn)).toEqual(['200.00', '200.00', '70.00', '40.00']);
  for (const query of [sorted, otherYear, share]) expect(client.getQueryState(keyOf(query))?.isInvalidated).toBe(true);
});

test('of two readings after two saves the later one counts, whichever arrives last', async () => {
  const client = new QueryClient();
  const query = { fy: 'FY26' };
  client.setQueryData(keyOf(query), page('FY26', '100.00'));
  const answers: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', () => new Promise((resolve) => answers.push(resolve)));
  const [first, second] = [refreshFigures(client, query), refreshFigures(client, query)];
  answers[1]?.(Response.json(page('FY26', '300.00', 3)));
  await second;
  answers[0]?.(Response.json(page('FY26', '200.00', 2)));
  await first;
  expect(client.getQueryData<TrackerList>(keyOf(query))).toMatchObject({ totals: { budget: '300.00' } });
});
