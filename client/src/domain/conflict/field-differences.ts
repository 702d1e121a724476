import { labelOf, valueWords, type ChangedValue } from '../words/field-words.ts';
import type { Format } from '../amounts/use-format.ts';
import type { Difference } from './conflict-dialog.tsx';
import { isSameValue } from '../../lib/same-value.ts';

type Fields = Record<string, unknown>;
type Of<Mine> = { mine: Mine; seen: Fields; now: Fields };

/** Of a record whose fields are changed under the names by which they are read. */
export const fieldDifferences =
  (format: Pick<Format, 'exact'>, titleOf = (field: string) => labelOf(field)) =>
  <Mine extends object>({ mine, seen, now }: Of<Mine>): Difference[] =>
    Object.entries(mine).flatMap(([field, value]) => {
      const isTheirs = !isSameValue(seen[field], now[field]) && !isSameValue(now[field], value);
      const words = (of: unknown) => valueWords(field, of as ChangedValue, format);
      return isTheirs ? [{ key: field, what: titleOf(field), mine: words(value), theirs: words(now[field]) }] : [];
    });

/** Only what differs from what was seen: the rest may have been changed by others. */
export function changedFields<Mine extends object>(mine: Mine, seen: Fields): Mine {
  const changed = Object.entries(mine).filter(([field, value]) => !isSameValue(seen[field], value));
  return changed.length > 0 ? (Object.fromEntries(changed) as Mine) : mine;
}

export function withoutFields<Mine extends object>(mine: Mine, given: ReadonlySet<string>): Mine | null {
  const left = Object.entries(mine).filter(([field]) => !given.has(field));
  return left.length > 0 ? (Object.fromEntries(left) as Mine) : null;
}
