import type { BudgetRow } from '@opex/contracts/budgets';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { wordsOf } from '../../components/states.tsx';
import { ApiError } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { createEditSession } from './edit-session.ts';
import { budgetsKey, loadRows, putRows, refreshFigures, saveEdits, type BudgetsQuery } from './tracker.queries.ts';

/** What a saved edit does not touch. */
const unaffected = new Set<unknown>([...budgetsKey, 'me', 'fiscal-years', 'masters']);

/** One session of edits for as long as the page is open. */
export function useEditSession(query: BudgetsQuery) {
  const client = useQueryClient();
  const [session] = useState(() =>
    createEditSession({
      save: saveEdits,
      load: loadRows,
      onFailed: (error) => notify(failure(error), { tone: 'error' }),
    }),
  );
  useEffect(() => {
    // With an entity chosen the list shows shares; answers show the whole, so they are not put in its place.
    const put = (rows: readonly BudgetRow[]) => {
      if (!query.entity) putRows(client, rows);
    };
    session.connect({
      onFresh: put,
      onSaved: (rows, isLast) => {
        put(rows);
        void client.invalidateQueries({ predicate: ({ queryKey }) => !unaffected.has(queryKey[0]) });
        if (isLast) refreshFigures(client, query).catch(() => client.invalidateQueries({ queryKey: budgetsKey }));
      },
    });
  }, [session, client, query]);
  const state = useSyncExternalStore(session.subscribe, session.get);

  const isSaving = state.pending.length > 0;
  useEffect(() => {
    if (!isSaving) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isSaving]);

  return [session, state] as const;
}

function failure(error: unknown) {
  const first = error instanceof ApiError ? error.problem.errors?.[0]?.message : undefined;
  const words = wordsOf(error);
  return `Not saved. ${words}${first && !words.includes(first) ? ` ${first}` : ''}`;
}
