import { useCallback, useState } from 'react';
import { useKept } from './use-kept.ts';
import { isSameValue } from './same-value.ts';

const taskName = (place: string) => `${place} dialog`;
const draftName = (place: string) => `${place} draft`;

/**
 * The dialog that is open on a page, and what it is about. If something was typed in it, it opens again with the page: after a
 * reload, a visit to another page, or a new sign-in.
 */
export function useDialog<Task>(place: string) {
  const [kept, changeTask] = useKept<Task>(taskName(place));
  const [draft, changeDraft] = useKept<unknown>(draftName(place));
  const [isOpened, setOpened] = useState(false);
  const task = kept !== undefined && (isOpened || draft !== undefined) ? kept : null;
  const open = useCallback(
    (next: Task) => {
      changeDraft(() => undefined);
      changeTask(() => next);
      setOpened(true);
    },
    [changeDraft, changeTask],
  );
  const close = useCallback(() => {
    changeTask(() => undefined);
    changeDraft(() => undefined);
    setOpened(false);
  }, [changeDraft, changeTask]);
  return { task, open, close };
}

/** What stands in the fields of the dialog at that place; `isChanged` when something was typed. */
export function useDraft<Draft extends object>(place: string, initial: Draft) {
  const [kept, change] = useKept<Draft>(draftName(place));
  /** The values when the dialog opened. The record may be read again while it is open. */
  const [start] = useState(initial);
  const set = (changes: Partial<Draft>) =>
    change((now) => {
      const next = { ...(now ?? start), ...changes };
      return isSameValue(next, start) ? undefined : next;
    });
  return { draft: kept ?? start, set, isChanged: kept !== undefined, forget: () => change(() => undefined) };
}
