import type { TrackerRow } from '@opex/contracts/tracker';
import type { MasterKind } from '@opex/contracts/masters';
import { parseDay } from '../../../lib/day.ts';
import type { Entered } from '../../amounts/amount-entry.ts';
import type { AmountEntry } from '../../amounts/use-amount-entry.ts';
import { entryOf, holdsAmount } from '../columns/fields.ts';
import { textOf, valueOf, type MasterName, type Value } from './row-edits.ts';

/** Looks a name up without regard to case and outer blanks. */
export type FindMaster = (kind: MasterKind, name: string) => MasterName | undefined;

/** Amounts are read in a unit, names among the masters. */
export type Reader = Pick<AmountEntry, 'read' | 'textOf'> & { findMaster: FindMaster };

/** A cell as it is edited and copied; `readCell` makes the same value of it again. */
export function cellText(row: TrackerRow, field: string, { textOf: amountText }: Pick<AmountEntry, 'textOf'>): string {
  const text = textOf(valueOf(row, field));
  return holdsAmount(field) ? amountText(text) : text;
}

/** What the text of a typed or pasted cell means there, or why it means nothing. */
export function readCell(row: TrackerRow, field: string, text: string, { read, findMaster }: Reader): Entered<Value> {
  const entry = entryOf(field);
  const words = text.trim();
  switch (entry?.as) {
    case 'amount': {
      const old = valueOf(row, field);
      const entered = read(text, typeof old === 'string' ? old : null);
      if (entered.ok && entered.value === null && !entry.mayBeEmpty) return no('A budget cannot be empty: type 0');
      return entered;
    }
    case 'date':
      return parseDay(words);
    case 'choice': {
      const choice = entry.values.find((value) => value.toLowerCase() === words.toLowerCase());
      return choice ? { ok: true, value: choice } : no(`Use one of: ${entry.values.join(', ')}`);
    }
    case 'reference': {
      if (words === '') return { ok: true, value: null };
      const master = findMaster(entry.master, words);
      return master ? { ok: true, value: master } : no(`"${words}" is not in the master data`);
    }
    case 'text':
      return words.length > entry.longest ? no(`Use at most ${entry.longest} characters`) : emptyAsStored(field, words);
    case undefined:
      return no('This column cannot be edited');
  }
}

const no = (message: string) => ({ ok: false as const, message });
const emptyAsStored = (field: string, words: string): Entered<Value> => ({
  ok: true,
  value: words === '' && field === 'parentUid' ? null : words,
});
