import type { BudgetRow } from '@opex/contracts/budgets';
import { useCallback, useMemo, useState } from 'react';
import { questionAbout, type Question, type Reading } from './entry-question.ts';
import { withValues, type RowEdit } from './row-edits.ts';
import type { BadCell } from './block.ts';

type Ways = { apply: (edits: RowEdit[]) => void; onBad: (bad: readonly BadCell[]) => void };

/** Between what is typed or pasted and the edits that are made of it: asks what is doubtful, and shows it meanwhile. */
export function useEntryQuestion(rows: readonly BudgetRow[], { apply, onBad }: Ways) {
  const [question, setQuestion] = useState<Question | null>(null);

  const enter = useCallback(
    (readings: readonly Reading[]) => {
      const asked = questionAbout(readings, rows);
      const [shown] = readings;
      if (asked) setQuestion(asked);
      else if (shown && shown.bad.length > 0) onBad(shown.bad);
      else if (shown) apply(shown.edits);
    },
    [rows, apply, onBad],
  );
  /** Another unit is looked at again by itself: one cell of it may still be far off. */
  function choose(reading: Reading) {
    const isShown = reading === question?.shown;
    setQuestion(null);
    if (isShown) apply(reading.edits);
    else enter([reading]);
  }

  const shownRows = useMemo(() => (question ? withEdits(rows, question.shown.edits) : rows), [rows, question]);
  return { question, enter, choose, cancel: () => setQuestion(null), shownRows };
}

function withEdits(rows: readonly BudgetRow[], edits: readonly RowEdit[]): readonly BudgetRow[] {
  const byId = new Map(edits.map(({ id, values }) => [id, values]));
  return rows.map((row) => withValues(row, byId.get(row.id) ?? {}));
}
