import { useSyncExternalStore } from 'react';

/** A small choice of this person on this browser, kept in localStorage and the same for every component. */
export function stored<Value>(name: string, fallback: Value, isValue: (value: unknown) => value is Value) {
  const listeners = new Set<() => void>();
  let value = read();

  function read(): Value {
    try {
      const parsed: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
      return isValue(parsed) ? parsed : fallback;
    } catch {
      return fallback; // private windows may refuse storage
    }
  }
  function set(next: Value) {
    value = next;
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // It then holds until the page is closed.
    }
    for (const listener of listeners) listener();
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const get = () => value;
  return { get, set, use: () => useSyncExternalStore(subscribe, get) };
}
