import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableFooter from '@mui/material/TableFooter';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useFormat } from '../amounts/use-format.ts';

export type PlainColumn<Row> = {
  label: string;
  /** Numbers stand right, under a heading that does too. */
  isNumber?: boolean;
  /** Amounts of money: the heading says their unit once. */
  isAmount?: boolean;
  /** Left out on a phone, where what matters needs the room. */
  isMinor?: boolean;
  /** Takes the room that is left, and is cut where that is not enough. */
  isWide?: boolean;
  /** Words that may take several lines. */
  isText?: boolean;
  cell: (row: Row) => ReactNode;
  total?: ReactNode;
};

type Props<Row> = {
  label: string;
  columns: readonly PlainColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** What its amounts are in, when that is not the unit this person chose. */
  unit?: string | undefined;
};

/** A short table that is read, not edited; the first column names the row. It scrolls by itself on a phone. */
export function PlainTable<Row>({ label, columns, rows, keyOf, unit }: Props<Row>) {
  const { unit: chosen } = useFormat();
  const hasTotals = columns.some(({ total }) => total !== undefined);
  const [frame, isCut] = useIsCut();
  return (
    <Box
      ref={frame}
      sx={{ overflowX: 'auto', position: 'relative' }}
      {...(isCut && { tabIndex: 0, role: 'group', 'aria-label': label })}
    >
      <Table aria-label={label} sx={{ '& td, & th': { paddingBlock: 1.25, paddingInline: 1.5, fontSize: 13 } }}>
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <TableCell
                key={column.label}
                align={alignOf(column)}
                sx={{ color: 'text.secondary', whiteSpace: 'nowrap', ...placeOf(column) }}
              >
                {column.label}
                {column.isAmount && <UnitOf name={unit ?? chosen.name} />}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)} hover>
              {columns.map((column, index) => (
                <TableCell
                  key={column.label}
                  align={alignOf(column)}
                  {...(index === 0 && { component: 'th', scope: 'row' })}
                  sx={{
                    fontWeight: 400,
                    whiteSpace: column.isText ? 'normal' : 'nowrap',
                    ...(column.isWide && wide),
                    ...placeOf(column),
                  }}
                >
                  {column.cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
        {hasTotals && (
          <TableFooter>
            <TableRow>
              {columns.map((column) => (
                <TableCell
                  key={column.label}
                  align={alignOf(column)}
                  sx={{
                    color: 'text.primary',
                    fontWeight: 600,
                    ...(column.isAmount && { whiteSpace: 'nowrap' }),
                    ...placeOf(column),
                  }}
                >
                  {column.total}
                </TableCell>
              ))}
            </TableRow>
          </TableFooter>
        )}
      </Table>
    </Box>
  );
}

/** Whether part of it must be scrolled to; the keyboard then has to be able to stop there. */
function useIsCut() {
  const frame = useRef<HTMLDivElement>(null);
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => setCut(element.scrollWidth > element.clientWidth + 1));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, isCut] as const;
}

const wide = {
  width: '99%',
  maxWidth: 0,
  minWidth: { xs: 72, sm: 104 },
  overflow: 'hidden',
  textOverflow: 'ellipsis',
} as const;
type Kind = { isNumber?: boolean; isAmount?: boolean; isMinor?: boolean };
const alignOf = ({ isNumber, isAmount }: Kind) => (isNumber || isAmount ? 'right' : 'left');
const placeOf = ({ isMinor }: Kind) => (isMinor ? { display: { xs: 'none', sm: 'table-cell' } } : {});

/** "lakh", after what the amounts of a column are. */
export const UnitOf = ({ name }: { name: string }) =>
  name && (
    <Box component="span" sx={{ fontWeight: 400 }}>
      , {name}
    </Box>
  );
