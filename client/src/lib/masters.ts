import { masterEndpoints, type Master, type MasterKind } from '@opex/contracts/masters';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { callApi } from './api.ts';
import { useMay, useUser } from './session.ts';

export const mastersKey = (kind: MasterKind) => ['masters', kind] as const;

const fewMinutesMs = 5 * 60_000;

/** Some masters by name, for choosing one: the first 50 that match. */
export const masterChoices = (kind: MasterKind, q = '') =>
  queryOptions({
    queryKey: [...mastersKey(kind), 'choices', q],
    queryFn: async ({ signal }) => {
      const query = { q, sort: 'name', limit: q ? 50 : 200 };
      return (await callApi(masterEndpoints[kind].list, { query, signal })).data;
    },
    staleTime: fewMinutesMs,
    placeholderData: keepPreviousData,
  });

export const masterById = (kind: MasterKind, id: number) =>
  queryOptions({
    queryKey: [...mastersKey(kind), 'one', id],
    queryFn: ({ signal }) => callApi(masterEndpoints[kind].get, { params: { id }, signal }),
    staleTime: fewMinutesMs,
  });

const none: Master[] = [];

/** The entities this person may see, by name. */
export function useEntities(): Master[] {
  const may = useMay();
  const { entityIds } = useUser();
  const { data = none } = useQuery({ ...masterChoices('entities'), enabled: may('masters.view') });
  return entityIds ? data.filter(({ id }) => entityIds.includes(id)) : data;
}
