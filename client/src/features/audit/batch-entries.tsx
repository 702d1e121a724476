import type { AuditBatch, AuditEntry } from '@opex/contracts/audit';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { FieldChanges } from '../../domain/changes/field-changes.tsx';
import { useMay } from '../../lib/session.ts';
import { entriesOf } from './audit.queries.ts';
import { UndoBatch } from './undo-batch.tsx';
import { entriesIn, isUndoable } from './batch.rules.ts';
import { Subject } from './subject.tsx';

/** What a line of the log opens to: its rows with their fields, and the way to undo them. */
export function BatchEntries({ batch }: { batch: AuditBatch }) {
  const count = entriesIn(batch);
  if (count === 1 || batch.requestId === null) return <Opened batch={batch} count={count} entries={[batch]} />;
  return <LoadedEntries batch={batch} requestId={batch.requestId} count={count} />;
}

type Props = { batch: AuditBatch; count: number };

function LoadedEntries({ batch, count, requestId }: Props & { requestId: string }) {
  const { data, error, refetch } = useQuery(entriesOf(requestId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return data ? <Opened batch={batch} count={count} entries={data} /> : <LinesSkeleton lines={Math.min(count, 12)} />;
}

function Opened({ batch, count, entries }: Props & { entries: readonly AuditEntry[] }) {
  const may = useMay();
  const [first, last = batch] = [entries[0], entries.at(-1)];
  const isWhole = entries.length === count;
  return (
    <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
      {isWhole && isUndoable(batch) && may('budgets.edit') && <UndoBatch batch={batch} entries={entries} />}
      <Box component="ol" aria-label="What changed" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {entries.map((entry) => (
          <Box component="li" key={entry.id} sx={{ paddingBlock: 1 }}>
            {count > 1 && (
              <Typography component="div" sx={{ fontWeight: 600 }}>
                <Subject type={entry.subjectType} id={entry.subjectId} label={entry.subject} />
              </Typography>
            )}
            <FieldChanges changes={entry.changes} fy={entry.fy} />
          </Box>
        ))}
      </Box>
      {!isWhole && <Typography color="textSecondary">and {count - entries.length} more</Typography>}
      <Typography variant="caption" color="textSecondary" component="div" sx={{ overflowWrap: 'anywhere' }}>
        {first && first !== last && `Entries from ${first.id} on. `}Entry {last.id}, hash {last.hash.slice(0, 16)}
        {batch.requestId && `, request ${batch.requestId}`}
      </Typography>
    </Stack>
  );
}
