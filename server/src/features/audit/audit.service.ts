import type { AuditBatchPage, AuditPage, AuditVerdict, ListAuditQuery } from '@opex/contracts/audit';
import type { Action, Changes, SubjectType } from '@opex/contracts/changes';
import type { Caller } from '../../lib/caller.ts';
import { chainFailures } from '../../lib/metrics.ts';
import { currentRequest } from '../../lib/request-context.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './audit.repository.ts';
import { hears } from './readers.rules.ts';
import { mayRewrite } from './seals.repository.ts';
import * as seal from './seals.service.ts';

export type { Noticed } from './audit.repository.ts';

export type Subject = { type: SubjectType; id: number | null; label: string };

export type Recorded = {
  action: Action;
  subject: Subject;
  changes?: Changes;
  reason?: string | undefined;
  fy?: string;
  /** The entities it belongs to, when it belongs to some. */
  entityIds?: number[];
};

export type Actor = Pick<Caller, 'id' | 'name'> | { id: null; name: string };

/** Takes the transaction of the change it records: no change without its entry. */
export function record(actor: Actor, entries: Recorded | Recorded[], tx: Transaction) {
  if (Array.isArray(entries) && entries.length === 0) return;
  const requestId = currentRequest()?.requestId ?? null;
  repository.insertMany(
    [entries].flat().map(({ action, subject, changes = {}, reason, fy, entityIds }) => ({
      actorId: actor.id,
      actorName: actor.name,
      action,
      subjectType: subject.type,
      subjectId: subject.id,
      subjectLabel: subject.label,
      changes,
      reason: reason ?? null,
      fiscalYear: fy ?? null,
      entityIds: entityIds ?? null,
      requestId,
    })),
    tx,
  );
}

/** What differs between two states of a record, field by field. */
export function differences(before: object, after: object): Changes {
  const was = before as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(after as Record<string, unknown>)
      .filter(([field, to]) => was[field] !== to && JSON.stringify(was[field] ?? null) !== JSON.stringify(to ?? null))
      .map(([field, to]) => [field, { from: was[field] ?? null, to: to ?? null }]),
  ) as Changes;
}

export const list = async ({ scope }: Caller, query: ListAuditQuery): Promise<AuditPage> =>
  repository.findPage(query, scope, await settings.cursorSecret());

export const batches = async ({ scope }: Caller, query: ListAuditQuery): Promise<AuditBatchPage> =>
  repository.findBatches(query, scope, await settings.cursorSecret());

export const history = repository.findHistory;
export const entry = repository.findEntry;
export const some = repository.findSome;
export const after = repository.findAfter;
export const lastId = repository.findLastId;
/** Whether a live notice of the entry is for this caller. */
export const isHeardBy = (caller: Pick<Caller, 'scope' | 'permissions'>, notice: repository.Noticed) =>
  hears(caller, notice);
export const parseNotice = repository.parseNotice;

export async function verify(): Promise<AuditVerdict> {
  const { entries, ...link } = await repository.findBrokenLink();
  const { finding, ...seals } = await seal.check();
  // The earlier of the two. A chain that was rewritten as a whole shows in its seals only.
  const isSealFirst = finding !== undefined && finding.entryId < (link.firstBadId ?? Infinity);
  const { firstBadId, reason } = isSealFirst ? { firstBadId: finding.entryId, reason: finding.reason } : link;
  if (firstBadId !== null) chainFailures.inc();
  return {
    intact: firstBadId === null,
    entries,
    firstBadId,
    reason,
    ...seals,
    rewritingPrevented: !(await mayRewrite()),
    checkedAt: new Date().toISOString(),
  };
}
