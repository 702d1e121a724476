import type { Operations } from '@opex/contracts/operations';
import Typography from '@mui/material/Typography';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { since } from '../../domain/words/since.ts';
import { duration, partsOf, whole } from './operations.words.ts';

type Props = { seen: Operations };

export const Parts = ({ seen }: Props) => (
  <PlainTable
    label="What it stands on"
    rows={partsOf(seen, formatDateTime)}
    keyOf={({ name }) => name}
    columns={[
      { label: 'Part', cell: ({ name }) => name },
      { label: 'State', isText: true, cell: ({ state }) => state },
    ]}
  />
);

export const Pools = ({ seen }: Props) => (
  <PlainTable
    label="Connections to the database"
    rows={seen.pools}
    keyOf={({ name }) => name}
    columns={[
      { label: 'Database', cell: ({ name }) => name },
      { label: 'In use', isNumber: true, cell: ({ open, idle }) => whole(open - idle) },
      { label: 'Open', isNumber: true, cell: ({ open }) => whole(open) },
      { label: 'At most', isNumber: true, cell: ({ max }) => whole(max) },
      { label: 'Waiting', isNumber: true, cell: ({ waiting }) => whole(waiting) },
    ]}
  />
);

export const Statements = ({ seen }: Props) =>
  seen.statements.dearest.length === 0 ? (
    <Typography color="textSecondary">This process has not asked the database yet.</Typography>
  ) : (
    <PlainTable
      label="Dearest statements"
      rows={seen.statements.dearest}
      keyOf={({ name }) => name}
      columns={[
        { label: 'Statement', isWide: true, cell: ({ name }) => name },
        { label: 'Times', isNumber: true, cell: ({ times }) => whole(times) },
        { label: 'In all', isNumber: true, cell: ({ seconds }) => duration(seconds * 1_000) },
        { label: 'On average', isNumber: true, cell: ({ seconds, times }) => duration((seconds / times) * 1_000) },
      ]}
    />
  );

export const Processes = ({ seen: { processes, checkedAt } }: Props) => (
  <PlainTable
    label="Processes on this database"
    rows={processes}
    keyOf={({ address, since: began }) => `${address} ${began}`}
    columns={[
      { label: 'Address', isWide: true, cell: ({ address }) => address },
      { label: 'Connected', cell: ({ since: began }) => formatDateTime(began) },
      { label: 'For', isNumber: true, cell: ({ since: began }) => since(began, checkedAt) },
    ]}
  />
);
