import * as z from 'zod/mini';
import { describeMaster, type MasterKind } from './masters.ts';
import type { Permission } from './permissions.ts';

/** What changed: a plain value, or a master by id and name. */
export const changedValue = z.nullable(
  z.union([z.string(), z.boolean(), z.number(), z.object({ id: z.int(), name: z.string() }), z.array(z.int())]),
);
export const changes = z.record(z.string(), z.object({ from: changedValue, to: changedValue }));
export type Changes = z.infer<typeof changes>;

const ofMaster = (kind: MasterKind) => ({ ...describeMaster[kind], seenBy: 'masters.view' }) as const;

/** What entries of the audit log are about, what readers call it, and which right it takes to see it. */
export const subjects = {
  service: { one: 'service', many: 'Services', seenBy: 'budgets.view' },
  vendor: ofMaster('vendors'),
  tower: ofMaster('towers'),
  'budget-head': ofMaster('budget-heads'),
  entity: ofMaster('entities'),
  'po-entity': ofMaster('po-entities'),
  'allocation-type': ofMaster('allocation-types'),
  'allocation-key': { one: 'allocation key', many: 'Allocation keys', seenBy: 'masters.view' },
  currency: { one: 'currency', many: 'Currencies', seenBy: 'masters.view' },
  'currency-rate': { one: 'currency rate', many: 'Currency rates', seenBy: 'masters.view' },
  'purchase-line': { one: 'purchase line', many: 'Purchase orders', seenBy: 'budgets.view' },
  'fiscal-year': { one: 'fiscal year', many: 'Fiscal years', seenBy: 'masters.view' },
  user: { one: 'user', many: 'Users', seenBy: 'users.view' },
  'api-key': { one: 'API key', many: 'API keys', seenBy: 'users.view' },
  job: { one: 'job', many: 'Jobs', seenBy: 'jobs.view' },
  webhook: { one: 'webhook', many: 'Webhooks', seenBy: 'webhooks.edit' },
  'saved-view': { one: 'view', many: 'Saved views', seenBy: 'budgets.view' },
  import: { one: 'import', many: 'Imports', seenBy: 'budgets.view' },
  demo: { one: 'demo', many: 'Demo data', seenBy: 'budgets.view' },
} as const satisfies Record<string, { one: string; many: string; seenBy: Permission }>;
export type SubjectType = keyof typeof subjects;
export const isSubject = (name: string): name is SubjectType => Object.hasOwn(subjects, name);

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
  'service.removed': 'took back',
  'service.actuals-changed': 'changed the actuals of',
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
  'allocation-key.removed': 'took back',
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
  'saved-view.created': 'added',
  'saved-view.updated': 'changed',
  'saved-view.removed': 'removed',
  'import.received': 'sent the',
  'import.applied': 'applied the',
  'import.undone': 'undid the',
  'import.cancelled': 'cancelled the',
  'demo.loaded': 'loaded',
} as const satisfies Record<`${string}.${string}`, string>;
export type Action = keyof typeof actions;
