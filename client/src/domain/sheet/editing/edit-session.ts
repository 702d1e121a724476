import type { TrackerRow } from '@opex/contracts/tracker';
import { reason as reasonText } from '@opex/contracts/common';
import { mostOf } from '../../../components/form/contract.ts';
import { statusOf } from '../../../lib/api.ts';
import { createListeners } from '../../../lib/listeners.ts';
import { withPending, without, type Batch, type Choice, type EditState, type Entry } from './batches.ts';
import { createOwnSaves } from './own-saves.ts';
import { conflictsOf, inverseOf, needsReason, onlyChanges, type Conflict, type RowEdit } from './row-edits.ts';

/**
 * Every edit of the tracker goes through here: asks the reason once, shows the new values at once, sends batches one after the
 * other, resolves conflicts, and remembers how to undo. Knows no React.
 */

export type EditPort = {
  save: (
    edits: readonly (RowEdit & { version: number })[],
    about: { fy: string; reason: string | undefined },
  ) => Promise<TrackerRow[]>;
  load: (ids: readonly number[], fy: string) => Promise<TrackerRow[]>;
  onFailed: (error: unknown) => void;
  /** There is something to choose, but the tracker is not on screen. */
  onUnseenConflict: () => void;
};
/** The list that shows the rows. */
export type EditList = {
  onSaved: (rows: readonly TrackerRow[], fy: string, isLast: boolean) => void;
  onFresh: (rows: readonly TrackerRow[], fy: string) => void;
};

const longestReason = mostOf(reasonText);
const attempts = 4;

/** Sending the same again could only be refused again. */
const isRefusal = (error: unknown) => {
  const status = statusOf(error);
  return status !== undefined && status !== 401 && status !== 429 && status >= 400 && status < 500;
};

export type EditSession = ReturnType<typeof createEditSession>;

/** `left`: what an earlier session of the same person did not save. */
export function createEditSession(port: EditPort, left: readonly Batch[] = []) {
  let state: EditState = {
    pending: [],
    asking: [],
    conflict: null,
    done: [],
    undone: [],
    unsaved: left,
    standingReason: null,
  };
  const { subscribe, tell } = createListeners();
  const set = (changes: Partial<EditState>) => {
    state = { ...state, ...changes };
    tell();
  };

  let list: EditList | undefined;
  let isOnScreen = false;
  let nextKey = 1 + Math.max(0, ...left.map(({ key }) => key));
  let queue = Promise.resolve();
  const { currentVersion, newest, remember } = createOwnSaves();

  /** `rows` as the server gave them. */
  function apply(edits: readonly RowEdit[], rows: readonly TrackerRow[], fy: string) {
    const shown = new Map(withPending(rows, state, fy).map((row) => [row.id, row]));
    const changed = edits.flatMap(({ id, values }) => {
      const row = shown.get(id);
      const kept = row && onlyChanges(row, values);
      return kept ? [{ id, values: kept }] : [];
    });
    if (changed.length === 0) return;
    const ids = new Set(changed.map(({ id }) => id));
    const seen = new Map(rows.filter(({ id }) => ids.has(id)).map((row) => [row.id, row]));
    const batch: Batch = { key: nextKey++, way: 'do', fy, edits: changed, seen };
    set({ pending: [...state.pending, batch], unsaved: state.unsaved.flatMap((old) => without(old, batch)) });
    const reason = state.standingReason;
    if (needsReason(changed) && reason === null) set({ asking: [...state.asking, batch] });
    else enqueue({ ...batch, ...(reason !== null && { reason }) });
  }

  function answerReason(reason: string | null, keep = false) {
    const batches = state.asking;
    if (batches.length === 0) return;
    set({ asking: [] });
    if (reason === null) {
      batches.forEach(drop);
      return;
    }
    set({ standingReason: keep ? reason : null });
    for (const batch of batches) enqueue({ ...batch, reason });
  }

  function enqueue(batch: Batch) {
    const others = state.pending.filter(({ key }) => key !== batch.key);
    set({ pending: [...others, batch] });
    queue = queue.then(() => run(batch));
  }

  const drop = ({ key }: Batch) => set({ pending: state.pending.filter((other) => other.key !== key) });

  async function run(batch: Batch) {
    try {
      const saved = await send(batch, attempts);
      if (saved) finish(saved.batch, saved.rows);
      else giveBack(batch);
    } catch (error) {
      giveBack(batch);
      if (batch.way === 'do' && !isRefusal(error)) set({ unsaved: [...state.unsaved, batch] });
      port.onFailed(error);
    }
  }

  async function send(made: Batch, left: number): Promise<{ batch: Batch; rows: TrackerRow[] } | null> {
    const seen = new Map([...made.seen].map(([id, row]) => [id, newest(row, made.fy)]));
    const batch = { ...made, seen };
    const stamped = batch.edits.flatMap((edit) => {
      const row = batch.seen.get(edit.id);
      return row ? [{ ...edit, version: currentVersion(row) }] : [];
    });
    try {
      const rows = await port.save(stamped, { fy: batch.fy, reason: batch.reason });
      remember(stamped, rows, batch.fy);
      return { batch, rows };
    } catch (error) {
      if (statusOf(error) !== 412 || left <= 0) throw error;
      const next = await settle(batch);
      return next && send(next, left - 1);
    }
  }

  /** Another person saved first. What they left alone is sent again; about the rest the editor decides. */
  async function settle(batch: Batch): Promise<Batch | null> {
    const fresh = await port.load(
      batch.edits.map(({ id }) => id),
      batch.fy,
    );
    list?.onFresh(fresh, batch.fy);
    const now = new Map(fresh.map((row) => [row.id, row]));
    const conflicts = batch.edits.flatMap(({ id, values }) => {
      const [before, after] = [batch.seen.get(id), now.get(id)];
      return before && after ? conflictsOf(before, after, values) : [];
    });
    const mine = conflicts.length > 0 ? await ask(conflicts) : new Set<Conflict>();
    if (mine === null) return null;
    const theirs = new Set(conflicts.filter((one) => !mine.has(one)).map(({ row, field }) => `${row.id}:${field}`));
    const edits = batch.edits.flatMap(({ id, values }) => {
      const kept = Object.entries(values).filter(([field]) => now.has(id) && !theirs.has(`${id}:${field}`));
      return kept.length > 0 ? [{ id, values: Object.fromEntries(kept) }] : [];
    });
    return edits.length > 0 ? { ...batch, edits, seen: now } : null;
  }

  const ask = (conflicts: Conflict[]) =>
    new Promise<Choice>((resolve) => {
      const choose = (mine: Choice) => {
        set({ conflict: null });
        resolve(mine);
      };
      set({ conflict: { conflicts, choose } });
      if (!isOnScreen) port.onUnseenConflict();
    });

  function finish(batch: Batch, rows: TrackerRow[]) {
    const { key: by, way, fy, edits, seen, reason = '', entry } = batch;
    const before = edits.flatMap(({ id, values }) => {
      const row = seen.get(id);
      return row ? [{ id, values: inverseOf(row, values) }] : [];
    });
    const next: Entry = entry ? { ...entry, by, rows } : { by, fy, forward: edits, backward: before, rows, reason };
    drop(batch);
    if (way === 'undo') set({ undone: [...state.undone, next] });
    else set({ done: [...state.done, next], ...(way === 'do' && { undone: [] }) });
    list?.onSaved(rows, fy, state.pending.length === 0);
  }

  /** Nothing was saved: an undo stays possible. */
  function giveBack(batch: Batch) {
    drop(batch);
    if (!batch.entry) return;
    if (batch.way === 'undo') set({ done: [...state.done, batch.entry] });
    else set({ undone: [...state.undone, batch.entry] });
  }

  /** Undo means the last edit, even one that is still being saved. So it waits for that. */
  function repeatLast(way: 'undo' | 'redo') {
    const last = state.pending.at(-1);
    const isMeant = last && (way === 'undo' ? last.way !== 'undo' : last.way === 'undo');
    if (!isMeant) {
      repeat(way);
      return;
    }
    queue = queue.then(() => {
      const saved = (way === 'undo' ? state.done : state.undone).at(-1);
      if (saved?.by === last.key) repeat(way);
    });
  }

  function repeat(way: 'undo' | 'redo') {
    const from = way === 'undo' ? state.done : state.undone;
    const entry = from.at(-1);
    if (!entry) return;
    set(way === 'undo' ? { done: from.slice(0, -1) } : { undone: from.slice(0, -1) });
    const edits = way === 'undo' ? entry.backward : entry.forward;
    const words = way === 'undo' ? 'Undo' : 'Redo';
    enqueue({
      key: nextKey++,
      way,
      fy: entry.fy,
      edits,
      entry,
      seen: new Map(entry.rows.map((row) => [row.id, row])),
      ...(entry.reason && { reason: `${words}: ${entry.reason}`.slice(0, longestReason) }),
    });
  }

  function sendAgain() {
    const batches = state.unsaved;
    set({ unsaved: [] });
    for (const batch of batches) {
      // A reload may have come before the reason.
      if (needsReason(batch.edits) && batch.reason === undefined)
        set({ pending: [...state.pending, batch], asking: [...state.asking, batch] });
      else enqueue(batch);
    }
  }

  return {
    subscribe,
    get: () => state,
    /** The list stays known after its page is left, so that a late save still reaches it. */
    connect: (next: EditList) => {
      list = next;
      isOnScreen = true;
      return () => {
        isOnScreen = false;
      };
    },
    apply,
    answerReason,
    forgetReason: () => set({ standingReason: null }),
    sendAgain,
    giveUp: () => set({ unsaved: [] }),
    undo: () => repeatLast('undo'),
    redo: () => repeatLast('redo'),
    /** The rows as they will read once everything pending is saved. With shares on screen, no answer takes their place. */
    shown: (rows: readonly TrackerRow[], fy: string, { edits, areShares }: { edits: EditState; areShares: boolean }) =>
      withPending(areShares ? rows : rows.map((row) => newest(row, fy)), edits, fy),
  };
}
