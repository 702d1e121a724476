import type {
  AllocationKey,
  ChangeKeyVersionBody,
  CreateKeyBody,
  KeyPreview,
  KeyVersionBody,
  PreviewKeyBody,
} from '@opex/contracts/allocation-keys';
import type { Caller } from '../../lib/caller.ts';
import { conflict, invalid, notFound } from '../../lib/errors.ts';
import { fromUnits } from '../../lib/amounts/money.ts';
import { groupBy } from '../../lib/objects.ts';
import { type Transaction, inTransaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change, type Way } from '../audit/change.service.ts';
import { type WhatIf, whatIf } from '../figures/what-if.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as repository from './allocation-keys.repository.ts';
import {
  isMoved,
  movedOf,
  periodsOf,
  type Version,
  type VersionChange,
  versionsAfter,
} from './allocation-keys.rules.ts';

export const list = ({ scope }: Caller): Promise<AllocationKey[]> => repository.findAll(scope);

export const create = (caller: Caller, body: CreateKeyBody): Promise<AllocationKey> =>
  change(caller, wayOf(`There is already a key with the name "${body.name}"`), async (tx) => {
    const { id, entry } = await createIn(tx, caller, body);
    return { answer: id, entries: entry };
  }).then((id) => find(caller, id));

/** The same as a part of a larger change. */
export async function createIn(tx: Transaction, caller: Caller, { name, driverType, ...version }: CreateKeyBody) {
  await mustBeOpenFor(caller, version, tx);
  const { id } = await repository.insertKey({ name, driverType }, tx);
  await repository.insertVersion(id, version, tx);
  const entry: audit.Recorded = {
    ...describeChange(undefined, version),
    action: 'allocation-key.created',
    subject: { type: 'allocation-key', id, label: name },
  };
  return { id, entry };
}

/** A key that is new touches every month from its first on. */
export const mustBeOpenFor = async (caller: Caller, version: Pick<KeyVersionBody, 'validFrom'>, tx: Transaction) =>
  fiscalYears.mustBeOpen(
    caller,
    periodsOf(version, [], await fiscalYears.periodsNow(tx)),
    'allocation_keys_period_open',
  );

/** What would move between entities if the amounts stay as they are now. */
export async function preview(caller: Caller, id: number, { versionId, version }: PreviewKeyBody): Promise<KeyPreview> {
  return inTransaction([], async (tx) => {
    await asSeen('allocation key', repository.lockKey(id, tx), undefined);
    const { touched, shares } = await effectsOf(caller, id, { id: versionId ?? null, after: version }, tx);
    return describePreview(shares, fiscalYears.labelsOf(touched, 'SOFT'), await repository.findEntityNames(tx));
  });
}

/** Later months use the new values, earlier ones keep theirs; the figures of every service with this key follow in the same transaction. */
export const addVersion = (caller: Caller, id: number, body: ChangeKeyVersionBody): Promise<AllocationKey> =>
  changeVersions(caller, { id }, { id: null, after: body }, body.reason);

/** `seen` is of the key: its versions bound each other. */
export const changeVersion = (
  caller: Caller,
  seen: Seen,
  versionId: number,
  body: ChangeKeyVersionBody,
): Promise<AllocationKey> => changeVersions(caller, seen, { id: versionId, after: body }, body.reason);

export const removeVersion = (caller: Caller, seen: Seen, versionId: number, reason: string): Promise<AllocationKey> =>
  changeVersions(caller, seen, { id: versionId, after: undefined }, reason);

type Seen = { id: number; version?: number };

async function changeVersions(
  caller: Caller,
  seen: Seen,
  versionChange: VersionChange,
  reason: string,
): Promise<AllocationKey> {
  const way = wayOf(`The key already has values from ${versionChange.after?.validFrom ?? ''}`);
  await change(caller, way, async (tx) => ({
    answer: undefined,
    entries: await changeVersionsIn(tx, caller, seen, versionChange, reason),
  }));
  return find(caller, seen.id);
}

/** The same as a part of a larger change. */
export async function changeVersionsIn(
  tx: Transaction,
  caller: Caller,
  seen: Seen,
  versionChange: VersionChange,
  reason: string,
): Promise<audit.Recorded[]> {
  const key = await asSeen('allocation key', repository.lockKey(seen.id, tx), seen.version);
  await repository.lockServices(seen.id, tx);
  const { before, shares } = await effectsOf(caller, seen.id, versionChange, tx);
  await write(seen.id, versionChange, tx);
  await repository.raiseVersion(seen.id, tx);
  const names = await repository.findEntityNames(tx);
  const subject: audit.Subject = { type: 'allocation-key', id: seen.id, label: key.name };
  return [
    { subject, reason, ...describeChange(before, versionChange.after) },
    ...describeShares(shares, names, reason),
  ];
}

function write(keyId: number, { id, after }: VersionChange, tx: Transaction) {
  if (!after) return repository.removeVersion(id as number, tx);
  return id === null ? repository.insertVersion(keyId, after, tx) : repository.updateVersion(id, after, tx);
}

const wayOf = (duplicate: string): Way => ({
  tags: ['figures', 'masters'],
  refusals: {
    duplicate: () => conflict(duplicate),
    reference: () => invalid('/drivers', 'One of these entities does not exist', 'missing'),
  },
});

const find = async ({ scope }: Caller, id: number) => (await repository.findAll(scope, id))[0] as AllocationKey;

/** What a change of a version would do to shares, for who only asks. */
export const sharesAfter = (caller: Caller, id: number, change: VersionChange): Promise<WhatIf[]> =>
  inTransaction([], async (tx) => (await effectsOf(caller, id, change, tx)).shares);

/** Which months it touches, all of which must be open, and what it does to every share of the key. */
async function effectsOf(caller: Caller, id: number, change: VersionChange, tx: Transaction) {
  const versions = await repository.findVersions(id, tx);
  const before = versions.find((version) => version.id === change.id);
  if (change.id !== null && !before) throw notFound('Version of the key');
  const isTaken = versions.some(
    ({ id: other, validFrom }) => other !== change.id && validFrom === change.after?.validFrom,
  );
  if (isTaken) throw conflict(`The key already has values from ${change.after?.validFrom}`);
  const after = versionsAfter(versions, change);
  const periods = await fiscalYears.periodsNow(tx);
  const touched = [
    ...(before ? periodsOf(before, versions, periods) : []),
    ...(change.after ? periodsOf(change.after, after, periods) : []),
  ];
  const months = [...new Set(touched)];
  fiscalYears.mustBeOpen(caller, months, 'allocation_keys_period_open');
  return { before, touched: months, shares: await whatIf(id, after, tx) };
}

/** Driver values are of all entities together: only who sees them all sees the entry. */
function describeChange(
  before: Version | undefined,
  after: KeyVersionBody | undefined,
): Omit<audit.Recorded, 'subject'> {
  const valuesOf = (version: Pick<Version, 'validFrom' | 'drivers'> | undefined) => ({
    ...(version && { validFrom: version.validFrom }),
    ...Object.fromEntries(version?.drivers.map(({ entityId, value }) => [`entity.${entityId}`, value]) ?? []),
  });
  const [was, is] = [valuesOf(before), valuesOf(after)];
  const gone = Object.fromEntries(Object.keys(was).map((field) => [field, null]));
  const happened = before ? (after ? 'changed' : 'removed') : 'added';
  return {
    action: `allocation-key.version-${happened}`,
    changes: audit.differences(was, { ...gone, ...is }),
    entityIds: [
      ...new Set([before, after].flatMap((version) => version?.drivers.map(({ entityId }) => entityId) ?? [])),
    ],
  };
}

/** One entry for each service and year: whose history a key writes is told why. */
function describeShares(
  shares: readonly WhatIf[],
  names: ReadonlyMap<number, string>,
  reason: string,
): audit.Recorded[] {
  const changed = groupBy(shares.filter(isMoved), ({ serviceId, fy }) => `${serviceId} ${fy}`);
  return [...changed.values()].flatMap((ofService) => {
    const [first] = ofService;
    if (!first) return [];
    return {
      action: 'service.shares-changed',
      subject: { type: 'service', id: first.serviceId, label: first.uid },
      fy: first.fy,
      reason,
      changes: Object.fromEntries(
        ofService.map(({ measure, entityId, now, then }) => [
          `shares.${measure}.${nameOf(entityId, names)}`,
          { from: fromUnits(now), to: fromUnits(then) },
        ]),
      ),
      entityIds: [...new Set(ofService.flatMap(({ entityId }) => (entityId === null ? [] : [entityId])))],
    };
  });
}

const nameOf = (entityId: number | null, names: ReadonlyMap<number, string>) =>
  entityId === null ? 'Unallocated' : (names.get(entityId) ?? `#${entityId}`);

function describePreview(
  shares: readonly WhatIf[],
  softMonths: string[],
  names: ReadonlyMap<number, string>,
): KeyPreview {
  const changed = shares.filter(isMoved);
  const years = groupBy(shares, ({ fy }) => fy);
  const measured = (of: readonly WhatIf[]) => ({
    budget: movedOf(of.filter(({ measure }) => measure === 'budget')),
    actual: movedOf(of.filter(({ measure }) => measure === 'actual')),
    committed: movedOf(of.filter(({ measure }) => measure === 'committed')),
  });
  const countOf = (of: readonly WhatIf[]) => new Set(of.map(({ serviceId }) => serviceId)).size;
  return {
    services: countOf(shares),
    changedServices: countOf(changed),
    softMonths,
    years: [...years]
      .filter(([fy]) => changed.some((share) => share.fy === fy))
      .map(([fy, ofYear]) => ({
        fy,
        entities: [...groupBy(ofYear, ({ entityId }) => entityId)]
          .map(([entityId, of]) => ({ entityId, entity: nameOf(entityId, names), ...measured(of) }))
          .toSorted(
            (a, b) => Number(a.entityId === null) - Number(b.entityId === null) || a.entity.localeCompare(b.entity),
          ),
        totals: measured(ofYear),
      }))
      .toReversed(),
  };
}
