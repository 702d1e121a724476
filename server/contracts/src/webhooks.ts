import * as z from 'zod/mini';
import { type Action, actions, isSubject, subjects } from './changes.ts';
import { example, id, idParams, nameText, notEmpty, timestamp, version } from './common.ts';
import { endpoint } from './endpoint.ts';
import { jobStates } from './jobs.ts';

/** What other programs are not told: how people come in, how jobs go, and what fills an empty installation. */
const untold = ['session.started', 'job.retried', 'job.cancelled', 'demo.loaded'] as const satisfies Action[];
type Untold = (typeof untold)[number];
export type WebhookEvent = Exclude<Action, Untold>;
const isTold = (action: string): action is WebhookEvent => !untold.some((one) => one === action);
/** Actions of the audit log that a webhook can be told of. */
export const webhookEvents = Object.keys(actions).filter(isTold);

/** "allocation-key" of "allocation-key.updated". */
export const familyOf = (event: string) => event.slice(0, event.indexOf('.'));
export const familyWords = (family: string) => (isSubject(family) ? subjects[family].many : 'Master data');

/** A name or a number in four parts, perhaps a port, and the rest; without a user, a password or a fragment. */
const addressPattern = /^https:[/]{2}[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?][!"$-Z^-~]*)?$/;
const notAnAddress = 'Use an address such as https://example.com/changes, without a name, a password or a #';
const address = z.string().check(
  z.maxLength(500),
  z.regex(addressPattern, notAnAddress),
  z.refine((text) => URL.canParse(text), notAnAddress),
  example('https://example.com/changes'),
);
const events = z.array(z.enum(webhookEvents)).check(
  z.minLength(1, 'Choose what it is told of'),
  z.maxLength(webhookEvents.length),
  z.refine((chosen) => new Set(chosen).size === chosen.length, 'An event is named twice'),
);

export const webhook = z.object({
  id,
  name: z.string(),
  url: z.string(),
  /** A newer build may know more. */
  events: z.array(z.string()),
  isOn: z.boolean(),
  /** Since when no delivery has arrived; null while they do. */
  failingSince: z.nullable(timestamp),
  /** Why the service has switched it off. */
  offBecause: z.nullable(z.string()),
  lastArrivedAt: z.nullable(timestamp),
  createdAt: timestamp,
  creator: z.nullable(z.string()),
  version,
});
export type Webhook = z.infer<typeof webhook>;

/** What signs deliveries is shown only now. */
export const newWebhook = z.extend(webhook, { signingKey: z.string() });
export type NewWebhook = z.infer<typeof newWebhook>;

export const createWebhookBody = z.strictObject({ name: nameText(100), url: address, events });
export type CreateWebhookBody = z.infer<typeof createWebhookBody>;
export const updateWebhookBody = z
  .strictObject({
    name: z.optional(nameText(100)),
    url: z.optional(address),
    events: z.optional(events),
    isOn: z.optional(z.boolean()),
  })
  .check(notEmpty());
export type UpdateWebhookBody = z.infer<typeof updateWebhookBody>;

/** One delivery; it is a job, and kept as long. */
export const delivery = z.object({
  id,
  state: z.enum(jobStates),
  /** How many events it tells; none: a test. */
  events: z.int(),
  tries: z.int(),
  error: z.nullable(z.string()),
  createdAt: timestamp,
  dueAt: timestamp,
  finishedAt: z.nullable(timestamp),
});
export type Delivery = z.infer<typeof delivery>;

/**
 * What is sent. It says that something changed, and never the values: these are read with an API key, which has a scope and
 * an end.
 */
export const webhookMessage = z.object({
  type: z.enum(['changes', 'test']),
  events: z.array(
    z.object({
      /** Of the entry in the audit log: receivers order and recognise events by it. */
      id: z.int(),
      at: timestamp,
      action: z.string(),
      subject: z.object({ type: z.string(), id: z.nullable(id), label: z.string() }),
      actor: z.object({ id: z.nullable(id), name: z.string() }),
      fiscalYear: z.nullable(z.string()),
    }),
  ),
});
export type WebhookMessage = z.infer<typeof webhookMessage>;

/** With every delivery, as Standard Webhooks has them; receivers find libraries for these. */
export const webhookHeaders = {
  'webhook-id': 'Of the delivery, the same when it is tried again',
  'webhook-timestamp': 'Seconds since 1970 at which this try was signed; refuse what is older than five minutes',
  'webhook-signature':
    'v1, and the base64 of HMAC-SHA256 over "id.timestamp.body", by the bytes that follow whsec_ in the signing key, as base64',
} as const;

const tag = 'Webhooks';
export const webhookEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/webhooks',
    tag,
    summary: 'Addresses that are told of changes',
    permission: 'webhooks.edit',
    answer: z.object({ data: z.array(webhook) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/webhooks',
    tag,
    summary: 'Tell an address of changes; the key that signs is shown only now',
    permission: 'webhooks.edit',
    person: true,
    body: createWebhookBody,
    answer: newWebhook,
    status: 201,
  }),
  update: endpoint({
    method: 'patch',
    path: '/webhooks/:id',
    tag,
    summary: 'Change name, address or events, or switch it on or off',
    permission: 'webhooks.edit',
    person: true,
    params: idParams,
    body: updateWebhookBody,
    answer: webhook,
    guarded: true,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/webhooks/:id',
    tag,
    summary: 'Tell an address no more; the key that signed is forgotten',
    permission: 'webhooks.edit',
    person: true,
    params: idParams,
  }),
  test: endpoint({
    method: 'post',
    path: '/webhooks/:id/test',
    tag,
    summary: 'Send a delivery without events',
    permission: 'webhooks.edit',
    person: true,
    params: idParams,
    answer: z.object({ id }),
    status: 202,
    idempotent: true,
  }),
  deliveries: endpoint({
    method: 'get',
    path: '/webhooks/:id/deliveries',
    tag,
    summary: 'The last fifty deliveries, newest first',
    permission: 'webhooks.edit',
    params: idParams,
    answer: z.object({ data: z.array(delivery) }),
  }),
};
