import { authEndpoints, type SignedIn, type SignedInUser } from '@opex/contracts/auth';
import type { Permission } from '@opex/contracts/permissions';
import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { callApi, rememberCsrfToken, statusOf } from './api.ts';

/** Who is signed in; null: nobody. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<SignedInUser | null> => {
    try {
      const { user, csrfToken } = await callApi(authEndpoints.me, { signal });
      rememberCsrfToken(csrfToken);
      return user;
    } catch (error) {
      if (statusOf(error) === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
  gcTime: Infinity,
});

/** Looks who is signed in by now, in whichever tab. Somebody else must not go on with what is on screen. */
export async function isStillHere(client: QueryClient): Promise<boolean> {
  const before = client.getQueryData(me.queryKey);
  const signedIn = await callApi(authEndpoints.me).catch(() => undefined);
  if (!signedIn) return false;
  if (signedIn.user.id !== before?.id) {
    leave(client);
    return false;
  }
  rememberCsrfToken(signedIn.csrfToken);
  client.setQueryData(me.queryKey, signedIn.user);
  return true;
}

/** For what is shown to signed-in people only. */
export function useUser(): SignedInUser {
  const { data } = useQuery(me);
  if (!data) throw new Error('Nobody is signed in');
  return data;
}

export function useMay() {
  const { data } = useQuery(me);
  return (permission: Permission) => data?.permissions.includes(permission) ?? false;
}

/** Nothing another person has loaded stays behind. */
export function enter(client: QueryClient, { user, csrfToken }: SignedIn) {
  client.clear();
  rememberCsrfToken(csrfToken);
  client.setQueryData(me.queryKey, user);
}

/** The same person, another session: what is on screen stays and is read again. */
export function renew(client: QueryClient, { user, csrfToken }: SignedIn) {
  rememberCsrfToken(csrfToken);
  client.setQueryData(me.queryKey, user);
  return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] });
}

export function leave(client: QueryClient) {
  rememberCsrfToken(null);
  client.setQueryData(me.queryKey, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] });
}
