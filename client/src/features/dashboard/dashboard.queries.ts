import { reportEndpoints } from '@opex/contracts/reports';
import { queryOptions } from '@tanstack/react-query';
import type { Horizon } from '../../domain/horizon.ts';
import { callApi } from '../../lib/api.ts';

export const dashboardKey = ['dashboard'] as const;

export const dashboardReport = (fy: string | undefined, entity: number | null, horizon: Horizon) =>
  queryOptions({
    queryKey: [...dashboardKey, fy, entity, horizon],
    queryFn: ({ signal }) =>
      callApi(reportEndpoints.dashboard, { query: { fy, entity: entity ?? undefined, horizon }, signal }),
  });
