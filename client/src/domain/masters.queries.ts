import { masterEndpoints, type Master, type MasterKind } from '@opex/contracts/masters';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { callApi } from '../lib/api.ts';
import { useMay, useUser } from '../lib/session.ts';

export const mastersKey = (kind: MasterKind) => ['masters', kind] as const;

const fewMinutesMs = 5 * 60_000;

/**
 * The first masters whose names match, for choosing one. While they are being found there are none to choose, because Enter would
 * take one that was found for other words.
 */
export const masterChoices = (kind: MasterKind, q = '') =>
  queryOptions({
    queryKey: [...mastersKey(kind), 'choices', q],
    queryFn: async ({ signal }) => {
      const query = { q, sort: 'name', limit: q ? 50 : 200 };
      return (await callApi(masterEndpoints[kind].list, { query, signal })).data;
    },
    staleTime: fewMinutesMs,
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
