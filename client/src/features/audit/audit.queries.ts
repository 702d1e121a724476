import { auditEndpoints, type ListAuditQuery } from '@opex/contracts/audit';
import { trackerEndpoints } from '@opex/contracts/tracker';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const auditKey = ['audit'] as const;

export const auditBatches = (query: ListAuditQuery) =>
  queryOptions({
    queryKey: [...auditKey, query],
    queryFn: ({ signal }) => callApi(auditEndpoints.batches, { query, signal }),
    placeholderData: keepPreviousData,
  });

/** As many services as one request can change. */
export const mostOfBatch = 200;

export const entriesOf = (requestId: string) =>
  queryOptions({
    queryKey: [...auditKey, 'of request', requestId],
    queryFn: async ({ signal }) => {
      const query = { requestId, sort: 'id', limit: mostOfBatch };
      return (await callApi(auditEndpoints.list, { query, signal })).data;
    },
  });

/** The services of a batch as they are now. */
export const servicesNow = (ids: readonly (number | null)[], fy: string | null) =>
  queryOptions({
    queryKey: [...auditKey, 'services', ids, fy],
    queryFn: async ({ signal }) => {
      const query = { ...(fy !== null && { fy }), id: ids.join(','), with: 'months' as const, limit: mostOfBatch };
      return (await callApi(trackerEndpoints.list, { query, signal })).data;
    },
    staleTime: 0,
  });
