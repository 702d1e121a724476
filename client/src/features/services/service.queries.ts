import { trackerEndpoints } from '@opex/contracts/tracker';
import type { BodyInputOf } from '@opex/contracts/endpoint';
import { type Service, serviceEndpoints } from '@opex/contracts/services';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { TrackerQuery } from '../../domain/sheet/tracker.queries.ts';
import { callApi } from '../../lib/api.ts';

/** Wholly the reader's, and not retired. */
export const isChangeable = ({ editable, status }: Service) => editable && status !== 'Retired';

/** The first words of every key of a service, so that one call can refresh all of it. */
export const serviceKey = (id: number) => ['services', id] as const;

export const service = (id: number) =>
  queryOptions({
    queryKey: [...serviceKey(id), 'service'],
    queryFn: ({ signal }) => callApi(serviceEndpoints.get, { params: { id }, signal }),
  });

export const serviceMonths = (id: number, fy: string | undefined) =>
  queryOptions({
    queryKey: [...serviceKey(id), 'months', fy],
    queryFn: ({ signal }) => callApi(serviceEndpoints.months, { params: { id }, query: { fy }, signal }),
    enabled: fy !== undefined,
  });

export const serviceEntities = (id: number, fy: string | undefined) =>
  queryOptions({
    queryKey: [...serviceKey(id), 'entities', fy],
    queryFn: ({ signal }) => callApi(serviceEndpoints.entities, { params: { id }, query: { fy }, signal }),
    enabled: fy !== undefined,
  });

/** Its row of the tracker, where the figures of a year can be those of one entity. */
export const rowQuery = (id: number, fy: string | undefined, entity: number | null): TrackerQuery => ({
  id: String(id),
  with: 'month-totals',
  limit: 1,
  ...(fy !== undefined && { fy }),
  ...(entity !== null && { entity: String(entity) }),
});

const firstPage = 1;
const nextPage = ({ pagination: { page, pages } }: { pagination: { page: number; pages: number } }) =>
  page < pages ? page + 1 : undefined;

export const serviceRemarks = (id: number) =>
  infiniteQueryOptions({
    queryKey: [...serviceKey(id), 'remarks'],
    queryFn: ({ pageParam: page, signal }) =>
      callApi(serviceEndpoints.remarks, { params: { id }, query: { page }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });

export const serviceHistory = (id: number) =>
  infiniteQueryOptions({
    queryKey: [...serviceKey(id), 'history'],
    queryFn: ({ pageParam: page, signal }) =>
      callApi(serviceEndpoints.history, { params: { id }, query: { page }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });

type Change = {
  seen: { id: number; version: number };
  fy?: string | undefined;
  body: BodyInputOf<typeof trackerEndpoints.update>;
};
export const changeService = ({ seen: { id, version }, fy, body }: Change) =>
  callApi(trackerEndpoints.update, { params: { id }, query: { fy }, version, body });
