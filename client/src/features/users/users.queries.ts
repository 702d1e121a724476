import { userEndpoints } from '@opex/contracts/users';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const usersKey = ['users'] as const;

export const roleDescriptions = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => callApi(userEndpoints.roles, { signal }),
  staleTime: Infinity,
});

export const userById = (id: number) =>
  queryOptions({
    queryKey: [...usersKey, 'one', id],
    queryFn: ({ signal }) => callApi(userEndpoints.get, { params: { id }, signal }),
  });

/** Where the dialogs of the page keep what is typed. */
export const usersPlace = 'users';
