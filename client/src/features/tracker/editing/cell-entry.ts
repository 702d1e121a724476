import type { BudgetRow } from '@opex/contracts/budgets';
import type { MasterKind } from '@opex/contracts/masters';
import type { Entered } from '../../../domain/amounts/amount-entry.ts';
import type { AmountEntry } from '../../../domain/amounts/use-amount-entry.ts';
import { entryOf, holdsAmount } from '../columns/fields.ts';
import { textOf, valueOf, type MasterName, type Value } from './row-edits.ts';

/** Looks a name up without regard to case and outer blanks. */
export type FindMaster = (kind: MasterKind, name: string) => MasterName | undefined;

/** Amounts are read in a unit, names among the masters. */
export type Reader = Pick<AmountEntry, 'read'> & { findMaster: FindMaster };

/** A cell as it is edited and copied; `readCell` makes the same value of it again. */
export function cellText(row: BudgetRow, field: string, { textOf: amountText }: Pick<AmountEntry, 'textOf'>): string {
  const text = textOf(valueOf(row, field));
  return holdsAmount(field) ? amountText(text) : text;
}

/** What the text of a typed or pasted cell means there, or why it means nothing. */
export function readCell(row: BudgetRow, field: string, text: string, { read, findMaster }: Reader): Entered<Value> {
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

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 2026-03-31, 31/3/2026, 31-Mar-26, 31 March 2026: the day comes before the month. */
export function parseDay(words: string): Entered<string | null> {
  if (words === '' || words === '-') return { ok: true, value: null };
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  const usual = /^(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})\.?[-/., ]{1,2}(\d{4}|\d\d)$/i.exec(words);
  const [year, month, day] = iso ? iso.slice(1) : usual ? [usual[3], usual[2], usual[1]] : [];
  if (!year || !month || !day) return no('Use a date such as 31/03/2026 or 31 Mar 2026');
  const number = /^\d/.test(month) ? Number(month) : monthNames.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const full = year.length === 2 ? `20${year}` : year;
  const date = `${full}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  const isReal = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  if (!isReal) return no(`"${words}" does not exist in the calendar`);
  return /^(19|20|21)/.test(full) ? { ok: true, value: date } : no('Use a year between 1900 and 2199');
}
