import { reportEndpoints } from '@opex/contracts/reports';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const dashboardKey = ['dashboard'] as const;

export const dashboardReport = (fy: string | undefined, entity: number | null) =>
  queryOptions({
    queryKey: [...dashboardKey, fy, entity],
    queryFn: ({ signal }) => callApi(reportEndpoints.dashboard, { query: { fy, entity: entity ?? undefined }, signal }),
  });
