import type { BudgetRow } from '@opex/contracts/budgets';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import Link from '@mui/material/Link';
import type { GridColDef, GridRenderCellParams } from '@mui/x-data-grid';
import { Link as RouterLink } from 'react-router';
import { Amount, Variance } from '../../components/amount.tsx';
import { formatDate } from '../../lib/format.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { readCell } from './cell-entry.ts';
import { ReferenceEditCell, TextEditCell } from './edit-cells.tsx';
import { entryOf, fieldNamed, monthField, periodOf, titleOf, type Field } from './fields.ts';
import { textOf, valueOf } from './row-edits.ts';

type Column = GridColDef<BudgetRow>;
type Cell = GridRenderCellParams<BudgetRow>;

type Widths = { figures: number; months: number };

export function contractColumns(shown: readonly string[], fy: string | undefined, widths: Widths): Column[] {
  return shown.flatMap((name) => {
    const field = fieldNamed(name);
    if (!field) return [];
    const column = columnOf(field, fy);
    return [field.kind === 'amount' ? { ...column, width: Math.max(field.width, widths.figures) } : column];
  });
}

/** The service, its year month by month, and what that makes. */
export function monthColumns(year: FiscalYear | undefined, widths: Widths): Column[] {
  const months = Array.from({ length: 12 }, (_, index) => index + 1).map((period): Column => {
    const label = year?.periods.find(({ number }) => number === period)?.label;
    return {
      ...amountColumn(monthField(period), label ?? `Month ${period}`),
      width: Math.max(66, widths.months),
      sortable: false,
      ...typedEntry(monthField(period)),
    };
  });
  const total = { ...contractColumns(['budget'], undefined, widths)[0], editable: false } as Column;
  return [...contractColumns(['uid', 'service'], undefined, widths), ...months, total];
}

function columnOf(field: Field, fy: string | undefined): Column {
  const { field: name, width, isSortable, kind } = field;
  const common = { field: name, headerName: titleOf(field, fy), width, sortable: isSortable };
  if (name === 'uid') return { ...common, renderCell: (cell: Cell) => <UidCell {...cell} /> };
  if (/variance/i.test(name)) return { ...amountColumn(name, common.headerName), ...common, renderCell: varianceCell };
  if (kind === 'amount') return { ...amountColumn(name, common.headerName), ...common, ...typedEntry(name) };
  if (kind === 'date') {
    return { ...common, valueFormatter: (value: string | null) => formatDate(value), ...typedEntry(name) };
  }
  // Names take what room is left.
  const flexible = name === 'service' || name === 'vendor' ? { flex: width, minWidth: width - 24 } : {};
  return { ...common, ...flexible, ...typedEntry(name) };
}

function amountColumn(name: string, title: string): Column {
  return {
    field: name,
    headerName: title,
    align: 'right',
    headerAlign: 'right',
    sortingOrder: ['desc', 'asc'],
    valueGetter: (_value, row) => textOf(valueOf(row, name)),
    renderCell: ({ value }: Cell) => <Amount value={value as string} isInColumn />,
  };
}

const varianceCell = ({ value }: Cell) => <Variance value={value as string} isWordHidden isInColumn />;

/** What is typed is read as it is typed, and nothing wrong can be left behind. */
function typedEntry(name: string): Partial<Column> {
  const entry = entryOf(name);
  if (!entry) return {};
  if (entry.as === 'choice') return { editable: true, type: 'singleSelect', valueOptions: [...entry.values] };
  if (entry.as === 'reference') {
    return { editable: true, renderEditCell: (cell) => <ReferenceEditCell {...cell} master={entry.master} /> };
  }
  return {
    editable: true,
    renderEditCell: (cell) => <TextEditCell {...cell} isRight={entry.as === 'amount'} />,
    preProcessEditCellProps: ({ row, props, hasChanged }) => {
      const read = hasChanged
        ? readCell(row as BudgetRow, name, String(props.value ?? ''), () => undefined)
        : undefined;
      return read?.ok === false ? { ...props, error: true, message: read.message } : { ...props, error: false };
    },
  };
}

/** The way to the service: Enter on the cell follows it as well. */
function UidCell({ row, tabIndex, hasFocus }: Cell) {
  const search = useSharedSearch();
  return (
    <Link
      component={RouterLink}
      to={{ pathname: `/services/${row.id}`, search }}
      tabIndex={tabIndex}
      ref={(link: HTMLAnchorElement | null) => {
        if (hasFocus) link?.focus({ preventScroll: true });
      }}
      sx={{ fontWeight: 500 }}
    >
      {row.uid}
    </Link>
  );
}

export const isMonth = (field: string) => periodOf(field) !== null;
