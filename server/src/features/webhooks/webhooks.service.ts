import type { CreateWebhookBody, Delivery, NewWebhook, UpdateWebhookBody, Webhook } from '@opex/contracts/webhooks';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, invalid, notFound } from '../../lib/errors.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change } from '../audit/change.service.ts';
import { sealKeys } from '../audit/seals.service.ts';
import * as jobs from '../jobs/jobs.service.ts';
import { refusalOfAddress } from './outside.service.ts';
import { encrypt, newSecret } from './secrets.rules.ts';
import { tellingWebhook } from './webhooks.jobs.ts';
import * as repository from './webhooks.repository.ts';

const mostWebhooks = 20;
const way = {
  tags: [],
  refusals: { duplicate: () => conflict('There is already a webhook of this name') },
};

const subjectOf = ({ id, name }: Pick<Webhook, 'id' | 'name'>): audit.Subject => ({ type: 'webhook', id, label: name });

/** Of the address only where it leads: what follows may be a secret of the other end. */
const toldOf = ({ name, url, events, isOn }: Partial<Webhook>) => ({
  ...(name !== undefined && { name }),
  ...(url !== undefined && { address: new URL(url).origin }),
  ...(events !== undefined && { events: events.join(', ') }),
  ...(isOn !== undefined && { isOn }),
});

export const list = (): Promise<Webhook[]> => repository.findAll();

export async function create(caller: Caller, body: CreateWebhookBody): Promise<NewWebhook> {
  mustLeadOutside(body.url);
  const [key] = sealKeys;
  if (key === undefined)
    throw conflict('Webhooks are off: AUDIT_SEAL_KEYS, which their secrets are encrypted with, is not set');
  const secret = newSecret();
  const webhook = await change(caller, way, async (tx) => {
    if ((await repository.count(tx)) >= mostWebhooks)
      throw conflict(`There are ${mostWebhooks} webhooks already; remove one that is not used any more`);
    const id = await repository.insert({ ...body, secret: encrypt(secret, key), createdBy: caller.id }, tx);
    const created = (await repository.find(id, tx)) as Webhook;
    const changes = audit.differences({}, toldOf(body));
    return { answer: created, entries: { action: 'webhook.created', subject: subjectOf(created), changes } };
  });
  return { ...webhook, signingKey: secret };
}

export function update(caller: Caller, id: number, version: number, body: UpdateWebhookBody): Promise<Webhook> {
  if (body.url !== undefined) mustLeadOutside(body.url);
  return change(caller, way, async (tx) => {
    const before = await asSeen('webhook', repository.lock(id, tx), version);
    await repository.update(id, body, tx);
    const after = (await repository.find(id, tx)) as Webhook;
    const changes = audit.differences(toldOf(before), toldOf(after));
    return { answer: after, entries: { action: 'webhook.updated', subject: subjectOf(after), changes } };
  });
}

function mustLeadOutside(url: string) {
  const refusal = refusalOfAddress(url);
  if (refusal) throw invalid('/url', refusal);
}

export const remove = (caller: Caller, id: number): Promise<void> =>
  change(caller, way, async (tx) => {
    const before = await mustBeThere(id, tx);
    await repository.remove(id, tx);
    return { answer: undefined, entries: { action: 'webhook.removed', subject: subjectOf(before) } };
  });

export const test = (caller: Caller, id: number, idempotency?: IdempotencyKey): Promise<{ id: number }> =>
  change(caller, { ...way, idempotency }, async (tx) => {
    const webhook = await mustBeThere(id, tx);
    const jobId = await jobs.add(tellingWebhook, { webhookId: id, entryIds: [] }, caller, tx);
    return { answer: { id: jobId }, entries: { action: 'webhook.tested', subject: subjectOf(webhook) } };
  });

const mustBeThere = (id: number, tx: Transaction) => asSeen('webhook', repository.lock(id, tx), undefined);

export async function deliveries(id: number): Promise<Delivery[]> {
  if (!(await repository.find(id))) throw notFound('Webhook');
  return repository.findDeliveries(id);
}
