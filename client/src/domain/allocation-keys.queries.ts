import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../lib/api.ts';

export const allocationKeys = queryOptions({
  queryKey: ['allocation-keys'],
  queryFn: ({ signal }) => callApi(allocationKeyEndpoints.list, { signal }),
});
