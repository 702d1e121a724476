import { useSyncExternalStore } from 'react';
import { createListeners } from './listeners.ts';

/** A small choice of this person on this browser, kept in localStorage and the same for every component. */
export function stored<Value>(name: string, fallback: Value, isValue: (value: unknown) => value is Value) {
  const { subscribe, tell } = createListeners();
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
    tell();
  }
  const get = () => value;
  return { get, set, use: () => useSyncExternalStore(subscribe, get) };
}
