import type { TrackerRow } from '@opex/contracts/tracker';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import Link from '@mui/material/Link';
import type { GridColDef, GridRenderCellParams } from '@mui/x-data-grid';
import { Link as RouterLink } from 'react-router-dom';
import { Amount, Variance } from '../../amounts/amount.tsx';
import { MonthLock } from '../../month-lock.tsx';
import type { Month } from '../../closed-months.ts';
import { formatDate } from '../../amounts/format.ts';
import type { AmountEntry } from '../../amounts/use-amount-entry.ts';
import { useFromList, useSharedSearch } from '../../../lib/use-search-state.ts';
import type { Widths } from './amount-width.ts';
import { cellText, readCell } from '../editing/cell-entry.ts';
import { ReferenceEditCell, TextEditCell } from '../editing/edit-cells.tsx';
import { entryOf, fieldNamed, monthField, titleOf, type Field } from './fields.ts';
import { textOf, valueOf } from '../editing/row-edits.ts';
import { frozen } from '../keys/frozen-columns.ts';

type Column = GridColDef<TrackerRow>;
type Cell = GridRenderCellParams<TrackerRow>;

/** What the columns depend on beside their fields: how wide amounts are, how they are typed, and what the month is called. */
type Look = { widths: Widths; entry: AmountEntry; month?: string | undefined };

export function contractColumns(shown: readonly string[], fy: string | undefined, look: Look): Column[] {
  return shown.flatMap((name) => {
    const field = fieldNamed(name);
    if (!field) return [];
    const column = columnOf(field, fy, look);
    return [field.kind === 'amount' ? { ...column, width: Math.max(field.width, look.widths[name] ?? 0) } : column];
  });
}

/** The service, its year month by month, and what that makes. */
export const monthColumns = (year: FiscalYear | undefined, look: Look): Column[] => [
  ...contractColumns(['uid', 'service'], undefined, look),
  ...yearByMonth(year, look),
  { ...totalOf(year, look), editable: false },
];

/** What stands in the first column where there is one service only. */
export const namesField = 'names';

/** The months of the only service there is, and a total that is spread over them when it is typed. */
export const monthsOfOne = (year: FiscalYear | undefined, look: Look): Column[] => [
  {
    field: namesField,
    headerName: '',
    width: 124,
    sortable: false,
    rowHeader: true,
    ...frozen('Left'),
    valueGetter: () => 'Budget',
  },
  ...yearByMonth(year, look),
  { ...totalOf(year, look), sortable: false },
];

const totalOf = (year: FiscalYear | undefined, look: Look) =>
  ({
    ...contractColumns(['budget'], undefined, look)[0],
    headerName: year ? `${year.label} total` : 'Year total',
    ...frozen('Right'),
  }) as Column;

function yearByMonth(year: FiscalYear | undefined, look: Look): Column[] {
  return Array.from({ length: 12 }, (_, index) => index + 1).map((period): Column => {
    const month = year?.periods.find(({ number }) => number === period);
    const field = monthField(period);
    return {
      ...amountColumn(field, month?.label ?? `Month ${period}`, look),
      ...(month && month.state !== 'OPEN' && locked(month, field)),
      width: Math.max(66, (look.widths[field] ?? 0) + (!month || month.state === 'OPEN' ? 0 : lockWidth)),
      sortable: false,
      ...typedEntry(field, look),
    };
  });
}

/** Beside the longest amount. */
const lockWidth = 11;

/** A lock in the head and in every cell; what a month says in words stands in both for a screen reader. */
function locked(month: Month, name: string): Partial<Column> {
  return {
    cellClassName: month.state === 'CLOSED' ? 'closed-cell' : 'soft-cell',
    renderHeader: ({ colDef }) => (
      <span className="MuiDataGrid-columnHeaderTitle">
        {colDef.headerName} <MonthLock month={month} />
      </span>
    ),
    renderCell: ({ row }: Cell) => (
      <>
        <MonthLock month={month} />
        <Amount value={textOf(valueOf(row, name))} />
      </>
    ),
  };
}

function columnOf(field: Field, fy: string | undefined, look: Look): Column {
  const { field: name, width, isSortable, kind } = field;
  const common = { field: name, headerName: titleOf(field, fy, look.month), width, sortable: isSortable };
  if (name === 'uid')
    return { ...common, ...frozen('Left'), rowHeader: true, renderCell: (cell: Cell) => <UidCell {...cell} /> };
  if (/variance/i.test(name))
    return { ...amountColumn(name, common.headerName, look), ...common, renderCell: varianceCell };
  if (kind === 'amount')
    return { ...amountColumn(name, common.headerName, look), ...common, ...typedEntry(name, look) };
  if (kind === 'date') {
    return { ...common, valueFormatter: (value: string | null) => formatDate(value), ...typedEntry(name, look) };
  }
  // Names take what room is left.
  const flexible = name === 'service' || name === 'vendor' ? { flex: width, minWidth: width - 24 } : {};
  return { ...common, ...flexible, ...(name === 'service' && frozen('Left')), ...typedEntry(name, look) };
}

function amountColumn(name: string, title: string, { entry }: Look): Column {
  return {
    field: name,
    headerName: title,
    align: 'right',
    headerAlign: 'right',
    sortingOrder: ['desc', 'asc'],
    // The text that an editor opens with. What the cell shows comes from the row.
    valueGetter: (_value, row) => cellText(row, name, entry),
    renderCell: ({ row }: Cell) => <Amount value={textOf(valueOf(row, name))} />,
  };
}

const varianceCell = ({ row, field }: Cell) => <Variance value={textOf(valueOf(row, field))} isWordHidden />;

/** What is typed is read as it is typed, and nothing wrong can be left behind. */
function typedEntry(name: string, { entry: amounts }: Look): Partial<Column> {
  const entry = entryOf(name);
  if (!entry) return {};
  if (entry.as === 'choice') return { editable: true, type: 'singleSelect', valueOptions: [...entry.values] };
  if (entry.as === 'reference') {
    return { editable: true, renderEditCell: (cell) => <ReferenceEditCell {...cell} master={entry.master} /> };
  }
  return {
    editable: true,
    renderEditCell: (cell) => <TextEditCell {...cell} {...(entry.as === 'amount' && { amounts })} />,
    preProcessEditCellProps: ({ row, props, hasChanged }) => {
      const read = hasChanged
        ? readCell(row as TrackerRow, name, String(props.value ?? ''), { ...amounts, findMaster: () => undefined })
        : undefined;
      return read?.ok === false ? { ...props, error: true, message: read.message } : { ...props, error: false };
    },
  };
}

/** The way to the service: Enter on the cell follows it as well. */
function UidCell({ row, tabIndex, hasFocus }: Cell) {
  const search = useSharedSearch();
  const from = useFromList();
  return (
    <Link
      component={RouterLink}
      to={{ pathname: `/services/${row.id}`, search }}
      state={from}
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
