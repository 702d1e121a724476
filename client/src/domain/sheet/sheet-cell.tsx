import type { TrackerRow } from '@opex/contracts/tracker';
import { GridCell, type GridCellProps } from '@mui/x-data-grid';
import { createContext, useContext } from 'react';

/** What a screen reader is told of a cell beside what it holds. */
export type CellState = {
  isChosen: (id: number, field: string) => boolean;
  isReadOnly: (row: TrackerRow, field: string) => boolean;
};
export const CellStates = createContext<CellState>({ isChosen: () => false, isReadOnly: () => true });

export function SheetCell(props: GridCellProps) {
  const { isChosen, isReadOnly } = useContext(CellStates);
  const row = props.row as TrackerRow;
  const { field } = props.column;
  return <GridCell {...props} aria-readonly={isReadOnly(row, field)} aria-selected={isChosen(row.id, field)} />;
}
