import { searchEndpoints } from '@opex/contracts/search';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const searchHits = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) => callApi(searchEndpoints.search, { query: { q }, signal }),
    placeholderData: keepPreviousData,
  });
