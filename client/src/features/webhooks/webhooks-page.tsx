import type { NewWebhook, Webhook } from '@opex/contracts/webhooks';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PageHeader } from '../../components/page-header.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { whenOrNever } from '../../domain/amounts/format.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { useDialog } from '../../lib/use-draft.ts';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { WebhookDialog } from './webhook-dialog.tsx';
import { DeliveriesDialog, RemoveDialog, SwitchDialog } from './webhook-steps.tsx';
import { webhooks, webhooksKey, webhooksPlace } from './webhooks.queries.ts';
import { stateOf, toldOf } from './webhooks.words.ts';

type Task = { verb: 'add' } | { verb: 'edit' | 'deliveries' | 'switch' | 'remove'; id: number };

/** Addresses of other programs that are told of changes. */
export function WebhooksPage() {
  const { task, open, close } = useDialog<Task>(webhooksPlace);
  const [added, setAdded] = useState<NewWebhook | null>(null);
  const { data, error, refetch } = useQuery(webhooks);
  useLiveRefresh(webhooksKey, (event) => event.kind === 'job' && event.job.kind === 'webhook');
  const chosen = task && task.verb !== 'add' ? data?.data.find(({ id }) => id === task.id) : undefined;
  const add = (webhook: NewWebhook) => {
    setAdded(webhook);
    close();
  };

  return (
    <Stack spacing={4}>
      <PageHeader title="Webhooks" detail="Other programs that are told when something changes, and never the values">
        <Button variant="contained" onClick={() => open({ verb: 'add' })}>
          Add webhook
        </Button>
      </PageHeader>
      {added && (
        <ShownOnce
          label={`The key that signs what "${added.name}" is sent`}
          secret={added.signingKey}
          onDone={() => setAdded(null)}
        />
      )}
      {data ? (
        data.data.length > 0 ? (
          <WebhookTable rows={data.data} start={open} />
        ) : (
          <EmptyState title="No webhooks yet" hint="Add the address of a program that should hear of changes." />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <LinesSkeleton lines={4} />
      )}
      {task?.verb === 'add' && <WebhookDialog onAdded={add} onClose={close} />}
      {chosen && task?.verb === 'edit' && <WebhookDialog webhook={chosen} onAdded={add} onClose={close} />}
      {chosen && task?.verb === 'deliveries' && <DeliveriesDialog webhook={chosen} onClose={close} />}
      {chosen && task?.verb === 'switch' && <SwitchDialog webhook={chosen} onClose={close} />}
      {chosen && task?.verb === 'remove' && <RemoveDialog webhook={chosen} onClose={close} />}
    </Stack>
  );
}

function WebhookTable({ rows, start }: { rows: Webhook[]; start: (task: Task) => void }) {
  return (
    <PlainTable
      label="Webhooks"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { label: 'Name', cell: ({ name }) => name },
        { label: 'Address', isText: true, isMinor: true, cell: ({ url }) => url },
        { label: 'Told of', isText: true, isMinor: true, cell: ({ events }) => toldOf(events) },
        { label: 'State', isText: true, cell: stateOf },
        {
          label: 'Last arrived',
          isMinor: true,
          cell: ({ lastArrivedAt }) => whenOrNever(lastArrivedAt),
        },
        { label: 'Added by', isMinor: true, cell: ({ creator }) => creator ?? '' },
        {
          label: 'Change',
          cell: ({ id, name, isOn }) => (
            <RowMenu
              subject={name}
              actions={[
                { label: 'Deliveries', run: () => start({ verb: 'deliveries', id }) },
                { label: 'Address and events', run: () => start({ verb: 'edit', id }) },
                { label: isOn ? 'Switch off' : 'Switch on', run: () => start({ verb: 'switch', id }) },
                { label: 'Remove', run: () => start({ verb: 'remove', id }) },
              ]}
            />
          ),
        },
      ]}
    />
  );
}
