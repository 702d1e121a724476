import { operationsEndpoints } from '@opex/contracts/operations';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

const everyMs = 10_000;

export const operationsState = queryOptions({
  queryKey: ['operations'],
  queryFn: () => callApi(operationsEndpoints.get),
  refetchInterval: everyMs,
});
