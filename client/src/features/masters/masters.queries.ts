import { allocationKeyEndpoints, type AllocationKey, type PreviewKeyBody } from '@opex/contracts/allocation-keys';
import { currencyEndpoints } from '@opex/contracts/currencies';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const ratesKey = ['currency-rates'] as const;

export const currencies = queryOptions({
  queryKey: ['currencies'],
  queryFn: ({ signal }) => callApi(currencyEndpoints.list, { signal }),
});

/** Always asked again: what it is made of may have changed since. */
export const keyPreview = ({ id, version }: AllocationKey, body: PreviewKeyBody) =>
  queryOptions({
    queryKey: ['key-preview', id, version, body],
    queryFn: ({ signal }) => callApi(allocationKeyEndpoints.preview, { params: { id }, body, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
