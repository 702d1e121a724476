import type { ServiceMonths } from '@opex/contracts/services';
import { useState } from 'react';
import { isSame, sum } from '../../lib/money.ts';

/** Budget as typed and not yet saved: single months by number, or the whole year. */
export type MonthsDraft = {
  /** The version that was on screen when the typing began. */
  version: number;
  months: Record<number, string | null>;
  year?: string;
};

/** What is typed survives another tab of the page, until it is saved or discarded. */
const kept = new Map<string, MonthsDraft>();

const isUnchanged = (amount: string | null, saved: string | null) =>
  amount === null || saved === null ? amount === saved : isSame(amount, saved);

export function useMonthsDraft(key: string, saved: ServiceMonths) {
  const [draft, setDraft] = useState(kept.get(key));
  const savedOf = (number: number) => saved.months[number - 1]?.budget ?? null;
  const savedYear = sum(saved.months.map(({ budget }) => budget));

  function keep(next: MonthsDraft | undefined) {
    if (next) kept.set(key, next);
    else kept.delete(key);
    setDraft(next);
  }
  function setMonths(changes: Record<number, string | null>) {
    const months = { ...draft?.months, ...changes };
    const changed = Object.entries(months).filter(([number, amount]) => !isUnchanged(amount, savedOf(Number(number))));
    const version = draft?.version ?? saved.version;
    keep(changed.length > 0 ? { version, months: Object.fromEntries(changed) } : undefined);
  }
  function setYear(amount: string | null) {
    const version = draft?.version ?? saved.version;
    keep(amount === null || isSame(amount, savedYear) ? undefined : { version, months: {}, year: amount });
  }

  const budgetOf = (number: number) => (draft?.months[number] !== undefined ? draft.months[number] : savedOf(number));
  const year = draft?.year ?? sum(saved.months.map(({ number }) => budgetOf(number)));
  return { draft, setMonths, setYear, discard: () => keep(undefined), budgetOf, year, savedYear };
}

export const bodyOf = ({ months, year }: MonthsDraft) => (year === undefined ? { months } : { budget: year });
