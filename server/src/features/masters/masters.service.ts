import { subjectOfMaster } from '@opex/contracts/changes';
import {
  describeMaster,
  listMastersQuery,
  masterKinds,
  type ListMastersQuery,
  type Master,
  type MasterKind,
  type UpdateMasterBody,
} from '@opex/contracts/masters';
import { z } from 'zod';
import type { Answer } from '../../cache/answer.ts';
import { cached } from '../../cache/cache.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, notFound } from '../../lib/errors.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change, type Way } from '../audit/change.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './masters.repository.ts';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
export const oneOf = (kind: MasterKind) => capital(describeMaster[kind].one);
/** An entity belongs to itself: readers of others learn nothing of it, here as in the log. */
export const subjectOf = (
  kind: MasterKind,
  { id, name }: Pick<Master, 'id' | 'name'>,
  ...others: number[]
): Pick<audit.Recorded, 'subject' | 'entityIds'> => ({
  subject: { type: subjectOfMaster[kind], id, label: name },
  ...(kind === 'entities' && { entityIds: [id, ...others] }),
});

export const list = async (
  { scope }: Pick<Caller, 'scope'>,
  kind: MasterKind,
  query: ListMastersQuery,
): Promise<Answer> =>
  cached(
    { name: `${kind}.list`, params: { query, scope }, tags: ['masters', 'figures'], ttlSeconds: 300 },
    async () => ({
      body: await repository.findPage(kind, query, scope, await settings.cursorSecret()),
    }),
  );

export async function get({ scope }: Caller, kind: MasterKind, id: number): Promise<Master> {
  const master = await repository.findById(kind, id, scope);
  if (!master) throw notFound(oneOf(kind));
  return master;
}

export const create = (caller: Caller, kind: MasterKind, name: string): Promise<Master> =>
  change(caller, wayOf(kind, name), async (tx) => {
    const created = await repository.insert(kind, name, tx);
    const changes = audit.differences({}, { name });
    return { answer: created, entries: { action: 'master.created', ...subjectOf(kind, created), changes } };
  });

export const update = (
  caller: Caller,
  kind: MasterKind,
  id: number,
  version: number,
  body: UpdateMasterBody,
): Promise<Master> =>
  change(caller, wayOf(kind, body.name), async (tx) => {
    const before = await lock(caller, kind, id, version, tx);
    const { name, retired } = { name: body.name ?? before.name, retired: body.retired ?? before.retired };
    const after = { ...before, name, retired, version: version + 1 };
    await repository.update(kind, after, tx);
    const changes = audit.differences(before, { name, retired });
    return { answer: after, entries: { action: 'master.updated', ...subjectOf(kind, after), changes } };
  });

export const remove = (caller: Caller, kind: MasterKind, id: number, version: number): Promise<void> =>
  change(caller, wayOf(kind), async (tx) => {
    const before = await lock(caller, kind, id, version, tx);
    await repository.remove(kind, id, tx);
    const changes = audit.differences(before, { name: null });
    return { answer: undefined, entries: { action: 'master.deleted', ...subjectOf(kind, before), changes } };
  });

export const lock = (caller: Caller, kind: MasterKind, id: number, version: number, tx: Transaction): Promise<Master> =>
  asSeen(describeMaster[kind].one, repository.findById(kind, id, caller.scope, tx), version);

/** What users may see hangs on entities. */
export const wayOf = (kind: MasterKind, name = ''): Way => {
  const { one } = describeMaster[kind];
  return {
    tags: kind === 'entities' ? ['access', 'figures', 'masters'] : ['figures', 'masters'],
    refusals: {
      duplicate: () => conflict(`There is already a ${one} with the name "${name}"`),
      reference: () => conflict(`This ${one} is in use; retire it, or merge it into another`),
    },
  };
};

/** What filters and selects ask for first. */
export const warm = () =>
  Promise.all(
    masterKinds.map((kind) => list({ scope: 'all' }, kind, z.parse(listMastersQuery, { limit: '200', sort: 'name' }))),
  );
