import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, type Location } from 'react-router-dom';
import type * as z from 'zod/mini';
import { paramsOf, readState, sharedNames } from './search-state.ts';

export type AddressChanges = Record<string, string | number | null | undefined>;
/** New values, or a function of the address at that moment, such as for the next page of a list. */
export type AddressChange = AddressChanges | ((now: URLSearchParams) => AddressChanges);

/**
 * The search part of the address, and a way to change some of it. An empty value takes the name out.
 * Changes start from the browser's address, not from the one on screen: that one may still be on its way there.
 */
export function useAddress() {
  const { pathname, search, state } = useHere();
  const navigate = useNavigate();
  const params = useMemo(() => paramsOf(search), [search]);

  const change = useCallback(
    (wanted: AddressChange, { replace = false } = {}) => {
      if (window.location.pathname !== pathname) return; // this page is being left
      const next = paramsOf(window.location.search);
      for (const [name, value] of Object.entries(typeof wanted === 'function' ? wanted(next) : wanted)) {
        if (value === null || value === undefined || value === '') next.delete(name);
        else next.set(name, String(value));
      }
      void navigate({ search: readable(next) }, { replace, state: listState(state) });
    },
    [pathname, navigate, state],
  );
  return [params, change] as const;
}

/** Counts from the address, so that several quick presses go several pages on although the screen still shows the first. */
export const pageBy = (step: 1 | -1, pages: number) => (now: URLSearchParams) => ({
  page: Math.min(pages, Math.max(1, (Number(now.get('page')) || 1) + step)),
});

/** Commas stay commas: people read and share these addresses. */
const readable = (params: URLSearchParams) => params.toString().replaceAll('%2C', ',');

/** Screen state kept in the address, read by a schema field by field: what does not fit counts as absent. */
export function useSearchState<Schema extends z.ZodMiniObject>(
  schema: Schema,
  defaults: Record<string, string | number> = {},
) {
  const [params, change] = useAddress();
  const address = params.toString();
  const fallback = JSON.stringify(defaults);
  const state = useMemo(
    () => readState(schema, new URLSearchParams(address), JSON.parse(fallback) as Record<string, string | number>),
    [schema, address, fallback],
  );
  return [state, change] as const;
}

/** The list from which one came to a page of one of its rows: its part of the address, and its entry of the history. */
export type FromList = { list?: { search: string; key: string } };
const listState = (state: FromList | null): FromList => (state?.list ? { list: state.list } : {});
/** The type of the router's location leaves `state` open; links put this into it. */
const useHere = () => useLocation() as Location<FromList | null>;

/** For links to one row: the page of the row then leads back to the list as it was. */
export function useFromList(): FromList {
  const { pathname, search, key, state } = useHere();
  return pathname === '/tracker' ? { list: { search, key } } : listState(state);
}

/** The way back to the list one came from, with the year, the horizon and the entity that are on screen now. */
export function useWayToList() {
  const { search, state } = useHere();
  const { list } = listState(state);
  const here = paramsOf(search);
  const there = paramsOf(list?.search ?? '');
  for (const name of sharedNames) {
    const value = here.get(name);
    if (value) there.set(name, value);
    else there.delete(name);
  }
  const text = readable(there);
  return { search: text && `?${text}`, state: { place: list?.key } };
}

/** The search part for a link to another page: what they share stays, the rest is that page's own. */
export function useSharedSearch(extra: AddressChanges = {}) {
  const { search } = useLocation();
  return sharedSearch(search, extra);
}

export function sharedSearch(search: string, extra: AddressChanges = {}) {
  const here = paramsOf(search);
  const next = new URLSearchParams();
  for (const name of sharedNames) {
    const value = here.get(name);
    if (value) next.set(name, value);
  }
  for (const [name, value] of Object.entries(extra)) {
    if (value !== null && value !== undefined && value !== '') next.set(name, String(value));
  }
  const text = readable(next);
  return text && `?${text}`;
}
