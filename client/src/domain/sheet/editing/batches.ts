import type { TrackerRow } from '@opex/contracts/tracker';
import { withValues, type Conflict, type RowEdit } from './row-edits.ts';

/** Pure: the batches of edits that wait, are done, or were not saved. */

type Way = 'do' | 'undo' | 'redo';
export type Batch = {
  key: number;
  way: Way;
  fy: string;
  edits: RowEdit[];
  /** The rows as they were on screen when the edit was made. */
  seen: Map<number, TrackerRow>;
  reason?: string;
  /** What undo and redo came from. */
  entry?: Entry;
};
/** `by`: the batch that made it what it is, done or undone. */
export type Entry = {
  by: number;
  fy: string;
  forward: RowEdit[];
  backward: RowEdit[];
  rows: TrackerRow[];
  reason: string;
};

/** Conflicts to keep "mine" for; null gives the whole batch up. */
export type Choice = ReadonlySet<Conflict> | null;
export type OpenConflict = { conflicts: Conflict[]; choose: (mine: Choice) => void };

export type EditState = {
  pending: readonly Batch[];
  /** What waits for a reason: fast fingers edit the next cell before they see that they are asked. */
  asking: readonly Batch[];
  conflict: OpenConflict | null;
  done: readonly Entry[];
  undone: readonly Entry[];
  /** Edits that were neither saved nor refused: no connection, or the session had ended. */
  unsaved: readonly Batch[];
  /** Given once, used for every edit until it is put away. */
  standingReason: string | null;
};

/** Edits that are not saved, or not known to be. Undo and redo can be pressed again. */
export const unsavedIn = ({ pending, unsaved }: EditState) => [
  ...unsaved,
  ...pending.filter(({ way }) => way === 'do'),
];

/** What is left of an old batch once its cells have been typed again. */
export function without(old: Batch, { fy, edits }: Batch): Batch[] {
  if (old.fy !== fy) return [old];
  const again = new Map(edits.map(({ id, values }) => [id, values]));
  const left = old.edits.flatMap(({ id, values }) => {
    const kept = Object.entries(values).filter(([field]) => !Object.hasOwn(again.get(id) ?? {}, field));
    return kept.length > 0 ? [{ id, values: Object.fromEntries(kept) }] : [];
  });
  return left.length > 0 ? [{ ...old, edits: left }] : [];
}

/** The rows as they will read once everything pending is saved. */
export function withPending(rows: readonly TrackerRow[], { pending }: EditState, fy: string): readonly TrackerRow[] {
  const here = pending.filter((batch) => batch.fy === fy);
  if (here.length === 0) return rows;
  return rows.map((row) =>
    here
      .flatMap(({ edits }) => edits)
      .filter(({ id }) => id === row.id)
      .reduce((shown, { values }) => withValues(shown, values), row),
  );
}
