import type { ServiceMonths } from '@opex/contracts/services';
import { isSame, sum } from '../../domain/amounts/money.ts';
import type { Difference } from '../../domain/conflict/conflict-dialog.tsx';
import { useKept } from '../../lib/use-kept.ts';

/** Budget as typed and not yet saved: single months by number, or the whole year. */
export type MonthsDraft = {
  /** What was on screen when the typing began. */
  seen: ServiceMonths;
  months: Record<number, string | null>;
  year?: string;
};

const isUnchanged = (amount: string | null, saved: string | null) =>
  amount === null || saved === null ? amount === saved : isSame(amount, saved);
const budgetIn = ({ months }: ServiceMonths, number: number) => months[number - 1]?.budget ?? null;
const yearOf = ({ months }: ServiceMonths) => sum(months.map(({ budget }) => budget));

export function useMonthsDraft(key: string, saved: ServiceMonths) {
  const [draft, change] = useKept<MonthsDraft>(`months ${key}`);
  const savedYear = yearOf(saved);

  function setMonths(changes: Record<number, string | null>) {
    change((now) => {
      const months = Object.entries({ ...now?.months, ...changes });
      const changed = months.filter(([number, amount]) => !isUnchanged(amount, budgetIn(saved, Number(number))));
      return changed.length > 0 ? { seen: now?.seen ?? saved, months: Object.fromEntries(changed) } : undefined;
    });
  }
  function setYear(amount: string | null) {
    change((now) =>
      amount === null || isSame(amount, savedYear) ? undefined : { seen: now?.seen ?? saved, months: {}, year: amount },
    );
  }
  /** What was typed while it was being saved stays. */
  function forget(sent: Pick<MonthsDraft, 'months' | 'year'>) {
    change((now) => {
      if (now?.year !== undefined) return now.year === sent.year ? undefined : now;
      const left = Object.entries(now?.months ?? {}).filter(
        ([number, amount]) => sent.months[Number(number)] !== amount,
      );
      return now && left.length > 0 ? { ...now, months: Object.fromEntries(left) } : undefined;
    });
  }

  const budgetOf = (number: number) =>
    draft?.months[number] !== undefined ? draft.months[number] : budgetIn(saved, number);
  const year = draft?.year ?? sum(saved.months.map(({ number }) => budgetOf(number)));
  return { draft, setMonths, setYear, forget, discard: () => change(() => undefined), budgetOf, year, savedYear };
}

export const bodyOf = ({ months, year }: Pick<MonthsDraft, 'months' | 'year'>) =>
  year === undefined ? { months } : { budget: year };

/** The months of a draft that another person has changed since. A draft of the whole year counts all months. */
export function changedByOthers({ seen, months, year }: MonthsDraft, now: ServiceMonths): number[] {
  const numbers = now.months.map(({ number }) => number);
  return numbers
    .filter((number) => year !== undefined || months[number] !== undefined)
    .filter((number) => !isUnchanged(budgetIn(seen, number), budgetIn(now, number)))
    .filter((number) => year !== undefined || !isUnchanged(months[number] ?? null, budgetIn(now, number)));
}

const wholeYear = 'year';

/** What the draft and somebody else have both changed. A year is one value, whichever of its months they changed. */
export function monthDifferences(draft: MonthsDraft, now: ServiceMonths, words: (amount: string | null) => string) {
  const numbers = changedByOthers(draft, now);
  if (draft.year !== undefined && numbers.length > 0)
    return [{ key: wholeYear, what: 'Year', mine: words(draft.year), theirs: words(yearOf(now)) }];
  return numbers.map((number): Difference => {
    const mine = words(draft.months[number] ?? null);
    const what = now.months[number - 1]?.label ?? String(number);
    return { key: String(number), what, mine, theirs: words(budgetIn(now, number)) };
  });
}

/** What is left of a draft when some of it is given up; null when nothing is. */
export function withoutMonths<Draft extends Omit<MonthsDraft, 'seen'>>(draft: Draft, given: ReadonlySet<string>) {
  if (draft.year !== undefined) return given.has(wholeYear) ? null : draft;
  const left = Object.entries(draft.months).filter(([number]) => !given.has(number));
  return left.length > 0 ? { ...draft, months: Object.fromEntries(left) } : null;
}
