import { authEndpoints, type SignedIn, type SignedInUser } from '@opex/contracts/auth';
import type { Permission } from '@opex/contracts/permissions';
import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { callApi, rememberSession, statusOf } from './api.ts';
import { createListeners } from './listeners.ts';
import { tellOtherTabs } from './other-tabs.ts';

/** The person whose page this is; null when nobody has signed in. A session that ends does not change it: see `useEnded`. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<SignedInUser | null> => {
    try {
      const signedIn = await callApi(authEndpoints.me, { signal });
      remember(signedIn);
      return signedIn.user;
    } catch (error) {
      if (statusOf(error) === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
  gcTime: Infinity,
});

/** `other`: the account that has signed in since. */
export type Ended = { other: SignedIn | null };

let ended: Ended | null = null;
const { subscribe, tell } = createListeners();
/** Requests that met the end of the session. */
const waiting = new Set<() => void>();

function setEnded(next: Ended | null) {
  ended = next;
  tell();
}
function settle() {
  setEnded(null);
  for (const goOnWaiting of waiting) goOnWaiting();
  waiting.clear();
}

/** The session of the page's person has ended: nothing may be shown until the same person has signed in again. */
export const useEnded = () => useSyncExternalStore(subscribe, () => ended);

const nobodyElse: Ended = { other: null };
/** For the sign-in of the page's person, whichever account is signed in now. */
export const askAgain = () => setEnded(nobodyElse);

const remember = ({ user, csrfToken }: SignedIn) => rememberSession({ userId: user.id, csrfToken });

/** What is on screen is for one person only: looks whether it is still the one who is signed in, in whichever tab. */
export async function look(client: QueryClient): Promise<void> {
  const before = client.getQueryData(me.queryKey);
  if (!before) return;
  const signedIn = await whoIsHere();
  // Without an answer nothing is known. And another person may have signed in while this one waited.
  if (signedIn === undefined || client.getQueryData(me.queryKey)?.id !== before.id) return;
  follow(client, signedIn);
}

/** A person has signed in above a page whose session had ended; perhaps another one than before. */
export function signedInAgain(client: QueryClient, signedIn: SignedIn) {
  follow(client, signedIn);
  tellOtherTabs();
}

function follow(client: QueryClient, signedIn: SignedIn | null) {
  if (signedIn?.user.id !== client.getQueryData(me.queryKey)?.id) setEnded({ other: signedIn });
  else if (signedIn && goOn(client, signedIn)) void readAgain(client);
}

async function whoIsHere(): Promise<SignedIn | null | undefined> {
  try {
    return await callApi(authEndpoints.me);
  } catch (error) {
    return statusOf(error) === 401 ? null : undefined;
  }
}

/** Lets a refused request wait until a person has signed in, if the session has ended. */
export async function settleSession(client: QueryClient, status: 401 | 403): Promise<void> {
  if (!client.getQueryData(me.queryKey)) {
    if (status === 401) forget(client);
    return;
  }
  if (status === 403) await look(client);
  else if (!ended) askAgain();
  if (ended) await new Promise<void>((resolve) => waiting.add(resolve));
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
export function enter(client: QueryClient, signedIn: SignedIn) {
  remember(signedIn);
  client.removeQueries(isNotMe);
  client.getMutationCache().clear();
  // This query is filled rather than removed, because the whole app watches it.
  client.setQueryData(me.queryKey, signedIn.user);
  settle();
  tellOtherTabs();
}

/** The same person, another session: what is on screen stays and is read again. */
export function renew(client: QueryClient, signedIn: SignedIn) {
  goOn(client, signedIn);
  tellOtherTabs();
  return readAgain(client);
}

/** Says whether what is on screen had been put away until now. */
function goOn(client: QueryClient, signedIn: SignedIn): boolean {
  const wasEnded = ended !== null;
  remember(signedIn);
  client.setQueryData(me.queryKey, signedIn.user);
  // Until a temporary password is changed nothing else is answered.
  if (wasEnded && signedIn.user.mustChangePassword) setEnded(nobodyElse);
  else settle();
  return wasEnded && ended === null;
}

const isNotMe = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== me.queryKey[0] };
const readAgain = (client: QueryClient) => client.invalidateQueries(isNotMe);

export function leave(client: QueryClient) {
  forget(client);
  tellOtherTabs();
}

function forget(client: QueryClient) {
  rememberSession();
  client.setQueryData(me.queryKey, null);
  client.removeQueries(isNotMe);
  settle();
}
