import type { GridColDef, GridValidRowModel } from '@mui/x-data-grid';
import { RowMenu, type RowAction } from './row-menu.tsx';

/** The last column of a list, for those who may change its rows. */
export const rowMenuColumn = <Row extends GridValidRowModel>(
  subjectOf: (row: Row) => string,
  actionsOf: (row: Row) => readonly RowAction[],
): GridColDef<Row> => ({
  field: 'change',
  headerName: 'Change',
  width: 100,
  sortable: false,
  renderCell: ({ row, tabIndex, hasFocus }) => (
    <RowMenu subject={subjectOf(row)} actions={actionsOf(row)} tabIndex={tabIndex} hasFocus={hasFocus} />
  ),
});
