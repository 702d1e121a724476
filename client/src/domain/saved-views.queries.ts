import { savedViewEndpoints, type CreateSavedViewBody } from '@opex/contracts/saved-views';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../lib/api.ts';
import { paramsOf, sharedNames } from '../lib/search-state.ts';

export const savedViewsOf = (page: CreateSavedViewBody['page']) =>
  queryOptions({
    queryKey: ['saved-views', page],
    queryFn: ({ signal }) => callApi(savedViewEndpoints.list, { query: { page }, signal }),
    staleTime: 5 * 60_000,
  });

/** Year, horizon and entity come along from where one is; a page of the list, a marked column and what is looked at beside it are of the moment. */
const notOfAView: readonly string[] = [...sharedNames, 'page', 'mark', 'peek'];

/** What a view keeps of an address, in one order however it came about. */
export function viewIn(search: string, more: Record<string, string> = {}): string {
  const params = paramsOf(search);
  for (const name of notOfAView) params.delete(name);
  for (const [name, value] of Object.entries(more)) params.set(name, value);
  params.sort();
  return params.toString();
}

/** A view as the changes that an address takes. */
export const asChanges = (address: string): Record<string, string> => Object.fromEntries(new URLSearchParams(address));
