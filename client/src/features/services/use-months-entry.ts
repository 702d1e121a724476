import type { ServiceMonths } from '@opex/contracts/services';
import { useState } from 'react';
import { doubtAbout, likelierReading, type Compared, type Known } from '../../domain/amounts/doubtful-amount.ts';
import type { Unit } from '../../domain/amounts/format.ts';
import { isSame, sum } from '../../domain/amounts/money.ts';
import { useAmountEntries } from '../../domain/amounts/use-amount-entry.ts';
import type { DoubtLine } from '../../domain/amounts/doubt-dialog.tsx';
import type { useMonthsDraft } from './use-months-draft.ts';

type Edit = ReturnType<typeof useMonthsDraft>;
type Cell = Compared & { where: string };
/** Typed text, understood in one unit. `problem` says why it cannot be. */
type Reading = { unit: Unit; cells: Cell[]; problem: string };
type Question = { shown: Reading; likelier: Reading | undefined; lines: DoubtLine[]; take: (cells: Cell[]) => void };

type Month = ServiceMonths['months'][number];
type Place = Omit<Cell, 'amount'> & { refusal?: string | null };

/**
 * Between what is typed or pasted and the draft: asks about amounts that are far off what is known. A month that is refused
 * takes only what it holds already, for a year that is copied whole says that again.
 */
export function useMonthsEntry(
  saved: ServiceMonths,
  edit: Edit,
  refusalOf: (month: Month | undefined) => string | null,
) {
  const entries = useAmountEntries();
  const [problem, setProblem] = useState('');
  const [question, setQuestion] = useState<Question | null>(null);

  function enter(readings: Reading[], take: Question['take']) {
    const [shown] = readings;
    if (!shown) return;
    const likelier = readings[likelierReading(readings.map((one) => (one.problem ? null : one.cells))) ?? -1];
    const lines = shown.cells.flatMap(({ where, amount, known }) => {
      const doubt = doubtAbout({ amount, known });
      return doubt && amount !== null ? [{ where, amount, doubt }] : [];
    });
    setProblem(likelier ? '' : shown.problem);
    if (likelier || (lines.length > 0 && !shown.problem)) setQuestion({ shown, likelier, lines, take });
    else if (!shown.problem) take(shown.cells);
  }
  /** Another unit is looked at again by itself: one month of it may still be far off. */
  function choose(reading: Reading | undefined) {
    setQuestion(null);
    if (!question || !reading) return;
    if (reading === question.shown) question.take(reading.cells);
    else enter([reading], question.take);
  }

  const wordsFrom = (texts: readonly string[], placeOf: (index: number) => Place) =>
    entries.map(({ unit, read }): Reading => {
      const entered = texts.map((text, index) => {
        const { refusal, ...place } = placeOf(index);
        const now = place.known[0]?.amount ?? null;
        const entered = read(text, now);
        const isKept = entered.ok && isSame(entered.value ?? '0', now ?? '0');
        return { ...place, ...(refusal && !isKept ? { ok: false as const, message: refusal } : entered) };
      });
      const wrong = entered.find(({ ok }) => !ok);
      return {
        unit,
        cells: entered.map((one) => ({ where: one.where, known: one.known, amount: one.ok ? one.value : null })),
        problem: wrong && !wrong.ok ? `${namedOnce(wrong.where, wrong.message)}. Nothing was pasted.` : '',
      };
    });

  return {
    problem,
    question,
    choose,
    /** Into the months from `first` on, as far as there are any. */
    enterMonths: (first: number, texts: readonly string[]) =>
      enter(
        wordsFrom(texts.slice(0, saved.months.length - first + 1), (index) => ({
          where: saved.months[first + index - 1]?.label ?? '',
          known: knownOfMonth(first + index, saved, edit),
          refusal: refusalOf(saved.months[first + index - 1]),
        })),
        (cells) => edit.setMonths(Object.fromEntries(cells.map(({ amount }, index) => [first + index, amount]))),
      ),
    enterYear: (text: string) =>
      enter(
        wordsFrom([text], () => ({ where: saved.fy, known: knownOfYear(saved, edit) })),
        ([cell]) => edit.setYear(cell?.amount ?? null),
      ),
  };
}

const namedOnce = (place: string, message: string) => (message.startsWith(place) ? message : `${place}: ${message}`);

const knownOfMonth = (number: number, { months }: ServiceMonths, { budgetOf }: Edit): Known[] => [
  { when: 'now', amount: budgetOf(number) },
  { when: 'the month before', amount: number > 1 ? budgetOf(number - 1) : null },
  { when: 'the month after', amount: number < months.length ? budgetOf(number + 1) : null },
  { when: 'last year', amount: months[number - 1]?.previousActual ?? null },
];

const knownOfYear = ({ months }: ServiceMonths, { year }: Edit): Known[] => [
  { when: 'now', amount: year },
  { when: 'last year', amount: sum(months.map(({ previousActual }) => previousActual)) },
];
