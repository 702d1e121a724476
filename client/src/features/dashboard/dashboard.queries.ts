import { reportEndpoints } from '@opex/contracts/reports';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { entityIn, fiscalYears, horizonIn, yearAmong, yearIn } from '../../domain/fiscal-years.queries.ts';
import type { Horizon } from '../../domain/horizon.ts';
import { callApi } from '../../lib/api.ts';

export const dashboardKey = ['dashboard'] as const;

export const dashboardReport = (fy: string | undefined, entity: number | null, horizon: Horizon) =>
  queryOptions({
    queryKey: [...dashboardKey, fy, entity, horizon],
    queryFn: ({ signal }) =>
      callApi(reportEndpoints.dashboard, { query: { fy, entity: entity ?? undefined, horizon }, signal }),
  });

/** Asks before the page's own code is here. */
export async function ask(client: QueryClient, params: URLSearchParams) {
  const fy = yearIn(params) ?? yearAmong((await client.query(fiscalYears)).data)?.label;
  if (fy) await client.query(dashboardReport(fy, entityIn(params), horizonIn(params)));
}
