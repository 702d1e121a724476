import type { AllocationKey } from '@opex/contracts/allocation-keys';
import { nameKey } from '@opex/contracts/written';
import { conflict, notFound } from '../../lib/errors.ts';
import type { Caller } from '../../lib/caller.ts';
import type { Transaction } from '../../database/transaction.ts';
import type * as audit from '../audit/audit.service.ts';
import * as repository from './allocation-keys.repository.ts';
import { changeVersionsIn, createIn, list } from './allocation-keys.service.ts';

/** Keys as files name them, for what loads files. */

/** By `nameKey`. */
export const byName = async (caller: Caller): Promise<Map<string, AllocationKey>> =>
  new Map((await list(caller)).map((key) => [nameKey(key.name), key]));

export type Values = { validFrom: string; drivers: { entityId: number; value: string | null }[] };

/** Gives a key these values from a month on, beside those that it has from that month already; without any value left there is no such version. */
export async function setIn(
  tx: Transaction,
  caller: Caller,
  { id, version }: Pick<AllocationKey, 'id' | 'version'>,
  { validFrom, drivers }: Values,
  reason: string,
): Promise<audit.Recorded[]> {
  const there = (await repository.findVersions(id, tx)).find((one) => one.validFrom === validFrom);
  const merged = new Map(there?.drivers.map(({ entityId, value }) => [entityId, value]));
  for (const { entityId, value } of drivers) {
    if (value === null) merged.delete(entityId);
    else merged.set(entityId, value);
  }
  const after = merged.size > 0 ? { validFrom, drivers: [...merged].map(([entityId, value]) => ({ entityId, value })) } : undefined; // prettier-ignore
  if (!after && !there) return [];
  return changeVersionsIn(tx, caller, { id, version }, { id: there?.id ?? null, after }, reason);
}

export { createIn };

/** Takes back a key that came with a file, with its only version. */
export async function removeIn(
  tx: Transaction,
  id: number,
  { validFrom, reason }: { validFrom: string; reason: string },
): Promise<audit.Recorded> {
  const key = await repository.lockKey(id, tx);
  if (!key) throw notFound('Allocation key');
  const versions = await repository.findVersions(id, tx);
  if (versions.some((one) => one.validFrom !== validFrom) || (await repository.isUsed(id, tx)))
    throw conflict(`The key ${key.name} has other values or services since, so it cannot be taken back`);
  for (const { id: versionId } of versions) if (versionId !== null) await repository.removeVersion(versionId, tx);
  await repository.removeKey(id, tx);
  return {
    action: 'allocation-key.removed',
    subject: { type: 'allocation-key', id, label: key.name },
    changes: { name: { from: key.name, to: null } },
    reason,
    entityIds: [...new Set(versions.flatMap(({ drivers }) => drivers.map(({ entityId }) => entityId)))],
  };
}
