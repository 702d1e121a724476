import { useCallback, useMemo } from 'react';
import { useLocation } from 'react-router-dom';

const storageName = 'opex-places';
type Entry = Record<string, unknown>;
const entries = new Map<string, Entry>(read());

function read(): [string, Entry][] {
  try {
    return Object.entries(JSON.parse(sessionStorage.getItem(storageName) ?? '{}') as Record<string, Entry>);
  } catch {
    return []; // storage may be refused
  }
}
window.addEventListener('pagehide', () => {
  try {
    sessionStorage.setItem(storageName, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Then the way back begins at the top.
  }
});

/** A link with it leads to the place in which the page of that entry was left. */
export type PlaceState = { place?: string };

/**
 * What a page remembers of one entry of the browser's history: where it was scrolled to, what was open. It is there again on
 * the way back and forth; a new entry has nothing. `found` is what there was when the entry was come to.
 */
export function useEntryState<Value>(name: string) {
  const { key, state } = useLocation() as { key: string; state: PlaceState | null };
  const place = state?.place;
  const found = useMemo(
    () => (entries.get(key) ?? entries.get(place ?? ''))?.[name] as Value | undefined,
    [key, place, name],
  );
  const remember = useCallback(
    (value: Value) => void entries.set(key, { ...entries.get(key), [name]: value }),
    [key, name],
  );
  return { key, found, remember };
}
