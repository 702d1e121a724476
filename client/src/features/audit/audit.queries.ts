import { auditEndpoints, type ListAuditQuery } from '@opex/contracts/audit';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const auditKey = ['audit'] as const;

export const auditEntries = (query: ListAuditQuery) =>
  queryOptions({
    queryKey: [...auditKey, query],
    queryFn: ({ signal }) => callApi(auditEndpoints.list, { query, signal }),
    placeholderData: keepPreviousData,
  });
