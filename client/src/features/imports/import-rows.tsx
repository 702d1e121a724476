import {
  type ImportCell,
  type ImportOutcome,
  type ImportRecord,
  type ImportRow,
  importEndpoints,
} from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Pager } from '../../components/grid-footer.tsx';
import { ListError, PastTheEnd } from '../../components/past-the-end.tsx';
import { EmptyState, LinesSkeleton } from '../../components/states.tsx';
import { Amount } from '../../domain/amounts/amount.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { PlainTable, type PlainColumn } from '../../domain/lists/plain-table.tsx';
import { takeFile } from '../../lib/api.ts';
import { useFile } from '../../lib/use-file.ts';
import { useSearchState } from '../../lib/use-search-state.ts';
import { Difference } from './effects.tsx';
import { rowsOf } from './imports.queries.ts';

type Props = { record: ImportRecord; outcome: ImportOutcome };

const nothing: Record<ImportOutcome, string> = {
  added: 'Nothing is new',
  changed: 'Nothing changes',
  rejected: 'No row is rejected',
  unchanged: 'No row says what is there already',
};

/** The rows of one outcome, a page at a time. */
export function ImportRows({ record: { id, version }, outcome }: Props) {
  const [{ page, limit }, change] = useSearchState(importEndpoints.rows.query, { limit: 25 });
  const { data, error, refetch } = useQuery({
    ...rowsOf(id, version, { outcome, page, limit }),
    placeholderData: keepPreviousData,
  });
  if (error && !data)
    return <ListError error={error} page={page} onAddressChange={change} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton lines={8} />;
  const { pagination } = data;
  if (pagination.total === 0) return <EmptyState title={nothing[outcome]} />;
  if (data.data.length === 0) return <PastTheEnd {...pagination} onAddressChange={change} />;
  return (
    <>
      {outcome === 'rejected' && <RejectedFile id={id} />}
      {(outcome === 'added' || outcome === 'changed') && <ChangedCells rows={data.data} />}
      {outcome === 'rejected' && <RejectedCells rows={data.data} />}
      {outcome === 'unchanged' && <UnchangedRows rows={data.data} />}
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', paddingBlock: 1 }}>
        <Pager pagination={pagination} onAddressChange={change} />
      </Box>
    </>
  );
}

/** The rejected rows as they are in the file, to be corrected and loaded again. */
function RejectedFile({ id }: { id: number }) {
  const { isPending, mutate } = useFile(() => takeFile(importEndpoints.rejected, { params: { id } }));
  return (
    <Button variant="outlined" disabled={isPending} onClick={() => mutate()} sx={{ marginBlock: 2 }}>
      Download the rejected rows
    </Button>
  );
}

type Rows = { rows: ImportRow[] };
type Line<Part> = { row: ImportRow; part: Part; isFirst: boolean; key: string };

/** A line for each cell; the service stands beside its first. */
const linesOf = <Part,>(rows: ImportRow[], partsOf: (row: ImportRow) => Part[]): Line<Part>[] =>
  rows.flatMap((row) =>
    partsOf(row).map((part, index) => ({ row, part, isFirst: index === 0, key: `${row.number}-${index}` })),
  );

const serviceOf = ({ uid, serviceId, service }: ImportRow): ReactNode =>
  serviceId === null ? uid : <ServiceLink id={serviceId} uid={uid} service={service ?? ''} />;
const begin = <Part,>(): PlainColumn<Line<Part>>[] => [
  { label: 'Row', cell: ({ row }) => row.number },
  { label: 'Service or key', isWide: true, cell: ({ row, isFirst }) => isFirst && serviceOf(row) },
];

function ChangedCells({ rows }: Rows) {
  return (
    <PlainTable
      label="Cells that change"
      rows={linesOf(rows, ({ cells }) => cells)}
      keyOf={({ key }) => key}
      columns={[
        ...begin<ImportRow['cells'][number]>(),
        { label: 'What', cell: ({ part }) => part.title },
        { label: 'Column', isMinor: true, cell: ({ part }) => part.column ?? 'spread' },
        { label: 'From', isAmount: true, cell: ({ part }) => <Value {...part} value={part.from} /> },
        { label: 'To', isAmount: true, cell: ({ part }) => <Value {...part} value={part.to} /> },
        {
          label: 'Difference',
          isAmount: true,
          isMinor: true,
          cell: ({ part: { isText, from, to } }) =>
            !isText && (from !== null || to !== null) && <Difference before={from} after={to} />,
        },
      ]}
    />
  );
}

const Value = ({ value, from, to, isText }: ImportCell & { value: string | null }) =>
  value !== null ? isText ? value : <Amount value={value} /> : from === to ? '' : 'empty';

function RejectedCells({ rows }: Rows) {
  return (
    <PlainTable
      label="Rejected cells"
      rows={linesOf(rows, ({ rejected }) => rejected)}
      keyOf={({ key }) => key}
      columns={[
        { label: 'Row', cell: ({ row }) => row.number },
        {
          label: 'Service or key',
          cell: ({ row }) => (row.serviceId === null ? row.uid : <ServiceLink id={row.serviceId} uid={row.uid} />),
        },
        { label: 'Column', cell: ({ part }) => part.column },
        { label: 'Value', isText: true, cell: ({ part }) => part.value },
        { label: 'Reason', isText: true, cell: ({ part }) => part.reason },
      ]}
    />
  );
}

function UnchangedRows({ rows }: Rows) {
  return (
    <PlainTable
      label="Rows that change nothing"
      rows={rows}
      keyOf={({ number }) => number}
      columns={[
        { label: 'Row', cell: ({ number }) => number },
        { label: 'Service or key', isWide: true, cell: serviceOf },
      ]}
    />
  );
}
