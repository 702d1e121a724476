import { serviceEndpoints } from '@opex/contracts/services';
import { queryOptions, useQueries } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

const looked = 20;

/** Who changed a service last: neither the stream nor a refusal names anybody. */
export const lastEditor = (id: number) =>
  queryOptions({
    queryKey: ['services', id, 'last-editor'],
    queryFn: async ({ signal }) => {
      const { data } = await callApi(serviceEndpoints.history, { params: { id }, query: { limit: looked }, signal });
      // A remark changes no version.
      return data.find(({ action }) => action !== 'service.remarked')?.actor ?? null;
    },
    staleTime: 0,
  });

/** "Ravi", "Ravi and Asha", or, where it is not known, "Somebody else". */
export function useLastEditors(ids: readonly number[]): string {
  return useQueries({
    queries: [...new Set(ids)].map(lastEditor),
    combine: (answers) => [...new Set(answers.flatMap(({ data }) => data ?? []))].join(' and ') || 'Somebody else',
  });
}
