import { budgetEndpoints } from '@opex/contracts/budgets';
import type { BodyInputOf } from '@opex/contracts/endpoint';
import { serviceEndpoints, type Service } from '@opex/contracts/services';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { callApi, statusOf } from '../../lib/api.ts';
import type { FieldValue } from './service-fields.ts';
import { bodyOf, changedByOthers, type MonthsDraft } from './use-months-draft.ts';

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
  body: BodyInputOf<typeof budgetEndpoints.update>;
};
export const changeService = ({ seen: { id, version }, fy, body }: Change) =>
  callApi(budgetEndpoints.update, { params: { id }, query: { fy }, version, body });

/** A change of other fields since is no conflict: somebody else's, or one's own that was still being saved. */
export async function changeField(
  client: QueryClient,
  seen: Service,
  field: keyof Service,
  value: FieldValue,
): Promise<unknown> {
  try {
    return await changeService({ seen, body: { [field]: value } });
  } catch (error) {
    if (statusOf(error) !== 412) throw error;
    const fresh = await client.query({ ...service(seen.id), staleTime: 0 });
    const isTheirs = fresh[field] !== seen[field] && fresh[field] !== value;
    if (isTheirs || fresh.version === seen.version) throw error;
    return changeField(client, fresh, field, value);
  }
}

/** As for a field: only a month of the draft that somebody else has changed is a conflict. */
export async function changeMonths(
  client: QueryClient,
  id: number,
  { reason, ...draft }: MonthsDraft & { reason: string },
): Promise<unknown> {
  const { fy, version } = draft.seen;
  try {
    return await changeService({ seen: { id, version }, fy, body: { ...bodyOf(draft), reason } });
  } catch (error) {
    if (statusOf(error) !== 412) throw error;
    const fresh = await client.query({ ...serviceMonths(id, fy), staleTime: 0 });
    if (changedByOthers(draft, fresh).length > 0 || fresh.version === version) throw error;
    return changeMonths(client, id, { ...draft, reason, seen: fresh });
  }
}
