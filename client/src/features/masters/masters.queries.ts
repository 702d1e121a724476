import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import { currencyEndpoints } from '@opex/contracts/currencies';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const ratesKey = ['currency-rates'] as const;

export const currencies = queryOptions({
  queryKey: ['currencies'],
  queryFn: ({ signal }) => callApi(currencyEndpoints.list, { signal }),
});

export const allocationKeys = queryOptions({
  queryKey: ['allocation-keys'],
  queryFn: ({ signal }) => callApi(allocationKeyEndpoints.list, { signal }),
});
