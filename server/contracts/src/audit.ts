import * as z from 'zod/mini';
import { changes } from './changes.ts';
import { id, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';

export const auditEntry = z.object({
  id: z.int(),
  at: timestamp,
  actorId: z.nullable(id),
  actor: z.string(),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.nullable(id),
  subject: z.string(),
  fy: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  changes,
  requestId: z.nullable(z.string()),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditPage = pageOf(auditEntry);
export type AuditPage = z.infer<typeof auditPage>;

export const auditFields = {
  id: 'number',
  at: 'date',
  actor: 'text',
  action: 'text',
  subjectType: 'choice',
  subjectId: 'number',
} as const satisfies ListFields;
export const listAuditQuery = listQuery(auditFields, {});
export type ListAuditQuery = z.infer<typeof listAuditQuery>;

export const auditVerdict = z.object({
  intact: z.boolean(),
  entries: z.int(),
  firstBadId: z.nullable(z.int()),
  reason: z.nullable(z.string()),
  /** The last entry that a seal covers. Null when nothing is sealed, or when the service lacks the key of a seal. */
  sealedThrough: z.nullable(z.int()),
  /** The last entry covered by a seal that was published to a file, and is the same there. */
  publishedThrough: z.nullable(z.int()),
  /** True when the service's own database role cannot rewrite the log. */
  rewritingPrevented: z.boolean(),
  checkedAt: timestamp,
});
export type AuditVerdict = z.infer<typeof auditVerdict>;

const tag = 'Audit';
export const auditEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/audit',
    tag,
    summary: 'Every change, newest first',
    permission: 'audit.view',
    query: listAuditQuery,
    answer: auditPage,
  }),
  verify: endpoint({
    method: 'get',
    path: '/audit/verify',
    tag,
    summary: 'Recompute the chain of hashes and check its seals',
    permission: 'audit.view',
    slow: true,
    answer: auditVerdict,
  }),
};
