import {
  createWebhookBody,
  type CreateWebhookBody,
  type NewWebhook,
  type UpdateWebhookBody,
  type Webhook,
  webhookEndpoints,
  type WebhookEvent,
  webhookEvents,
} from '@opex/contracts/webhooks';
import { useQueryClient } from '@tanstack/react-query';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { changedFields, fieldDifferences, withoutFields } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import { EventChoice } from './event-choice.tsx';
import { webhooks, webhooksPlace } from './webhooks.queries.ts';

type Props = { webhook?: Webhook; onAdded: (webhook: NewWebhook) => void; onClose: () => void };

type Draft = { name: string; url: string; events: WebhookEvent[] };
const draftOf = ({ name, url, events }: Webhook): Draft => ({
  name,
  url,
  events: webhookEvents.filter((event) => events.includes(event)),
});

export function WebhookDialog({ webhook, onAdded, onClose }: Props) {
  const add = useWrite((body: CreateWebhookBody) => callApi(webhookEndpoints.create, { body }), onAdded);
  const client = useQueryClient();
  const format = useFormat();
  const change = useGuardedWrite<Webhook, UpdateWebhookBody, Webhook>(
    {
      send: (body, { id, version }) => callApi(webhookEndpoints.update, { params: { id }, version, body }),
      async load(seen) {
        const { data } = await client.query({ ...webhooks, staleTime: 0 });
        return data.find(({ id }) => id === seen.id) ?? seen;
      },
      differences: fieldDifferences(format),
      without: withoutFields,
    },
    onClose,
  );
  const form = useDialogForm<Draft, CreateWebhookBody>({
    place: webhooksPlace,
    initial: webhook ? draftOf(webhook) : { name: '', url: 'https://', events: [] },
    titles: { name: 'Name', url: 'Address', events: 'Told of' },
    schema: createWebhookBody,
    error: add.error ?? change.error,
  });
  const dialog = form.dialog((body) =>
    webhook ? change.mutate({ mine: changedFields(body, draftOf(webhook)), seen: webhook }) : add.mutate(body),
  );

  return (
    <>
      <FormDialog
        title={webhook ? `Change ${webhook.name}` : 'Add webhook'}
        confirmLabel={webhook ? 'Save' : 'Add'}
        maxWidth="md"
        {...dialog}
        isBusy={add.isPending || change.isPending}
        onCancel={onClose}
      >
        <FormField form={form} name="name" helperText="Which program is told" autoFocus />
        <FormField
          form={form}
          name="url"
          helperText="Where changes are posted to, by https"
          input={{ inputMode: 'url' }}
        />
        <EventChoice chosen={form.draft.events} onChange={(events) => form.change('events', events)} />
      </FormDialog>
      {change.conflict}
    </>
  );
}
