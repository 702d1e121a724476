import type { ListMasterMergesQuery, MasterMerge, MasterMergePage } from '@opex/contracts/master-merges';
import type { Action } from '@opex/contracts/changes';
import { describeMaster, type Master, type MasterKind, type MergeMasterBody } from '@opex/contracts/masters';
import type { Caller } from '../../lib/caller.ts';
import { conflict, invalid, notFound } from '../../lib/errors.ts';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change, staleAt } from '../audit/change.service.ts';
import * as figures from '../figures/figures.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as entities from './entity-merges.service.ts';
import * as repository from './master-merges.repository.ts';
import * as mastersRepository from './masters.repository.ts';
import * as masters from './masters.service.ts';
import { referencesTo } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';

type Seen = { id: number; version: number };
type Named = { id: number; name: string };

export const list = async (query: ListMasterMergesQuery): Promise<MasterMergePage> =>
  repository.findPage(query, await settings.cursorSecret());

/** For two names of one thing: everything that used the first uses the second, and the first is gone. */
export const merge = (
  caller: Caller,
  kind: MasterKind,
  seen: Seen,
  body: MergeMasterBody,
  idempotency: IdempotencyKey | undefined,
): Promise<Master> =>
  change(caller, { ...masters.wayOf(kind), idempotency }, async (tx) => {
    const { from, into } = await lockBoth(caller, kind, seen, body, tx);
    const { reason } = body;
    const more = kind === 'entities' ? await entities.merge(caller, { from, into }, reason, tx) : undefined;
    const services = await repository.moveServices(kind, from.id, into.id, null, tx);
    const lines = await repository.movePurchaseLines(kind, from.id, into.id, null, tx);
    const assignments = more ? await entities.moveAssignments(from.id, into.id, null, tx) : [];
    await figures.settle(tx); // nothing is kept of it any more
    await mastersRepository.remove(kind, from.id, tx);
    const { retired, version } = from;
    const before = {
      retired,
      version,
      serviceIds: idsOf(services),
      purchaseLineIds: idsOf(lines),
      facts: more ? { ...more.facts, assignments } : null,
    };
    const names = { fromId: from.id, fromName: from.name, intoId: into.id, intoName: into.name };
    await repository.insertMerge({ kind, ...names, reason, actorName: caller.name, before }, tx);
    const entries = [
      { ...entryOf('master.merged', kind, from, into), reason },
      ...movedEntries(kind, from, into, services, lines, reason),
      ...(more?.entries ?? []),
    ];
    const answer = (await mastersRepository.findById(kind, into.id, caller.scope, tx)) as Master;
    return { answer, entries };
  });

const idsOf = (rows: repository.Moved) => rows.map(({ id }) => id);

async function lockBoth(
  caller: Caller,
  kind: MasterKind,
  seen: Seen,
  { intoId, intoVersion }: MergeMasterBody,
  tx: Transaction,
) {
  const { one } = describeMaster[kind];
  if (seen.id === intoId) throw invalid('/intoId', 'Choose another one to merge into');
  const from = await masters.lock(caller, kind, seen.id, seen.version, tx);
  const into = await mastersRepository.findById(kind, intoId, caller.scope, tx);
  if (!into) throw invalid('/intoId', `This ${one} does not exist`, 'missing');
  if (into.version !== intoVersion)
    throw staleAt('/intoVersion', into.name, into.version, 'load it again and repeat your change');
  return { from, into };
}

/** The name comes back, and with it what the merge moved, unless it was moved on since. */
export async function undo(
  caller: Caller,
  seen: Seen,
  reason: string,
  idempotency: IdempotencyKey | undefined,
): Promise<MasterMerge> {
  const found = await repository.findMerge(seen.id);
  if (!found) throw notFound('Merge');
  const { kind, fromName } = found;
  return change(caller, { ...masters.wayOf(kind, fromName), idempotency }, async (tx) => {
    const { before, from, into } = await lockForUndo(seen, tx);
    await repository.insertAgain(kind, { ...from, retired: before.retired, version: before.version + 1 }, tx);
    const more = before.facts ? await entities.part(caller, { from, into }, before.facts, reason, tx) : [];
    const services = await repository.moveServices(kind, into.id, from.id, before.serviceIds, tx);
    const lines = await repository.movePurchaseLines(kind, into.id, from.id, before.purchaseLineIds, tx);
    if (before.facts) await entities.moveAssignments(into.id, from.id, before.facts.assignments, tx);
    const undone = await repository.setUndone(seen.id, tx);
    const entries = [
      { ...entryOf('master.merge-undone', kind, from, into), reason },
      ...movedEntries(kind, into, from, services, lines, reason),
      ...more,
    ];
    return { answer: undone, entries };
  });
}

async function lockForUndo({ id, version }: Seen, tx: Transaction) {
  const locking = repository.lockMerge(id, tx);
  if ((await locking).undone) throw conflict('This merge is undone already');
  const merge = await asSeen('merge', locking, version);
  const { kind, before } = merge;
  const [from, into] = [
    { id: merge.fromId, name: merge.fromName },
    { id: merge.intoId, name: merge.intoName },
  ];
  if (!(await mastersRepository.findById(kind, into.id, 'all', tx))) {
    const later = await repository.findMergeOf(kind, into.id, tx);
    if (later) throw conflict(`${into.name} was itself merged into ${later.intoName}; undo that merge first`);
  }
  return { before, from, into };
}

const entryOf = (action: Action, kind: MasterKind, from: Named, into: Named) => ({
  action,
  ...masters.subjectOf(kind, into, from.id),
  changes: { merged: { from: named(from), to: named(into) } },
});
const named = ({ id, name }: Named) => ({ id, name });

/** The field of a service, and of the line of a purchase order, that names a master of this kind. */
const fieldOf = (kind: MasterKind) => referencesTo(serviceFields, kind)[0] as string;

function movedEntries(
  kind: MasterKind,
  from: Named,
  to: Named,
  services: repository.Moved,
  lines: repository.Moved,
  reason: string,
): audit.Recorded[] {
  const changes = { [fieldOf(kind)]: { from: named(from), to: named(to) } };
  const own = kind === 'entities' ? [from.id, to.id] : [];
  const entry =
    (type: 'service' | 'purchase-line') =>
    ({ id, label, entityIds }: repository.Moved[number]): audit.Recorded => ({
      action: `${type}.updated`,
      subject: { type, id, label },
      changes,
      reason,
      entityIds: [...new Set([...entityIds, ...own])],
    });
  return [...services.map(entry('service')), ...lines.map(entry('purchase-line'))];
}
