import type { TrackerRow } from '@opex/contracts/tracker';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useChanges } from '../../lib/events.ts';
import { lastEditor } from '../changes/last-editor.queries.ts';
import { useUser } from '../../lib/session.ts';
import { useAfterPause } from '../../lib/use-after-pause.ts';
import { trackerKey } from './tracker.queries.ts';

const pauseMs = 500;
const shownMs = 15_000;

/** Reads the page again after a change of another person, and says who changed a row on screen. */
export function useLiveNote(rows: readonly TrackerRow[]): string | null {
  const client = useQueryClient();
  const user = useUser();
  const [note, setNote] = useState<string | null>(null);
  const burst = useRef(new Set<number>());
  const { start } = useAfterPause(pauseMs);
  useEffect(() => {
    if (note === null) return;
    const fade = setTimeout(() => setNote(null), shownMs);
    return () => clearTimeout(fade);
  }, [note]);

  async function catchUp() {
    const changed = rows.filter(({ id }) => burst.current.has(id));
    burst.current.clear();
    await client.invalidateQueries({ queryKey: trackerKey });
    const [first] = changed;
    if (!first) return;
    const who = await client.query(lastEditor(first.id)).catch(() => undefined);
    const what = changed.length === 1 ? first.uid : `${changed.length} rows`;
    setNote(`Updated by ${who ?? 'a colleague'}: ${what}`);
  }

  useChanges((event) => {
    if (event.kind === 'job') return;
    if (event.kind === 'change') {
      if (event.actorId === user.id || event.subjectType !== 'service') return;
      if (event.subjectId !== null) burst.current.add(event.subjectId);
    }
    start(() => void catchUp());
  });
  return note;
}
