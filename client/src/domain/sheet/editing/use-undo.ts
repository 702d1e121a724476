import type { KeyboardEvent } from 'react';
import type { EditState } from './batches.ts';
import type { EditSession } from './edit-session.ts';
import type { RowEdit } from './row-edits.ts';

/** Undo and redo, by button and key. `only`: a page of one row takes back nothing of others, which would not be seen. */
export function useUndo(session: EditSession, { pending, done, undone }: EditState, only?: number) {
  const isMeant = (edits: readonly RowEdit[] | undefined) =>
    edits !== undefined && (only === undefined || edits.every(({ id }) => id === only));
  const last = pending.at(-1);
  // What is still being saved is undone once it is.
  const undo = isMeant((last?.way === 'undo' ? undefined : last?.edits) ?? done.at(-1)?.forward) ? session.undo : null;
  const redo = isMeant((last?.way === 'undo' ? last.edits : undefined) ?? undone.at(-1)?.forward) ? session.redo : null;

  function onKeyDown(event: KeyboardEvent) {
    const isControl = event.ctrlKey || event.metaKey;
    if (!isControl || event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const key = event.key.toLowerCase();
    const isRedo = key === 'y' || (key === 'z' && event.shiftKey);
    if (!isRedo && key !== 'z') return;
    event.preventDefault();
    if (isRedo) redo?.();
    else undo?.();
  }
  return { undo, redo, onKeyDown };
}
