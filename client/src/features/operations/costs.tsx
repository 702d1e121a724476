import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { LinesSkeleton, wordsOf } from '../../components/states.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { costLines } from './costs.words.ts';
import { costs } from './operations.queries.ts';

export function Costs({ areCounted }: { areCounted: boolean }) {
  const { data, error } = useQuery({ ...costs, enabled: areCounted });
  if (!areCounted)
    return (
      <Typography color="textSecondary">
        It is not counted. The setting COSTS and prices of your machines, both in .env.example, show it here.
      </Typography>
    );
  if (error) return <Typography color="textSecondary">It cannot be said now: {wordsOf(error)}</Typography>;
  if (!data) return <LinesSkeleton lines={4} />;
  return (
    <PlainTable
      label="What it costs"
      rows={costLines(data, formatDateTime)}
      keyOf={({ what }) => what}
      columns={[
        { label: 'What', cell: ({ what }) => what },
        { label: 'Cost', isNumber: true, cell: ({ value }) => value },
        { label: 'Why', isText: true, cell: ({ why }) => why },
      ]}
    />
  );
}
