import { costEndpoints } from '@opex/contracts/costs';
import { operationsEndpoints } from '@opex/contracts/operations';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

const everyMs = 10_000;

export const operationsState = queryOptions({
  queryKey: ['operations'],
  queryFn: () => callApi(operationsEndpoints.get),
  refetchInterval: everyMs,
});

/** By the hour things change little. */
export const costs = queryOptions({
  queryKey: ['operations', 'costs'],
  queryFn: async () => {
    const [now, forecast, replicas, optimization] = await Promise.all([
      callApi(costEndpoints.realtime),
      callApi(costEndpoints.forecast),
      callApi(costEndpoints.replicas),
      callApi(costEndpoints.optimization),
    ]);
    return { now, forecast, replicas, optimization };
  },
  refetchInterval: 60_000,
});
