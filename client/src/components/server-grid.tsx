import type { Pagination } from '@opex/contracts/list';
import Box from '@mui/material/Box';
import {
  DataGrid,
  useGridApiRef,
  type DataGridProps,
  type GridCellProps,
  type GridColDef,
  type GridValidRowModel,
} from '@mui/x-data-grid';
import { useMemo, type ComponentType, type ReactNode } from 'react';
import { cspNonce } from '../lib/csp-nonce.ts';
import type { AddressChange } from '../lib/use-search-state.ts';
import { useColumnWidths } from './column-widths.ts';
import { useGridPlace, type Grid } from './use-grid-place.ts';
import { GridFooter, type TotalsLine } from './grid-footer.tsx';
import { PastTheEnd } from './past-the-end.tsx';
import { EmptyState } from './states.tsx';

export type ListState = { page: number; limit: number; sort?: string | undefined };

type Own<Row extends GridValidRowModel> = {
  label: string;
  columns: readonly GridColDef<Row>[];
  /** The page that is shown; undefined while the first one loads. */
  answer: { data: Row[]; pagination: Pagination } | undefined;
  isFetching: boolean;
  state: ListState;
  /** False where all rows are there anyway. */
  isPaged?: boolean;
  /** Another cell than the usual one. */
  cell?: ComponentType<GridCellProps>;
  onAddressChange: (change: AddressChange) => void;
  /** What the footer shows under each column, over the whole filter. */
  totals?: readonly TotalsLine[];
  empty?: ReactNode;
  /** Said at the left of the footer. */
  status?: ReactNode;
};
type Props<Row extends GridValidRowModel> = Own<Row> & { apiRef?: Grid } & Omit<
    DataGridProps<Row>,
    keyof Own<Row> | 'rows' | 'slots' | 'apiRef'
  >;

const Nothing = () => null;
const usualSlots = { footer: GridFooter, noRowsOverlay: Nothing };

/** A list the server pages and sorts; the grid only shows and asks. Fills the height it is given. */
export function ServerGrid<Row extends GridValidRowModel>(props: Props<Row>) {
  const {
    label,
    columns,
    answer,
    isFetching,
    state,
    isPaged = true,
    cell,
    onAddressChange,
    totals,
    empty,
    status,
    slotProps,
    apiRef,
    ...rest
  } = props;
  // The grid goes back to page 0 whenever it is given another array, even an equal one; and it knows no order by a column
  // that is not there.
  const sortModel = useMemo(
    () => sortModelOf(state.sort).filter(({ field }) => columns.some((column) => column.field === field)),
    [state.sort, columns],
  );
  const [drawnColumns, keepWidth] = useColumnWidths(label, columns);
  const slots = useMemo(() => (cell ? { ...usualSlots, cell } : usualSlots), [cell]);
  const rows = answer?.data ?? noRows;
  const ownGrid = useGridApiRef();
  const grid = apiRef ?? ownGrid;
  useGridPlace(grid, label, rows);

  return (
    <Box sx={{ position: 'relative', flex: 1, minHeight: 240, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
      <DataGrid<Row>
        aria-label={label}
        apiRef={grid}
        rows={rows}
        columns={drawnColumns}
        onColumnWidthChange={({ colDef, width }) => keepWidth(colDef.field, width)}
        loading={isFetching}
        rowCount={answer?.pagination.total ?? -1}
        paginationMode="server"
        paginationModel={{ page: state.page - 1, pageSize: state.limit }}
        sortingMode="server"
        sortingOrder={['asc', 'desc']}
        sortModel={sortModel}
        onSortModelChange={([term]) => {
          // Without a term the grid is only correcting itself while it is drawn. Only people change the address.
          const sort = term && (term.sort === 'desc' ? `-${term.field}` : term.field);
          if (sort && sort !== state.sort) onAddressChange({ sort, page: null });
        }}
        onColumnHeaderClick={({ field, colDef }, event) => {
          if (!event.shiftKey || !colDef.sortable) return;
          event.defaultMuiPrevented = true; // it would sort by this column alone
          onAddressChange({ sort: withTerm(state.sort, field), page: null });
        }}
        disableColumnFilter
        disableColumnMenu
        disableRowSelectionOnClick
        pageSizeOptions={[state.limit]}
        {...(cspNonce && { nonce: cspNonce })}
        {...rest}
        slots={slots}
        slotProps={{
          ...slotProps,
          footer: { totals, status, pagination: isPaged ? answer?.pagination : undefined, onAddressChange },
          loadingOverlay: { variant: 'linear-progress', noRowsVariant: 'skeleton' },
        }}
      />
      {/* For who hears the page: a filter changes how many there are. */}
      {isPaged && (
        <Box role="status" aria-label="Rows found" className="visually-hidden">
          {answer && !isFetching && (answer.pagination.total === 1 ? '1 row' : `${answer.pagination.total} rows`)}
        </Box>
      )}
      {answer && rows.length === 0 && (
        // Beside the grid, because a grid may hold nothing but rows.
        <Box sx={{ position: 'absolute', inset: 0, pointerEvents: 'none' }}>
          {answer.pagination.total > 0 ? (
            <PastTheEnd {...answer.pagination} onAddressChange={onAddressChange} />
          ) : (
            (empty ?? <EmptyState title="Nothing here yet" />)
          )}
        </Box>
      )}
    </Box>
  );
}

const noRows: never[] = [];

const mostTerms = 5;

/** One column more to sort by; one that is there already is turned round. */
function withTerm(sort = '', field: string): string {
  const terms = sort.split(',').filter(Boolean);
  const turned = (term: string) => (term === field ? `-${field}` : term === `-${field}` ? field : term);
  const isThere = terms.some((term) => turned(term) !== term);
  return (isThere ? terms.map(turned) : [...terms.slice(0, mostTerms - 1), field]).join();
}

function sortModelOf(sort: string | undefined) {
  const term = sort?.split(',')[0];
  if (!term) return [];
  const isDown = term.startsWith('-');
  return [{ field: isDown ? term.slice(1) : term, sort: isDown ? ('desc' as const) : ('asc' as const) }];
}

declare module '@mui/x-data-grid' {
  // Declaration merging needs interfaces.
  interface FooterPropsOverrides {
    totals: readonly TotalsLine[] | undefined;
    status: ReactNode;
    pagination: Pagination | undefined;
    onAddressChange: (change: AddressChange) => void;
  }
}
