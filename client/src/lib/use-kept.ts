import { useCallback, useSyncExternalStore } from 'react';
import { useUser } from './session.ts';
import { createListeners } from './listeners.ts';

/** Kept by the browser until its tab is closed, so that a reload loses nothing either. */
const storageName = 'opex-kept';
const kept = new Map<string, unknown>(read());
const { subscribe, tell } = createListeners();

function read(): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(sessionStorage.getItem(storageName) ?? '{}') as Record<string, unknown>);
  } catch {
    return []; // storage may be refused
  }
}

const keyOf = (userId: number, name: string) => `${userId} ${name}`;

/** What one person has typed and not saved. Undefined: nothing. */
export const keptOf = (userId: number, name: string) => kept.get(keyOf(userId, name));

/** Undefined puts it away. What is kept must be fit for JSON. */
export function keep(userId: number, name: string, value: unknown) {
  if (value === undefined) kept.delete(keyOf(userId, name));
  else kept.set(keyOf(userId, name), value);
  try {
    sessionStorage.setItem(storageName, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // It then holds until the page is loaded again.
  }
  tell();
}

/**
 * What is typed and not saved yet: it survives another page, a reload and a new sign-in of the same person; another person
 * does not get it.
 */
export function useKept<Value>(name: string) {
  const { id } = useUser();
  const value = useSyncExternalStore(subscribe, () => keptOf(id, name) as Value | undefined);
  const change = useCallback(
    (next: (now: Value | undefined) => Value | undefined) =>
      keep(id, name, next(keptOf(id, name) as Value | undefined)),
    [id, name],
  );
  return [value, change] as const;
}
