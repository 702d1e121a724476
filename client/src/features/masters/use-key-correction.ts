import {
  allocationKeyEndpoints,
  type AllocationKey,
  type ChangeKeyVersionBody,
  type KeyVersionBody,
} from '@opex/contracts/allocation-keys';
import { useQueryClient } from '@tanstack/react-query';
import { allocationKeys } from '../../domain/allocation-keys.queries.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { fieldDifferences, withoutFields } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { useTitleOf } from '../../domain/words/use-title-of.ts';
import { callApi } from '../../lib/api.ts';
import { changed, changesOf, fieldsBeside, versionIn, type KeyFields, type KeyVersion } from './key-changes.ts';

type Mine = { changes: KeyFields; reason: string };
type Then = {
  /** Gets the key as it is now, and the version as it would be with what is left of my changes. */
  onSettled: (now: AllocationKey, merged: KeyVersionBody) => void;
  onDone: (saved: AllocationKey | null) => void;
};

/** Corrects a version of a key, unless another person did meanwhile: that is settled first, value by value. */
export function useKeyCorrection(
  { id: keyId }: Pick<AllocationKey, 'id'>,
  opened: KeyVersion,
  { onSettled, onDone }: Then,
) {
  const client = useQueryClient();
  const format = useFormat();
  const titleOf = useTitleOf();
  const { mutate, ...write } = useGuardedWrite<AllocationKey, Mine, AllocationKey>(
    {
      subject: { type: 'allocation-key', id: keyId },
      send: ({ changes, reason }, key) =>
        callApi(allocationKeyEndpoints.changeVersion, {
          params: { id: key.id, versionId: opened.id },
          version: key.version,
          body: { ...changed(versionIn(key, opened), changes), reason },
        }),
      // As it was, when the version is gone: the refusal then says that it was changed.
      load: async (seen) => {
        const { data } = await client.query({ ...allocationKeys, staleTime: 0 });
        const now = data.find(({ id }) => id === seen.id);
        return now?.versions.some(({ id }) => id === opened.id) ? now : seen;
      },
      differences: ({ mine: { changes }, seen, now }) =>
        fieldDifferences(
          format,
          titleOf,
        )({
          mine: changes,
          seen: fieldsBeside(versionIn(seen, opened), changes),
          now: fieldsBeside(versionIn(now, opened), changes),
        }),
      without: ({ changes, reason }, given) => {
        const left = withoutFields(changes, given);
        return left && { changes: left, reason };
      },
      again: ({ changes }, now) => onSettled(now, changed(versionIn(now, opened), changes)),
    },
    onDone,
  );
  return {
    ...write,
    save: ({ reason, ...typed }: ChangeKeyVersionBody, seen: AllocationKey) =>
      mutate({ mine: { changes: changesOf(typed, versionIn(seen, opened)), reason }, seen }),
  };
}
