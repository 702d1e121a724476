import * as z from 'zod/mini';
import { describeMaster, type MasterKind } from './masters.ts';

/** What changed: a plain value, or a master by id and name. */
export const changedValue = z.nullable(
  z.union([z.string(), z.boolean(), z.number(), z.object({ id: z.int(), name: z.string() }), z.array(z.int())]),
);
export const changes = z.record(z.string(), z.object({ from: changedValue, to: changedValue }));
export type Changes = z.infer<typeof changes>;

/** What entries of the audit log are about, and what readers call it. */
export const subjects = {
  service: { one: 'service', many: 'Services' },
  vendor: describeMaster.vendors,
  tower: describeMaster.towers,
  'budget-head': describeMaster['budget-heads'],
  entity: describeMaster.entities,
  'po-entity': describeMaster['po-entities'],
  'allocation-type': describeMaster['allocation-types'],
  'allocation-key': { one: 'allocation key', many: 'Allocation keys' },
  currency: { one: 'currency', many: 'Currencies' },
  'currency-rate': { one: 'currency rate', many: 'Currency rates' },
  'purchase-line': { one: 'purchase line', many: 'Purchase orders' },
  'fiscal-year': { one: 'fiscal year', many: 'Fiscal years' },
  user: { one: 'user', many: 'Users' },
  'api-key': { one: 'API key', many: 'API keys' },
  job: { one: 'job', many: 'Jobs' },
  webhook: { one: 'webhook', many: 'Webhooks' },
  demo: { one: 'demo', many: 'Demo data' },
} as const satisfies Record<string, { one: string; many: string }>;
export type SubjectType = keyof typeof subjects;

export const subjectOfMaster: Record<MasterKind, SubjectType> = {
  vendors: 'vendor',
  towers: 'tower',
  'budget-heads': 'budget-head',
  entities: 'entity',
  'po-entities': 'po-entity',
  'allocation-types': 'allocation-type',
};

/** Every action that an entry can name, with the words between who did it and to what: "Asha retired service OPX-7". */
export const actions = {
  'service.created': 'added',
  'service.updated': 'changed',
  'service.restored': 'restored',
  'service.retired': 'retired',
  'service.reinstated': 'reinstated',
  'service.remarked': 'wrote a remark on',
  'service.shares-changed': 'changed by a key the shares of',
  'master.created': 'added',
  'master.updated': 'changed',
  'master.merged': 'merged another into',
  'master.merge-undone': 'undid a merge into',
  'master.deleted': 'deleted',
  'currency.created': 'added',
  'currency.updated': 'changed',
  'currency-rate.created': 'added',
  'currency-rate.updated': 'changed',
  'currency-rate.deleted': 'deleted',
  'allocation-key.created': 'added',
  'allocation-key.updated': 'changed',
  'allocation-key.version-added': 'added a version of',
  'allocation-key.version-changed': 'corrected a version of',
  'allocation-key.version-removed': 'removed a version of',
  'purchase-line.updated': 'changed',
  'fiscal-year.created': 'added',
  'fiscal-year.reported': 'reported',
  'user.created': 'added',
  'user.updated': 'changed',
  'user.password-reset': 'reset the password of',
  'user.password-changed': 'changed the password of',
  'user.unlocked': 'unlocked',
  'user.sessions-ended': 'ended the sessions of',
  'session.started': 'signed in as',
  'api-key.created': 'added',
  'api-key.revoked': 'revoked',
  'job.retried': 'began again the',
  'job.cancelled': 'cancelled the',
  'webhook.created': 'added',
  'webhook.updated': 'changed',
  'webhook.removed': 'removed',
  'webhook.tested': 'sent a test to',
  'webhook.switched-off': 'switched off',
  'demo.loaded': 'loaded',
} as const satisfies Record<`${string}.${string}`, string>;
export type Action = keyof typeof actions;
