import type { TrackerRow } from '@opex/contracts/tracker';
import { useCallback, useMemo, useState } from 'react';
import { questionAbout, type Question, type Reading } from './entry-question.ts';
import { withValues, type RowEdit } from './row-edits.ts';

type Ways = { apply: (edits: RowEdit[]) => void; onBad: (readings: readonly Reading[]) => void };

/** Between what is typed or pasted and the edits that are made of it: asks what is doubtful, and shows it meanwhile. */
export function useEntryQuestion(rows: readonly TrackerRow[], { apply, onBad }: Ways) {
  /** Several: fast fingers edit the next cell before they see that they are asked. */
  const [questions, setQuestions] = useState<readonly Question[]>([]);
  const [question = null] = questions;

  const enter = useCallback(
    (readings: readonly Reading[]) => {
      const asked = questionAbout(readings, rows);
      const [shown] = readings;
      if (asked) setQuestions((others) => [...others, asked]);
      else if (shown && shown.bad.length > 0) onBad(readings);
      else if (shown) apply(shown.edits);
    },
    [rows, apply, onBad],
  );
  const close = () => setQuestions(([, ...others]) => others);
  /** Another unit is looked at again by itself: one cell of it may still be far off. */
  function choose(reading: Reading) {
    close();
    if (reading === question?.shown) apply(reading.edits);
    else enter([reading]);
  }

  const shownRows = useMemo(() => {
    const edits = questions.flatMap(({ shown }) => shown.edits);
    if (edits.length === 0) return rows;
    return rows.map((row) =>
      edits.filter(({ id }) => id === row.id).reduce((changed, { values }) => withValues(changed, values), row),
    );
  }, [rows, questions]);
  return { question, left: questions.length, enter, choose, cancel: close, shownRows };
}
