import { gridClasses, type GridApi, type GridColDef } from '@mui/x-data-grid';
import { useEffect } from 'react';
import type { Grid } from '../../../components/use-grid-place.ts';

/** Columns that stay in sight while the others are scrolled sideways. The community grid draws them so, but has no switch for it. */
export const frozen = (side: 'Left' | 'Right'): Partial<GridColDef> => ({
  cellClassName: gridClasses[`cell--pinned${side}`],
  headerClassName: gridClasses[`columnHeader--pinned${side}`],
});

const uidWidth = '--uid-width';
const byScrollbar = 'calc(var(--DataGrid-hasScrollY) * var(--DataGrid-scrollbarSize))';
/** On a phone only the UID stays: the rest needs the room. */
const fromTablet = { position: { xs: 'relative', sm: 'sticky' }, zIndex: { xs: 'auto', sm: 30 } };
const pinned = (side: 'Left' | 'Right', field = '') =>
  [gridClasses[`cell--pinned${side}`], gridClasses[`columnHeader--pinned${side}`]]
    .map((name) => `& .${name}${field && `[data-field=${field}]`}`)
    .join();

export const frozenPlaces = {
  [pinned('Left')]: { left: 0 },
  [pinned('Left', 'service')]: {
    ...fromTablet,
    left: { xs: 'auto', sm: `var(${uidWidth})` },
    boxShadow: 'inset -1px 0 var(--DataGrid-rowBorderColor)',
  },
  [pinned('Right')]: {
    ...fromTablet,
    right: { xs: 'auto', sm: byScrollbar },
    boxShadow: 'inset 1px 0 var(--DataGrid-rowBorderColor)',
  },
  // Above the handles by which the columns beneath are made wider.
  [[
    `& .${gridClasses['columnHeader--pinnedLeft']}[data-field=service]`,
    `& .${gridClasses['columnHeader--pinnedRight']}`,
  ].join()]: { zIndex: { xs: 'auto', sm: 40 } },
};

export function useFrozenColumns(grid: Grid) {
  useEffect(() => {
    const api = grid.current;
    const root = api?.rootElementRef.current;
    if (!api || !root) return;
    // A column that is not drawn cannot stay.
    api.unstable_setColumnVirtualization(false);
    const place = (width = api.getColumn('uid')?.computedWidth) => root.style.setProperty(uidWidth, `${width ?? 0}px`);
    // Before it is painted, but once the grid has moved its focus.
    const afterKey = () =>
      requestAnimationFrame(() => {
        const { cell, columnHeader } = api.state.focus;
        const field = cell?.field ?? columnHeader?.field;
        if (field) reveal(api, field);
      });
    place();
    const stops = [
      api.subscribeEvent('columnsChange', () => place()),
      api.subscribeEvent('columnResize', ({ colDef, width }) => colDef.field === 'uid' && place(width)),
      api.subscribeEvent('cellKeyDown', afterKey),
      api.subscribeEvent('columnHeaderKeyDown', afterKey),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [grid]);
}

/** The grid brings a column into its frame, where it may still be under those that stay. */
export function reveal(api: GridApi, field: string) {
  const root = api.rootElementRef.current;
  const head = api.getColumnHeaderElement(field);
  const frame = root?.querySelector(`.${gridClasses.virtualScroller}`)?.getBoundingClientRect();
  if (!root || !head || !frame || isSticky(head)) return;
  const heads = [...root.querySelectorAll('[role=columnheader]')].filter(isSticky);
  const edgesOf = (side: 'Left' | 'Right') =>
    heads
      .filter(({ classList }) => classList.contains(gridClasses[`columnHeader--pinned${side}`]))
      .map((one) => one.getBoundingClientRect());
  const left = Math.max(frame.left, ...edgesOf('Left').map((one) => one.right));
  const right = Math.min(frame.right, ...edgesOf('Right').map((one) => one.left));
  const box = head.getBoundingClientRect();
  const by = box.left < left ? box.left - left : Math.min(Math.max(0, box.right - right), box.left - left);
  if (by !== 0) api.scroll({ left: api.getScrollPosition().left + by });
}

const isSticky = (element: Element) => getComputedStyle(element).position === 'sticky';
