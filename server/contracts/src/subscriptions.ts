import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';

export const subscriptions = z.object({
  /** A mail every morning with what a person wants to know first, unless there is nothing new. */
  dailySummary: z.boolean(),
  /** When it is sent: HH:MM, UTC. */
  sentAt: z.string(),
  /** False: this installation sends no mails. */
  mailsAreSent: z.boolean(),
});
export type Subscriptions = z.infer<typeof subscriptions>;

export const updateSubscriptionsBody = z.strictObject({ dailySummary: z.boolean() });
export type UpdateSubscriptionsBody = z.infer<typeof updateSubscriptionsBody>;

const tag = 'Subscriptions';
export const subscriptionEndpoints = {
  get: endpoint({
    method: 'get',
    path: '/subscriptions',
    tag,
    summary: 'What you are told by mail',
    permission: 'session',
    answer: subscriptions,
  }),
  update: endpoint({
    method: 'patch',
    path: '/subscriptions',
    tag,
    summary: 'Choose what you are told by mail',
    permission: 'session',
    body: updateSubscriptionsBody,
    answer: subscriptions,
  }),
};
