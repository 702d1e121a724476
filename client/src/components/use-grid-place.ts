import type { GridApi, GridRowId } from '@mui/x-data-grid';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useEntryState } from '../lib/use-entry-state.ts';

export type Grid = RefObject<GridApi | null>;
type Place = { top: number; left: number; cell?: { id: GridRowId; field: string } };

/** A grid is found again, on the way back and forth, where it was scrolled to and with its cell in focus. */
export function useGridPlace(grid: Grid, label: string, rows: readonly unknown[]) {
  const { key, found, remember } = useEntryState<Place>(label);
  const restored = useRef<string>(undefined);
  const hasRows = rows.length > 0;

  useLayoutEffect(() => {
    const api = grid.current;
    if (!api) return;
    let place: Place = found ?? { top: 0, left: 0 };
    const change = (changes: Partial<Place>) => {
      place = { ...place, ...changes };
      remember(place);
    };
    const stops = [
      api.subscribeEvent('scrollPositionChange', ({ top, left }) => change({ top, left })),
      api.subscribeEvent('cellFocusIn', ({ id, field }) => change({ cell: { id, field } })),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [grid, found, remember]);

  useEffect(() => {
    if (!found || !hasRows || restored.current === key) return;
    const { top, left, cell } = found;
    // Once the grid knows how high it is.
    const frame = requestAnimationFrame(() => {
      const api = grid.current;
      if (!api || (cell && !api.getRow(cell.id))) return;
      restored.current = key;
      api.scroll({ top, left });
      if (cell && document.activeElement === document.body) api.setCellFocus(cell.id, cell.field);
    });
    return () => cancelAnimationFrame(frame);
  }, [grid, key, found, hasRows, rows]);
}
