import * as z from 'zod/mini';
import { changes } from './changes.ts';
import { id, text, timestamp } from './common.ts';
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
export const listAuditQuery = listQuery(auditFields, {
  /** Everything that one request changed. */
  requestId: z.optional(text(64)),
});
export type ListAuditQuery = z.infer<typeof listAuditQuery>;

/** What one request changed, by its last entry: a pasted block is one batch of as many services as it has rows. */
export const auditBatch = z.extend(auditEntry, {
  parts: z.array(
    z.object({
      action: z.string(),
      subjectType: z.string(),
      /** What it is called, one of them where there are several. */
      subject: z.string(),
      count: z.int(),
    }),
  ),
});
export type AuditBatch = z.infer<typeof auditBatch>;
export const auditBatchPage = pageOf(auditBatch);
export type AuditBatchPage = z.infer<typeof auditBatchPage>;

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
  batches: endpoint({
    method: 'get',
    path: '/audit/batches',
    tag,
    summary: 'Every change, newest first, with what one request changed as one',
    permission: 'audit.view',
    query: listAuditQuery,
    answer: auditBatchPage,
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
