import type { Pagination } from '@opex/contracts/list';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import NativeSelect from '@mui/material/NativeSelect';
import Typography from '@mui/material/Typography';
import {
  gridClasses,
  gridVisibleColumnDefinitionsSelector,
  useGridApiContext,
  useGridEvent,
  useGridSelector,
} from '@mui/x-data-grid';
import { useRef, type ReactNode } from 'react';
import { pageBy, type AddressChange } from '../lib/use-search-state.ts';
import { BackIcon, NextIcon } from './icons.tsx';

/** By column; the first line are the totals, what follows is told by its name. */
export type TotalsLine = { name: string; cells: Record<string, ReactNode> };

type Props = {
  totals?: readonly TotalsLine[] | undefined;
  status?: ReactNode;
  pagination?: Pagination | undefined;
  onAddressChange?: (change: AddressChange) => void;
};

export const pageSizes = [25, 50, 100] as const;

/** Totals over the whole filter, then where one is in the list. */
export function GridFooter({ totals, status, pagination, onAddressChange }: Props) {
  return (
    <Box sx={{ borderTop: 1, borderColor: 'divider' }}>
      {totals?.map(({ name, cells }) => (
        <TotalsRow key={name} name={name} totals={cells} />
      ))}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, paddingInline: 2, minHeight: 36 }}>
        <Typography variant="caption" color="textSecondary" component="div" role="status" sx={{ flex: 1 }}>
          {status}
        </Typography>
        {pagination && onAddressChange && <Pager pagination={pagination} onAddressChange={onAddressChange} />}
      </Box>
    </Box>
  );
}

/** As wide as the rows above, so that it scrolls as far. */
const totalsWidth =
  'calc(var(--DataGrid-columnsTotalWidth) + var(--DataGrid-hasScrollY) * var(--DataGrid-scrollbarSize))';

const isFrozen = (name: unknown): name is string =>
  name === gridClasses['cell--pinnedLeft'] || name === gridClasses['cell--pinnedRight'];

/** Keeps to the widths, the sideways scroll and the frozen columns above it. */
function TotalsRow({ name, totals }: { name: string; totals: TotalsLine['cells'] }) {
  const apiRef = useGridApiContext();
  const columns = useGridSelector(apiRef, gridVisibleColumnDefinitionsSelector);
  const row = useRef<HTMLDivElement>(null);
  useGridEvent(apiRef, 'scrollPositionChange', ({ left }) => {
    if (row.current) row.current.scrollLeft = left;
  });

  return (
    <Box
      ref={row}
      role="group"
      aria-label={name}
      sx={{ overflow: 'hidden', bgcolor: 'background.default', fontWeight: 600, fontSize: 12 }}
    >
      <Box sx={{ display: 'flex', width: totalsWidth, minHeight: 32, alignItems: 'center', bgcolor: 'inherit' }}>
        {columns.map(({ field, computedWidth, align, headerName, cellClassName }) => (
          <Box
            key={field}
            data-field={field}
            {...(isFrozen(cellClassName) && { className: cellClassName })}
            {...(totals[field] !== undefined &&
              typeof totals[field] !== 'string' &&
              headerName && { role: 'group', 'aria-label': `${headerName} total` })}
            sx={{
              width: computedWidth,
              flexShrink: 0,
              paddingInline: 1.5,
              height: 32,
              lineHeight: '32px',
              textAlign: align ?? 'left',
              overflow: 'hidden',
              '&&&': { background: 'inherit' },
            }}
          >
            {totals[field]}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

/** Where one is in a list, and the ways on. */
export function Pager({
  pagination,
  onAddressChange,
}: Required<Pick<Props, 'onAddressChange'>> & { pagination: Pagination }) {
  const { page, limit, total, pages } = pagination;
  const first = total === 0 ? 0 : (page - 1) * limit + 1;
  return (
    <Box component="nav" aria-label="Pages" sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
      <NativeSelect
        value={limit}
        variant="standard"
        disableUnderline
        inputProps={{ 'aria-label': 'Rows per page' }}
        onChange={({ target }) => onAddressChange({ limit: target.value, page: null })}
        sx={{ fontSize: 12 }}
      >
        {[...new Set([...pageSizes, limit])].map((size) => (
          <option key={size} value={size}>
            {size} rows
          </option>
        ))}
      </NativeSelect>
      <Typography variant="caption" noWrap>
        {`${first}\u2013${Math.min(page * limit, total)} of ${total}`}
      </Typography>
      <Box sx={{ display: 'flex' }}>
        <IconButton aria-label="Previous page" disabled={page <= 1} onClick={() => onAddressChange(pageBy(-1, pages))}>
          <BackIcon fontSize="small" />
        </IconButton>
        <IconButton aria-label="Next page" disabled={page >= pages} onClick={() => onAddressChange(pageBy(1, pages))}>
          <NextIcon fontSize="small" />
        </IconButton>
      </Box>
    </Box>
  );
}
