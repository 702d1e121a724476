import * as z from 'zod/mini';
import { timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';

/** What can happen, in the words of OWASP's logging vocabulary where it has one, and how it ended. */
export const outcomeOf = {
  session_created: 'success',
  session_ended: 'success',
  session_expired: 'success',
  authn_login_fail: 'failure',
  authn_login_lock: 'refused',
  authn_password_change: 'success',
  authn_password_change_fail: 'failure',
  authn_password_reset: 'success',
  authn_token_created: 'success',
  authn_token_revoked: 'success',
  authn_token_fail: 'failure',
  apikey_used: 'success',
  authz_fail: 'refused',
  csrf_fail: 'refused',
  process_examined: 'success',
  excess_rate_limit_exceeded: 'refused',
} as const;
export type SecurityEventName = keyof typeof outcomeOf;
export const securityEventNames = Object.keys(outcomeOf) as SecurityEventName[];
export const outcomes = ['success', 'failure', 'refused'] as const;

export const securityEvent = z.object({
  id: z.int(),
  at: timestamp,
  /** The same event from the same place is one entry a minute. This is how often it happened, and when last. */
  lastAt: timestamp,
  times: z.int(),
  event: z.string(),
  outcome: z.enum(outcomes),
  userId: z.nullable(z.int()),
  /** The e-mail address that was used or typed. */
  subject: z.string(),
  address: z.string(),
  requestId: z.nullable(z.string()),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type SecurityEvent = z.infer<typeof securityEvent>;
export const securityEventPage = pageOf(securityEvent);
export type SecurityEventPage = z.infer<typeof securityEventPage>;

export const securityEventFields = {
  id: 'number',
  at: 'date',
  event: 'choice',
  outcome: 'choice',
  userId: 'number',
  subject: 'text',
  address: 'text',
} as const satisfies ListFields;
export const listSecurityEventsQuery = listQuery(securityEventFields, {});
export type ListSecurityEventsQuery = z.infer<typeof listSecurityEventsQuery>;

export const securityEventEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/security-events',
    tag: 'Security log',
    summary: 'Sign-ins, refusals, sessions and key uses, newest first',
    permission: 'security.view',
    query: listSecurityEventsQuery,
    answer: securityEventPage,
  }),
};
