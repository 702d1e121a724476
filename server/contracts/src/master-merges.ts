import * as z from 'zod/mini';
import { id, idParams, reason, timestamp, version } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';
import { masterKinds } from './masters.ts';

/** Two masters of one kind that became one. */
export const masterMerge = z.object({
  id,
  at: timestamp,
  actor: z.string(),
  kind: z.enum(masterKinds),
  /** The name that is gone. */
  from: z.string(),
  into: z.string(),
  reason: z.string(),
  undoneAt: z.nullable(timestamp),
  version,
});
export type MasterMerge = z.infer<typeof masterMerge>;
export const masterMergePage = pageOf(masterMerge);
export type MasterMergePage = z.infer<typeof masterMergePage>;

export const masterMergeFields = {
  at: 'date',
  actor: 'text',
  kind: 'choice',
  from: 'text',
  into: 'text',
} as const satisfies ListFields;
export const listMasterMergesQuery = listQuery(masterMergeFields, {});
export type ListMasterMergesQuery = z.infer<typeof listMasterMergesQuery>;

const tag = 'Master data';
export const masterMergeEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/master-merges',
    tag,
    summary: 'Merges of master data, newest first',
    permission: 'masters.edit',
    query: listMasterMergesQuery,
    answer: masterMergePage,
  }),
  undo: endpoint({
    method: 'post',
    path: '/master-merges/:id/undo',
    tag,
    summary: 'Undo a merge: what it moved, and still is where it moved it, goes back',
    permission: 'masters.edit',
    params: idParams,
    body: z.strictObject({ reason }),
    answer: masterMerge,
    guarded: true,
    idempotent: true,
  }),
};
