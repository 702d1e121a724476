import { serviceEndpoints, type HistoryEntry, type Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FieldChanges } from '../../domain/changes/field-changes.tsx';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { actionWords } from '../../domain/words/audit-words.ts';
import { valueWords } from '../../domain/words/field-words.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { notify } from '../../lib/notices.ts';
import { useMay } from '../../lib/session.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { useWrite } from '../../lib/use-write.ts';
import { MoreButton } from './more-button.tsx';
import { isChangeable, serviceHistory } from './service.queries.ts';

type Restoring = { entry: HistoryEntry; field: string; label: string };

export function HistoryTab({ service }: { service: Service }) {
  const may = useMay();
  const query = useInfiniteQuery(serviceHistory(service.id));
  const [restoring, setRestoring] = useState<Restoring | null>(null);
  const { data, error, refetch } = query;
  const entries = data?.pages.flatMap((page) => page.data);
  const mayRestore = isChangeable(service) && may('budgets.edit');

  if (error && !entries) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!entries) return <LinesSkeleton />;
  if (entries.length === 0)
    return <EmptyState title="Nothing has changed yet" hint="Every change is kept here with who, when and why." />;
  return (
    <Stack spacing={2}>
      <Box component="ol" aria-label="History, newest first" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {entries.map((entry) => (
          <Box component="li" key={entry.id} sx={{ paddingBlock: 2, borderBottom: 1, borderColor: 'divider' }}>
            <EntryHead entry={entry} />
            <FieldChanges
              changes={entry.changes}
              fy={entry.fy}
              action={(field, label) =>
                mayRestore &&
                isRestorable(entry, field) && (
                  <Button aria-label={`Restore ${label}`} onClick={() => setRestoring({ entry, field, label })}>
                    Restore
                  </Button>
                )
              }
            />
          </Box>
        ))}
      </Box>
      <MoreButton query={query} />
      {restoring && <RestoreDialog service={service} {...restoring} onClose={() => setRestoring(null)} />}
    </Stack>
  );
}

/** A new service has no earlier state to go back to, shares follow from keys, and what was loaded goes back with its file. */
const notRestored = new Set(['service.created', 'service.shares-changed', 'service.actuals-changed']);
/** The service page has its own buttons for retiring and remarks. */
const isRestorable = ({ action }: HistoryEntry, field: string) =>
  !notRestored.has(action) && field !== 'status' && field !== 'remark';

function EntryHead({ entry: { actor, at, action, fy, reason } }: { entry: HistoryEntry }) {
  return (
    <Typography component="div">
      <strong>{actor}</strong> {actionWords(action)}
      {fy && ` ${fy}`},{' '}
      <Typography component="time" color="textSecondary" dateTime={at}>
        {formatDateTime(at)}
      </Typography>
      {reason && <Box sx={{ color: 'text.secondary' }}>Because: {reason}</Box>}
    </Typography>
  );
}

type RestoreProps = Restoring & { service: Service; onClose: () => void };

function RestoreDialog({ service, entry, field, label, onClose }: RestoreProps) {
  const format = useFormat();
  const before = valueWords(field, entry.changes[field]?.from ?? null, format);
  const write = useWrite(
    (reason: string) =>
      callApi(serviceEndpoints.restore, {
        params: { id: service.id, entryId: entry.id },
        version: service.version,
        body: { field, reason },
      }),
    () => {
      notify(`${label} is ${before} again`);
      onClose();
    },
  );
  return (
    <ReasonDialog
      title={`Restore ${label}`}
      confirmLabel="Restore"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={(reason) => write.mutate(reason)}
      onCancel={onClose}
    >
      {label} becomes {before} again, as it was before {entry.actor} changed it on {formatDateTime(entry.at)}.
    </ReasonDialog>
  );
}
