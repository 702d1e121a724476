import type { Endpoint } from '@opex/contracts/endpoint';
import type { Pagination } from '@opex/contracts/list';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import { callApi } from '../../lib/api.ts';

export type ListEndpoint = Endpoint & { query: z.ZodMiniObject };
type Answer<Row> = { data: Row[]; pagination: Pagination };

/** One page of any list; the page before it stays until this one is there. */
export const listPage = <Row>(endpoint: ListEndpoint, queryKey: readonly unknown[], query: unknown) =>
  queryOptions({
    queryKey: [...queryKey, query],
    queryFn: ({ signal }) => callApi(endpoint as Endpoint, { query, signal } as never) as Promise<Answer<Row>>,
    placeholderData: keepPreviousData,
  });
