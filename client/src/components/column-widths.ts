import type { GridColDef, GridValidRowModel } from '@mui/x-data-grid';
import { useCallback, useMemo } from 'react';
import { stored } from '../lib/stored.ts';

type Widths = Record<string, number>;
const isWidths = (value: unknown): value is Widths =>
  typeof value === 'object' && value !== null && Object.values(value).every((width) => typeof width === 'number');
/** In this browser, by list and column. */
const ownWidths = stored<Widths>('opex-widths', {}, isWidths);

/** Columns as wide as somebody has drawn them. One of amounts is never narrower than its longest. */
export function useColumnWidths<Row extends GridValidRowModel>(list: string, columns: readonly GridColDef<Row>[]) {
  const widths = ownWidths.use();
  const nameOf = useCallback((field: string) => `${list}/${field}`, [list]);
  const drawn = useMemo(
    () =>
      columns.map((column) => {
        const own = widths[nameOf(column.field)];
        if (own === undefined) return column;
        const { flex: _flex, ...fixed } = column;
        return {
          ...fixed,
          width: column.align === 'right' ? Math.max(own, column.width ?? 0) : own,
        } as GridColDef<Row>;
      }),
    [columns, widths, nameOf],
  );
  const keep = (field: string, width: number) =>
    ownWidths.set({ ...ownWidths.get(), [nameOf(field)]: Math.round(width) });
  return [drawn, keep] as const;
}
