import type { TrackerRow } from '@opex/contracts/tracker';
import type { GridApi } from '@mui/x-data-grid';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { reveal } from './frozen-columns.ts';

type Place = { id: number; field: string };
type Range = { anchor: Place; head: Place };
/** The chosen rows and columns, from the upper left on. */
export type Area = { rows: TrackerRow[]; fields: string[]; firstRow: number; firstColumn: number };

export type Grid = RefObject<GridApi | null>;

/** Several cells at once, as in a spreadsheet: drag, Shift and click, or Shift and arrows. */
export function useRange(grid: Grid, rows: readonly TrackerRow[], fields: readonly string[]) {
  const [range, setRange] = useState<Range | null>(null);
  /** Where the mouse went down; a drag begins there. */
  const pressed = useRef<Place | null>(null);
  const keepsRange = useRef(false);

  const areaOf = useCallback(
    ({ anchor, head }: Range): Area | null => {
      const columns = [fields.indexOf(anchor.field), fields.indexOf(head.field)];
      const lines = [anchor.id, head.id].map((id) => rows.findIndex((row) => row.id === id));
      const [left, right, top, bottom] = [
        Math.min(...columns),
        Math.max(...columns),
        Math.min(...lines),
        Math.max(...lines),
      ];
      if (left < 0 || top < 0) return null;
      return {
        rows: rows.slice(top, bottom + 1),
        fields: fields.slice(left, right + 1),
        firstRow: top,
        firstColumn: left,
      };
    },
    [rows, fields],
  );
  const area = useMemo(() => range && areaOf(range), [range, areaOf]);

  useEffect(() => {
    const api = grid.current;
    if (!api) return;
    const focused = () => api.state.focus.cell as Place | null;
    const release = () => void (pressed.current = null);
    const stops = [
      api.subscribeEvent('cellMouseDown', ({ id, field }, event) => {
        const here = { id: Number(id), field };
        const from = focused();
        if (event.shiftKey && from) {
          keepsRange.current = true;
          setRange((old) => ({ anchor: old?.anchor ?? from, head: here }));
        } else {
          pressed.current = here;
          setRange(null);
        }
      }),
      api.subscribeEvent('cellMouseOver', ({ id, field }, event) => {
        const from = pressed.current;
        if (!from || event.buttons !== 1) return;
        const here = { id: Number(id), field };
        setRange((old) => (old || here.id !== from.id || field !== from.field ? { anchor: from, head: here } : old));
        keepsRange.current = true;
        api.setCellFocus(from.id, from.field);
      }),
      api.subscribeEvent('cellFocusIn', () => {
        if (!keepsRange.current) setRange(null);
        keepsRange.current = false;
      }),
    ];
    window.addEventListener('mouseup', release);
    return () => {
      window.removeEventListener('mouseup', release);
      for (const stop of stops) stop();
    };
  }, [grid]);

  /** The range, or else the one cell that has the focus; nothing while a cell is being edited. */
  function current(): Area | null {
    if (Object.keys(grid.current?.state.editRows ?? {}).length > 0) return null;
    const focused = grid.current?.state.focus.cell as Place | null | undefined;
    return area ?? (focused ? areaOf({ anchor: focused, head: focused }) : null);
  }

  /** The next cell in a direction, or the last one; nothing where the sheet ends. */
  function beside(place: Place, down: number, right: number, isFar: boolean) {
    const step = (at: number, by: number, count: number) => (isFar && by ? (by > 0 ? count - 1 : 0) : at + by);
    const line = step(
      rows.findIndex(({ id }) => id === place.id),
      down,
      rows.length,
    );
    const column = step(fields.indexOf(place.field), right, fields.length);
    const [row, field] = [rows[line], fields[column]];
    if (!row || field === undefined) return undefined;
    grid.current?.scrollToIndexes({ rowIndex: line, colIndex: column });
    if (grid.current) reveal(grid.current, field);
    return { id: row.id, field };
  }

  function extend(down: number, right: number, isFar: boolean) {
    const focused = grid.current?.state.focus.cell as Place | null | undefined;
    const from = range ?? (focused && { anchor: focused, head: focused });
    const head = from && beside(from.head, down, right, isFar);
    if (from && head) setRange({ anchor: from.anchor, head });
  }

  /** To the next cell, or the last one; false where the sheet ends. */
  function go(down: number, right: number, isFar: boolean): boolean {
    const focused = grid.current?.state.focus.cell as Place | null | undefined;
    const place = focused && beside(focused, down, right, isFar);
    if (place) grid.current?.setCellFocus(place.id, place.field);
    return !!place;
  }

  function chooseAll() {
    const [first, last] = [rows[0], rows.at(-1)];
    const [left, right] = [fields[0], fields.at(-1)];
    if (first && last && left && right) {
      setRange({ anchor: { id: first.id, field: left }, head: { id: last.id, field: right } });
    }
  }

  const chosen = useMemo(
    () => area && { ids: new Set(area.rows.map(({ id }) => id)), fields: new Set(area.fields) },
    [area],
  );
  const isChosen = useCallback(
    (id: number, field: string) => !!chosen?.ids.has(id) && chosen.fields.has(field),
    [chosen],
  );

  return { area, current, extend, go, chooseAll, isChosen };
}
