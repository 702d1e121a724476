import { useEffect, useRef } from 'react';
import type { Grid } from '../../../components/use-grid-place.ts';

/** What is shown beside a sheet: the service of one of its rows, or nothing. */
export type Beside = {
  id: number | undefined;
  show: (id: number | null) => void;
  toggle: () => void;
  /** The focus has come to a row. */
  onFocus: (id: number) => void;
};

/** Tells of the focus, keeps the row of what is shown in sight, and takes the focus back when it closes. */
export function useBeside(grid: Grid, beside: Beside | undefined, rows: readonly { id: number }[]) {
  const { id, onFocus } = beside ?? {};
  const shown = useRef(id);
  useEffect(
    () => onFocus && grid.current?.subscribeEvent('cellFocusIn', (cell) => onFocus(Number(cell.id))),
    [grid, onFocus],
  );
  useEffect(() => {
    const before = shown.current;
    if (before === id) return;
    shown.current = id;
    const rowIndex = rows.findIndex((row) => row.id === (id ?? before));
    if (rowIndex < 0) return;
    grid.current?.scrollToIndexes({ rowIndex });
    if (before !== undefined && id === undefined && document.activeElement === document.body)
      grid.current?.setCellFocus(before, 'uid');
  }, [grid, id, rows]);
}
