import type { AllocationKey, KeyVersionBody } from '@opex/contracts/allocation-keys';
import { valueFieldOf } from '../../domain/words/use-title-of.ts';

export type KeyVersion = AllocationKey['versions'][number];
/** The month a version is valid from, and the value of each entity, by the names of the audit log; empty where there is none. */
export type KeyFields = Record<string, string>;

/** The version as the key has it; as it was, when the key has it no more. */
export const versionIn = ({ versions }: AllocationKey, opened: KeyVersion) =>
  versions.find(({ id }) => id === opened.id) ?? opened;

const entityOf = (field: string) => Number(field.slice(valueFieldOf(0).length - 1));

const fieldsOf = ({ validFrom, drivers }: KeyVersionBody | KeyVersion): KeyFields => ({
  validFrom,
  ...Object.fromEntries(drivers.map(({ entityId, value }) => [valueFieldOf(entityId), value])),
});

/** As fields; also those that only another record has. */
export const fieldsBeside = (version: KeyVersionBody | KeyVersion, others: KeyFields): KeyFields => ({
  ...Object.fromEntries(Object.keys(others).map((field) => [field, ''])),
  ...fieldsOf(version),
});

/** What was typed, as far as it differs from what was seen. */
export function changesOf(typed: KeyVersionBody, seen: KeyVersion): KeyFields {
  const mine = fieldsBeside(typed, fieldsOf(seen));
  const before = fieldsBeside(seen, mine);
  return Object.fromEntries(Object.entries(mine).filter(([field, value]) => value !== before[field]));
}

export function changed(version: KeyVersion, changes: KeyFields): KeyVersionBody {
  const { validFrom = '', ...values } = { ...fieldsOf(version), ...changes };
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return { validFrom, drivers: given.map(([field, value]) => ({ entityId: entityOf(field), value })) };
}
