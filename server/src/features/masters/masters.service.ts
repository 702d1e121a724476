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
import type { CacheTag } from '../../database/tags.ts';
import type { Caller } from '../../lib/caller.ts';
import { isBrokenReference, isDuplicate } from '../../database/problems.ts';
import { conflict, notFound, stale } from '../../lib/errors.ts';
import { type Db, inTransaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
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
  change(kind, name, async (tx) => {
    const created = await repository.insert(kind, name, tx);
    await audit.record(
      caller,
      { action: 'master.created', ...subjectOf(kind, created), changes: audit.differences({}, { name }) },
      tx,
    );
    return created;
  });

export const update = (
  caller: Caller,
  kind: MasterKind,
  id: number,
  version: number,
  changes: UpdateMasterBody,
): Promise<Master> =>
  change(kind, changes.name ?? '', async (tx) => {
    const before = await lock(caller, kind, id, version, tx);
    const after = {
      ...before,
      name: changes.name ?? before.name,
      retired: changes.retired ?? before.retired,
      version: version + 1,
    };
    await repository.update(kind, after, tx);
    const { name, retired } = after;
    await audit.record(
      caller,
      {
        action: 'master.updated',
        ...subjectOf(kind, after),
        changes: audit.differences(before, { name, retired }),
      },
      tx,
    );
    return after;
  });

export const remove = (caller: Caller, kind: MasterKind, id: number, version: number): Promise<void> =>
  change(kind, '', async (tx) => {
    const before = await lock(caller, kind, id, version, tx);
    await repository.remove(kind, id, tx);
    await audit.record(
      caller,
      {
        action: 'master.deleted',
        ...subjectOf(kind, before),
        changes: audit.differences(before, { name: null }),
      },
      tx,
    );
  });

export async function lock(caller: Caller, kind: MasterKind, id: number, version: number, tx: Db): Promise<Master> {
  const master = await repository.findById(kind, id, caller.scope, tx);
  if (!master) throw notFound(oneOf(kind));
  if (master.version !== version) throw stale(describeMaster[kind].one, master.version);
  return master;
}

/** Who sees what hangs on entities. */
const tagsOf = (kind: MasterKind): CacheTag[] =>
  kind === 'entities' ? ['access', 'figures', 'masters'] : ['figures', 'masters'];

export async function change<Result>(
  kind: MasterKind,
  name: string,
  work: (tx: Db) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(tagsOf(kind), work);
  } catch (error) {
    const { one } = describeMaster[kind];
    if (isDuplicate(error)) throw conflict(`There is already a ${one} with the name "${name}"`);
    if (isBrokenReference(error)) throw conflict(`This ${one} is in use; retire it, or merge it into another`);
    throw error;
  }
}

/** What filters and selects ask for first. */
export const warm = () =>
  Promise.all(
    masterKinds.map((kind) => list({ scope: 'all' }, kind, z.parse(listMastersQuery, { limit: '200', sort: 'name' }))),
  );
