import { type Webhook, webhookEndpoints } from '@opex/contracts/webhooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DialogShell } from '../../components/dialog-shell.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { callApi } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { useWrite } from '../../lib/use-write.ts';
import { deliveriesTo } from './webhooks.queries.ts';
import { outcomeOf, sizeOf } from './webhooks.words.ts';

type Props = { webhook: Webhook; onClose: () => void };

export function SwitchDialog({ webhook: { id, name, version, isOn }, onClose }: Props) {
  const write = useWrite(
    () => callApi(webhookEndpoints.update, { params: { id }, version, body: { isOn: !isOn } }),
    onClose,
  );
  const verb = isOn ? 'Switch off' : 'Switch on';
  return (
    <ConfirmDialog
      title={`${verb} ${name}`}
      confirmLabel={verb}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      {isOn
        ? 'It is told of nothing from now on, and of what happens meanwhile it is not told later.'
        : 'It is told of what happens from now on. The audit log has what happened meanwhile.'}
    </ConfirmDialog>
  );
}

export function RemoveDialog({ webhook: { id, name }, onClose }: Props) {
  const write = useWrite(() => callApi(webhookEndpoints.remove, { params: { id } }), onClose);
  return (
    <ConfirmDialog
      title={`Remove ${name}`}
      confirmLabel="Remove"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      It is told of nothing any more, and its signing key is forgotten. This cannot be undone.
    </ConfirmDialog>
  );
}

/** What was sent lately, and what became of it. */
export function DeliveriesDialog({ webhook: { id, name }, onClose }: Props) {
  const { data, error, refetch } = useQuery(deliveriesTo(id));
  const [idempotencyKey, setKey] = useState(newIdempotencyKey);
  const write = useWrite(
    () => callApi(webhookEndpoints.test, { params: { id }, idempotencyKey }),
    () => setKey(newIdempotencyKey),
  );
  return (
    <DialogShell
      title={`Deliveries to ${name}`}
      maxWidth="md"
      isChanged={false}
      error={write.error}
      onClose={onClose}
      onSubmit={() => write.mutate()}
      actions={
        <>
          <Button type="submit" disabled={write.isPending}>
            Send a test
          </Button>
          <Button onClick={onClose} variant="contained">
            Close
          </Button>
        </>
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={4} />
      ) : data.data.length === 0 ? (
        <Typography color="textSecondary">
          Nothing was sent lately. A test shows whether the other end takes it.
        </Typography>
      ) : (
        <PlainTable
          label={`Deliveries to ${name}`}
          rows={data.data}
          keyOf={(delivery) => delivery.id}
          columns={[
            { label: 'Since', cell: ({ createdAt }) => formatDateTime(createdAt) },
            { label: 'What', cell: sizeOf },
            { label: 'How it went', isText: true, cell: outcomeOf },
          ]}
        />
      )}
    </DialogShell>
  );
}
