import { useCallback, useSyncExternalStore } from 'react';
import { useUser } from './session.ts';

const kept = new Map<string, unknown>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** What is typed and not saved yet: it survives another page and a new sign-in of the same person, not of another. */
export function useKept<Value>(name: string) {
  const key = `${useUser().id} ${name}`;
  const value = useSyncExternalStore(subscribe, () => kept.get(key) as Value | undefined);
  /** Undefined puts it away. */
  const change = useCallback(
    (next: (now: Value | undefined) => Value | undefined) => {
      const changed = next(kept.get(key) as Value | undefined);
      if (changed === undefined) kept.delete(key);
      else kept.set(key, changed);
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [value, change] as const;
}
