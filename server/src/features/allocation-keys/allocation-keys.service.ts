import type { AllocationKey, CreateKeyBody, KeyVersionBody } from '@opex/contracts/allocation-keys';
import type { Caller } from '../../lib/caller.ts';
import { isBrokenReference, isDuplicate } from '../../lib/database-errors.ts';
import { conflict, invalid, notFound } from '../../lib/errors.ts';
import { type Db, inTransaction } from '../../lib/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import * as repository from './allocation-keys.repository.ts';

export const list = ({ scope }: Caller): Promise<AllocationKey[]> => repository.findAll(scope);

export const create = (caller: Caller, { name, driverType, ...version }: CreateKeyBody): Promise<AllocationKey> =>
  change(caller, `There is already a key with the name "${name}"`, async (tx) => {
    const { id } = await repository.insertKey({ name, driverType }, tx);
    await repository.insertVersion(id, version, tx);
    await audit.record(
      caller,
      {
        action: 'allocation-key.created',
        subject: { type: 'allocation-key', id, label: name },
        ...describe(version),
      },
      tx,
    );
    return id;
  });

/** Later months use the new values, earlier ones keep theirs; the figures of every service with this key follow in the same transaction. */
export const addVersion = (caller: Caller, id: number, version: KeyVersionBody): Promise<AllocationKey> =>
  change(caller, `The key already has values from ${version.validFrom}`, async (tx) => {
    const key = await repository.findName(id, tx);
    if (!key) throw notFound('Allocation key');
    await repository.insertVersion(id, version, tx);
    await audit.record(
      caller,
      {
        action: 'allocation-key.version-added',
        subject: { type: 'allocation-key', id, label: key.name },
        ...describe(version),
      },
      tx,
    );
    return id;
  });

/** Driver values are of all entities together: only who sees them all sees the entry. */
const describe = ({ validFrom, drivers }: KeyVersionBody) => ({
  changes: {
    validFrom: { from: null, to: validFrom },
    ...Object.fromEntries(drivers.map(({ entityId, value }) => [`entity.${entityId}`, { from: null, to: value }])),
  },
  entityIds: drivers.map(({ entityId }) => entityId),
});

async function change(caller: Caller, duplicate: string, work: (tx: Db) => Promise<number>): Promise<AllocationKey> {
  try {
    const id = await inTransaction(['figures', 'masters'], work);
    return (await repository.findAll(caller.scope, id))[0] as AllocationKey;
  } catch (error) {
    if (isDuplicate(error)) throw conflict(duplicate);
    if (isBrokenReference(error)) throw invalid('/drivers', 'One of these entities does not exist', 'missing');
    throw error;
  }
}
