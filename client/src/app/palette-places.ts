import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from 'react-router-dom';
import { allocationKeys } from '../domain/allocation-keys.queries.ts';
import { useYear, useYears } from '../domain/calendar.queries.ts';
import { underHorizon } from '../domain/horizon.ts';
import { useEntities } from '../domain/masters.queries.ts';
import { useLastUndo } from '../domain/sheet/editing/use-edit-session.ts';
import { useMay } from '../lib/session.ts';
import { useAddress, useSharedSearch, type AddressChanges } from '../lib/use-search-state.ts';
import { hasMoney } from './top-bar.tsx';

/** On a page with figures the address changes where one is; from others the way leads to the tracker. */
function useChangeOfView() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const search = useSharedSearch();
  const [, change] = useAddress();
  return (changes: AddressChanges) => {
    if (hasMoney(pathname)) change({ ...changes, page: null });
    else {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) next.set(name, String(value ?? ''));
      void navigate({ pathname: '/tracker', search: next.toString() });
    }
  };
}

/** Years, entities and allocation keys, by their names. */
export function usePlaces() {
  const may = useMay();
  const years = useYears();
  const entities = useEntities();
  const navigate = useNavigate();
  const search = useSharedSearch();
  const view = useChangeOfView();
  const { data: keys } = useQuery({ ...allocationKeys, enabled: may('masters.view') });
  return [
    ...years.map(({ label }) => ({ group: 'Fiscal years', title: label, run: () => view({ fy: label }) })),
    ...entities.map(({ id, name }) => ({
      group: 'Entities',
      title: name,
      detail: 'Shows its share',
      run: () => view({ entity: id }),
    })),
    ...(keys?.data ?? []).map(({ id, name }) => ({
      group: 'Allocation keys',
      title: name,
      run: () => void navigate(`/masters/allocation-keys${search ? `${search}&` : '?'}key=${id}`),
    })),
  ];
}

export function useHorizonActions() {
  const year = useYear();
  const { pathname } = useLocation();
  const [, change] = useAddress();
  if (pathname !== '/' && pathname !== '/tracker') return [];
  const to = (horizon: string | undefined) => () => change((now) => underHorizon(now, horizon));
  return [
    { title: 'Horizon: to date', run: to(undefined) },
    { title: 'Horizon: full year', run: to('year') },
    ...(year?.periods ?? []).map(({ number, label }) => ({ title: `Horizon: ${label}`, run: to(String(number)) })),
  ];
}

/** What was last changed in the sheet by this person; nothing when nothing was. */
export function useUndoAction() {
  const undo = useLastUndo();
  return undo ? [{ title: 'Undo the last change', run: undo }] : [];
}
