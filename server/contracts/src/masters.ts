import * as z from 'zod/mini';
import { example, id, idParams, nameText, notEmpty, reason, version } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';

/** Lists that all work alike: a name, unique without regard to case and blanks. */
export const masterKinds = [
  'vendors',
  'towers',
  'budget-heads',
  'entities',
  'po-entities',
  'allocation-types',
] as const;
export type MasterKind = (typeof masterKinds)[number];

export const describeMaster: Record<MasterKind, { one: string; many: string }> = {
  vendors: { one: 'vendor', many: 'Vendors' },
  towers: { one: 'tower', many: 'Towers' },
  'budget-heads': { one: 'budget head', many: 'Budget heads' },
  entities: { one: 'entity', many: 'Entities' },
  'po-entities': { one: 'PO entity', many: 'PO entities' },
  'allocation-types': { one: 'allocation type', many: 'Allocation types' },
};

export const master = z.object({ id, name: z.string(), retired: z.boolean(), usedBy: z.int(), version });
export type Master = z.infer<typeof master>;
export const masterPage = pageOf(master);
export type MasterPage = z.infer<typeof masterPage>;

export const masterFields = { name: 'text', usedBy: 'number', retired: 'choice' } as const satisfies ListFields;
export const listMastersQuery = listQuery(masterFields, {});
export type ListMastersQuery = z.infer<typeof listMastersQuery>;

export const masterBody = z.strictObject({ name: nameText(120) });
export type MasterBody = z.infer<typeof masterBody>;
export const updateMasterBody = z
  .strictObject({ name: z.optional(nameText(120)), retired: z.optional(z.boolean()) })
  .check(notEmpty());
export type UpdateMasterBody = z.infer<typeof updateMasterBody>;
/** If-Match guards the master that goes. `intoVersion` is the version that the caller saw of the master that stays. */
export const mergeMasterBody = z.strictObject({ intoId: id.check(example(2)), intoVersion: version, reason });
export type MergeMasterBody = z.infer<typeof mergeMasterBody>;

const endpointsOf = (kind: MasterKind) => {
  const { one, many } = describeMaster[kind];
  const tag = 'Master data';
  return {
    list: endpoint({
      method: 'get',
      path: `/${kind}`,
      tag,
      summary: many,
      permission: 'masters.view',
      query: listMastersQuery,
      answer: masterPage,
    }),
    create: endpoint({
      method: 'post',
      path: `/${kind}`,
      tag,
      summary: `Add a ${one}`,
      permission: 'masters.edit',
      body: masterBody,
      answer: master,
      status: 201,
    }),
    get: endpoint({
      method: 'get',
      path: `/${kind}/:id`,
      tag,
      summary: `One ${one}`,
      permission: 'masters.view',
      params: idParams,
      answer: master,
    }),
    update: endpoint({
      method: 'patch',
      path: `/${kind}/:id`,
      tag,
      summary: `Rename, retire or reinstate a ${one}`,
      permission: 'masters.edit',
      params: idParams,
      body: updateMasterBody,
      answer: master,
      guarded: true,
    }),
    merge: endpoint({
      method: 'post',
      path: `/${kind}/:id/merge`,
      tag,
      permission: 'masters.edit',
      summary: `Merge a ${one} into another: what used it uses the other`,
      params: idParams,
      body: mergeMasterBody,
      answer: master,
      guarded: true,
      idempotent: true,
    }),
    remove: endpoint({
      method: 'delete',
      path: `/${kind}/:id`,
      tag,
      summary: `Delete a ${one} that nothing uses`,
      permission: 'masters.edit',
      params: idParams,
      guarded: true,
    }),
  };
};

export const masterEndpoints = Object.fromEntries(masterKinds.map((kind) => [kind, endpointsOf(kind)])) as Record<
  MasterKind,
  ReturnType<typeof endpointsOf>
>;
