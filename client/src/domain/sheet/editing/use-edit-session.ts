import type { TrackerRow } from '@opex/contracts/tracker';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { wordsOf } from '../../../components/states.tsx';
import { ApiError, statusOf } from '../../../lib/api.ts';
import { dismissNotice, notify } from '../../../lib/notices.ts';
import { me, useUser } from '../../../lib/session.ts';
import { keep, keptOf } from '../../../lib/use-kept.ts';
import { unsavedIn, type Batch } from './batches.ts';
import { createEditSession, type EditPort, type EditSession } from './edit-session.ts';
import { trackerKey, loadRows, putRows, refreshFigures, saveEdits, type TrackerQuery } from '../tracker.queries.ts';

/** What a saved edit does not touch. */
const unaffected = new Set<unknown>([...trackerKey, 'me', 'fiscal-years', 'masters']);

/** Each person has one session. It outlives the page and a new sign-in, with all that is not saved yet. */
const sessions = new WeakMap<QueryClient, Map<number, EditSession>>();

function sessionOf(client: QueryClient, userId: number): EditSession {
  const ofClient = sessions.get(client) ?? new Map<number, EditSession>();
  sessions.set(client, ofClient);
  const session = ofClient.get(userId) ?? newSession(client, userId);
  ofClient.set(userId, session);
  return session;
}

/** What takes back the last edit of this person, if there is one; one that is still being saved counts. */
export function useLastUndo() {
  const session = sessionOf(useQueryClient(), useUser().id);
  const { pending, done } = useSyncExternalStore(session.subscribe, session.get);
  return pending.length + done.length > 0 ? session.undo : undefined;
}

const keptName = 'tracker edits';
/** `seen` as JSON can hold it. */
type KeptBatch = Omit<Batch, 'seen'> & { seen: TrackerRow[] };

function keepUnsaved(userId: number, batches: readonly Batch[]) {
  const kept = batches.map((batch): KeptBatch => ({ ...batch, seen: [...batch.seen.values()] }));
  keep(userId, keptName, kept.length > 0 ? kept : undefined);
}
const keptBatches = (userId: number): Batch[] =>
  ((keptOf(userId, keptName) ?? []) as KeptBatch[]).map((batch) => ({
    ...batch,
    seen: new Map(batch.seen.map((row) => [row.id, row])),
  }));

function newSession(client: QueryClient, userId: number): EditSession {
  /** What one person has typed is never saved as another. */
  const assertOwner = () => {
    if (client.getQueryData(me.queryKey)?.id !== userId) throw new ApiError(notTheirs);
  };
  let failure: number | undefined;
  const port: EditPort = {
    save: async (...edits) => {
      assertOwner();
      const saved = await saveEdits(...edits);
      // What was said of an earlier attempt would be taken for this one.
      if (failure !== undefined) dismissNotice(failure);
      return saved;
    },
    load: loadRows,
    onFailed: (error) => {
      if (statusOf(error) === 401) return; // another person has signed in, whom this edit does not concern
      const again = session.get().unsaved.length > 0 && { action: { label: 'Save again', run: session.sendAgain } };
      failure = notify(failureWords(error), { tone: 'error', ...again });
      // The answer may have been lost on its way back, and the edit saved.
      void client.invalidateQueries({ queryKey: trackerKey });
    },
    onUnseenConflict: () =>
      notify('A change is not saved: somebody else changed the same. Open the budget tracker and choose.', {
        tone: 'error',
      }),
  };
  const session = createEditSession(port, keptBatches(userId));
  session.subscribe(() => keepUnsaved(userId, unsavedIn(session.get())));
  window.addEventListener('beforeunload', (event) => {
    const { pending, unsaved } = session.get();
    if (pending.length + unsaved.length > 0) event.preventDefault();
  });
  return session;
}

const notTheirs = {
  type: 'about:blank',
  status: 401,
  title: 'Another account',
  detail: 'This was typed by another person, who has to sign in again to save it.',
  instance: '',
  requestId: '',
};

export function useEditSession(query: TrackerQuery) {
  const client = useQueryClient();
  const session = sessionOf(client, useUser().id);
  useEffect(
    () =>
      session.connect({
        onFresh: (rows, fy) => putRows(client, rows, fy),
        onSaved: (rows: readonly TrackerRow[], fy, isLast) => {
          putRows(client, rows, fy);
          void client.invalidateQueries({ predicate: ({ queryKey }) => !unaffected.has(queryKey[0]) });
          if (isLast) refreshFigures(client, query).catch(() => client.invalidateQueries({ queryKey: trackerKey }));
        },
      }),
    [session, client, query],
  );
  useEffect(() => session.forgetReason, [session]);
  return [session, useSyncExternalStore(session.subscribe, session.get)] as const;
}

function failureWords(error: unknown) {
  const first = error instanceof ApiError ? error.problem.errors?.[0]?.message : undefined;
  const words = wordsOf(error);
  return `Not saved. ${words}${first && !words.includes(first) ? ` ${first}` : ''}`;
}
