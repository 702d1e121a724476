import { allocationKeyEndpoints, type AllocationKey, type PreviewKeyBody } from '@opex/contracts/allocation-keys';
import { currencyEndpoints, type CurrencyRate, type RateBody } from '@opex/contracts/currencies';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const ratesKey = ['currency-rates'] as const;

export const currencies = queryOptions({
  queryKey: ['currencies'],
  queryFn: ({ signal }) => callApi(currencyEndpoints.list, { signal }),
});

/** A rate as it is now; as it was, when it is gone. */
export const rateNow = (seen: CurrencyRate) =>
  queryOptions({
    queryKey: [...ratesKey, 'one', seen.id],
    queryFn: async ({ signal }) => {
      const { set, currencyId: currency, effectiveDate } = seen;
      const query = { set, currency, effectiveDate };
      const { data } = await callApi(currencyEndpoints.rates, { query, signal });
      return data.find(({ id }) => id === seen.id) ?? seen;
    },
  });

/** The one that a new rate follows. */
export const rateBefore = ({ set, currencyId: currency, effectiveDate }: RateBody) =>
  queryOptions({
    queryKey: [...ratesKey, 'before', set, currency, effectiveDate],
    queryFn: async ({ signal }) => {
      const query = { set, currency, 'effectiveDate.lt': effectiveDate, sort: '-effectiveDate', limit: 1 };
      return (await callApi(currencyEndpoints.rates, { query, signal })).data[0];
    },
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
