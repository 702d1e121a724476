import type { Caller } from '../../lib/caller.ts';
import { conflict, forbidden } from '../../lib/errors.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import * as repository from './entity-merges.repository.ts';

/** Entities are more than a name: merging two also merges actuals and drivers, and what people may see. */

type Named = { id: number; name: string };
type Pair = { from: Named; into: Named };

export async function merge(caller: Caller, { from, into }: Pair, reason: string, tx: Transaction) {
  await repository.beginMerging(tx);
  const people = await repository.lockViewers(from.id, into.id, tx);
  mayChangeSight(
    caller,
    people.filter(({ hadFrom, hadInto }) => hadFrom !== hadInto),
    'only one of these two entities and would then see both',
  );
  const actuals = await repository.lockActuals(from.id, into.id, tx);
  const drivers = await repository.lockDrivers(from.id, into.id, tx);
  await repository.mergeActuals(from.id, into.id, actuals, tx);
  await repository.mergeDrivers(from.id, into.id, tx);
  const moved = people
    .filter(({ hadFrom }) => hadFrom)
    .map((one) => ({ ...one, after: union([into.id], one.entityIds, [from.id]) }));
  await repository.setEntities(
    moved.map(({ id, after }) => ({ id, entityIds: after })),
    tx,
  );
  const entityIdsOf = new Map(moved.map(({ id, after }) => [id, after]));
  const entries = [
    ...(await actualEntries({ from, into }, actuals, tx)),
    ...(await driverEntries({ from, into }, drivers, (fact) => [fact.from, null, fact.into, fact.after], tx)),
    ...people.map((one) => viewerEntry(one, entityIdsOf.get(one.id) ?? one.entityIds, { merged: change(from, into) })),
  ];
  const viewers = people.map(({ id, hadFrom, hadInto }) => ({ id, hadFrom, hadInto }));
  return { facts: { actuals, drivers, viewers }, entries: entries.map((entry) => ({ ...entry, reason })) };
}

/** Called after the services are moved. Otherwise a trigger would move them too, and the log would not name them. */
export const moveAssignments = repository.moveAssignments;

/** Puts back what `merge` did. Amounts and values that changed since can belong to either, so they stop it. */
export async function part(
  caller: Caller,
  { from, into }: Pair,
  { actuals, drivers, viewers }: Omit<repository.EntityFacts, 'assignments'>,
  reason: string,
  tx: Transaction,
) {
  await repository.beginMerging(tx);
  const people = await repository.lockViewers(from.id, into.id, tx);
  const had = new Map(viewers.map((one) => [one.id, one]));
  mayChangeSight(
    caller,
    people.filter(({ id }) => !had.get(id)?.hadFrom || !had.get(id)?.hadInto),
    'both of these entities now and would then see only one',
  );
  await mustBeAsMerged(into.id, actuals, drivers, tx);
  await repository.partActuals(from.id, actuals, tx);
  await repository.partDrivers(from.id, into.id, drivers, tx);
  const moved = people
    .filter(({ id }) => had.get(id)?.hadFrom)
    .map((one) => ({ ...one, after: union([from.id], one.entityIds, had.get(one.id)?.hadInto ? [] : [into.id]) }));
  await repository.setEntities(
    moved.map(({ id, after }) => ({ id, entityIds: after })),
    tx,
  );
  const entityIdsOf = new Map(moved.map(({ id, after }) => [id, after]));
  const back = { from: into, into: from };
  const entries = [
    ...(await actualEntries(back, actuals, tx)),
    ...(await driverEntries({ from, into }, drivers, (fact) => [null, fact.from, fact.after, fact.into], tx)),
    ...people.map((one) =>
      viewerEntry(one, entityIdsOf.get(one.id) ?? one.entityIds, { mergeUndone: change(into, from) }),
    ),
  ];
  return entries.map((entry) => ({ ...entry, reason }));
}

/** A merge changes what users see, so its caller needs the permission for that. */
function mayChangeSight(caller: Caller, { length }: repository.Viewer[], words: string) {
  if (length === 0 || caller.permissions.has('users.edit')) return;
  throw forbidden(
    `${length === 1 ? '1 person sees' : `${length} people see`} ${words}; this takes a person who may also change users`,
  );
}

async function mustBeAsMerged(
  intoId: number,
  actuals: repository.ActualFact[],
  drivers: repository.DriverFact[],
  tx: Transaction,
) {
  const changed = [
    ...(await repository.findChangedActuals(intoId, actuals, tx)).map((label) => `the actuals of ${label}`),
    ...(await repository.describeDrivers(intoId, drivers, tx))
      .filter(({ isChanged }) => isChanged)
      .map(({ label, validFrom }) => `the values of ${label} from ${validFrom}`),
  ];
  if (changed.length > 0)
    throw conflict(
      `This merge cannot be undone, because ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ' and others' : ''} changed after it, and nothing says for which of the two`,
    );
}

const change = (from: Named, to: Named) => ({ from: { ...from }, to: { ...to } });
const union = (...[added, kept, gone]: [number[], number[], number[]]) =>
  [...new Set([...added, ...kept])].filter((id) => !gone.includes(id)).toSorted((one, other) => one - other);

async function actualEntries(
  { from, into }: Pair,
  facts: repository.ActualFact[],
  tx: Transaction,
): Promise<audit.Recorded[]> {
  const services = await repository.describeActuals(facts, tx);
  return services.map(({ id, label, fy, entityIds }) => ({
    action: 'service.updated',
    subject: { type: 'service', id, label },
    fy,
    changes: { actualEntityId: change(from, into) },
    entityIds: union([from.id, into.id], entityIds, []),
  }));
}

type Values = [
  fromBefore: string | null,
  fromAfter: string | null,
  intoBefore: string | null,
  intoAfter: string | null,
];

async function driverEntries(
  { from, into }: Pair,
  facts: repository.DriverFact[],
  valuesOf: (fact: repository.DriverFact) => Values,
  tx: Transaction,
): Promise<audit.Recorded[]> {
  const byVersion = new Map(facts.map((fact) => [fact.versionId, fact]));
  const versions = await repository.describeDrivers(into.id, facts, tx);
  await repository.raiseKeyVersions([...new Set(versions.map(({ id }) => id))], tx);
  return versions.map(({ id, label, versionId, validFrom, entityIds }) => {
    const [fromBefore, fromAfter, intoBefore, intoAfter] = valuesOf(byVersion.get(versionId) as repository.DriverFact);
    return {
      action: 'allocation-key.updated',
      subject: { type: 'allocation-key', id, label },
      changes: {
        validFrom: { from: validFrom, to: validFrom },
        [`entity.${from.id}`]: { from: fromBefore, to: fromAfter },
        [`entity.${into.id}`]: { from: intoBefore, to: intoAfter },
      },
      entityIds: union([from.id, into.id], entityIds, []),
    };
  });
}

const viewerEntry = (
  { id, label, entityIds }: repository.Viewer,
  after: number[],
  why: NonNullable<audit.Recorded['changes']>,
): audit.Recorded => ({
  action: 'user.updated',
  subject: { type: 'user', id, label },
  changes: { ...audit.differences({ entityIds }, { entityIds: after }), ...why },
});
