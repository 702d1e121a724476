import type { BudgetRow } from '@opex/contracts/budgets';
import { statusOf } from '../../lib/api.ts';
import {
  conflictsOf,
  hasAmounts,
  inverseOf,
  onlyChanges,
  withValues,
  type Conflict,
  type RowEdit,
} from './row-edits.ts';

/**
 * Every edit of the tracker goes through here: asks the reason once, shows the new values at once, sends batches one after the
 * other, resolves conflicts, and remembers how to undo. Knows no React.
 */

type Way = 'do' | 'undo' | 'redo';
type Batch = {
  key: number;
  way: Way;
  fy: string;
  edits: RowEdit[];
  /** The rows as they were on screen when the edit was made. */
  seen: Map<number, BudgetRow>;
  reason?: string;
  /** What undo and redo came from. */
  entry?: Entry;
};
type Entry = { fy: string; forward: RowEdit[]; backward: RowEdit[]; rows: BudgetRow[]; reason: string };

/** Conflicts to keep "mine" for; null gives the whole batch up. */
type Choice = ReadonlySet<Conflict> | null;
export type OpenConflict = { conflicts: Conflict[]; choose: (mine: Choice) => void };

export type EditState = {
  pending: readonly Batch[];
  /** What waits for a reason: fast fingers edit the next cell before they see that they are asked. */
  asking: readonly Batch[];
  conflict: OpenConflict | null;
  done: readonly Entry[];
  undone: readonly Entry[];
  /** Given once, used for every edit until it is put away. */
  standingReason: string | null;
  lastReason: string;
};

export type EditPort = {
  save: (
    edits: readonly (RowEdit & { version: number })[],
    about: { fy: string; reason: string | undefined },
  ) => Promise<BudgetRow[]>;
  load: (ids: readonly number[], fy: string) => Promise<BudgetRow[]>;
  onFailed: (error: unknown) => void;
};
/** The list that shows the rows. */
export type EditList = {
  onSaved: (rows: readonly BudgetRow[], isLast: boolean) => void;
  onFresh: (rows: readonly BudgetRow[]) => void;
};

const longestReason = 500;
const attempts = 4;

export type EditSession = ReturnType<typeof createEditSession>;

export function createEditSession(port: EditPort) {
  let state: EditState = {
    pending: [],
    asking: [],
    conflict: null,
    done: [],
    undone: [],
    standingReason: null,
    lastReason: '',
  };
  const listeners = new Set<() => void>();
  const set = (changes: Partial<EditState>) => {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  };

  let list: EditList | undefined;
  let nextKey = 1;
  let queue = Promise.resolve();
  let failures = 0;
  /** Our own saves make new versions: an edit of the old one, made meanwhile, is an edit of the new one. */
  const successors = new Map<string, number>();
  const currentVersion = ({ id, version }: BudgetRow) => {
    let current = version;
    for (let next = successors.get(`${id}:${current}`); next; next = successors.get(`${id}:${current}`)) current = next;
    return current;
  };

  function apply(edits: readonly RowEdit[], rows: readonly BudgetRow[], fy: string) {
    const seen = new Map(rows.map((row) => [row.id, row]));
    const changed = edits.flatMap(({ id, values }) => {
      const row = seen.get(id);
      const kept = row && onlyChanges(row, values);
      return kept ? [{ id, values: kept }] : [];
    });
    if (changed.length === 0) return;
    const batch: Batch = { key: nextKey++, way: 'do', fy, edits: changed, seen };
    if (hasAmounts(changed) && state.standingReason === null)
      set({ asking: [...state.asking, batch], pending: [...state.pending, batch] });
    else enqueue({ ...batch, ...(state.standingReason !== null && { reason: state.standingReason }) });
  }

  function answerReason(reason: string | null, keep = false) {
    const batches = state.asking;
    if (batches.length === 0) return;
    set({ asking: [] });
    if (reason === null) {
      batches.forEach(drop);
      return;
    }
    set({ lastReason: reason, standingReason: keep ? reason : null });
    for (const batch of batches) enqueue({ ...batch, reason });
  }

  function enqueue(batch: Batch) {
    wait(batch);
    queue = queue.then(() => run(batch));
  }

  const wait = (batch: Batch) => set({ pending: [...state.pending.filter(({ key }) => key !== batch.key), batch] });

  const drop = ({ key }: Batch) => set({ pending: state.pending.filter((other) => other.key !== key) });

  async function run(batch: Batch) {
    try {
      const saved = await send(batch, attempts);
      if (saved) finish(saved.batch, saved.rows);
      else giveBack(batch);
    } catch (error) {
      giveBack(batch);
      port.onFailed(error);
    }
  }

  async function send(batch: Batch, left: number): Promise<{ batch: Batch; rows: BudgetRow[] } | null> {
    const stamped = batch.edits.flatMap((edit) => {
      const row = batch.seen.get(edit.id);
      return row ? [{ ...edit, version: currentVersion(row) }] : [];
    });
    try {
      const rows = await port.save(stamped, { fy: batch.fy, reason: batch.reason });
      const byId = new Map(rows.map((row) => [row.id, row.version]));
      for (const { id, version } of stamped) {
        const next = byId.get(id) ?? version;
        if (next > version) successors.set(`${id}:${version}`, next);
      }
      return { batch, rows };
    } catch (error) {
      if (statusOf(error) !== 412 || left <= 0) throw error;
      const next = await settle(batch);
      return next && send(next, left - 1);
    }
  }

  /** Somebody was faster. What they left alone is simply sent again; the rest is for the person to decide. */
  async function settle(batch: Batch): Promise<Batch | null> {
    const fresh = await port.load(
      batch.edits.map(({ id }) => id),
      batch.fy,
    );
    list?.onFresh(fresh);
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
    });

  function finish(batch: Batch, rows: BudgetRow[]) {
    const { way, fy, edits, seen, reason = '', entry } = batch;
    const before = edits.flatMap(({ id, values }) => {
      const row = seen.get(id);
      return row ? [{ id, values: inverseOf(row, values) }] : [];
    });
    const next: Entry = entry ? { ...entry, rows } : { fy, forward: edits, backward: before, rows, reason };
    drop(batch);
    if (way === 'undo') set({ undone: [...state.undone, next] });
    else set({ done: [...state.done, next], ...(way === 'do' && { undone: [] }) });
    list?.onSaved(rows, state.pending.length === 0);
  }

  /** Nothing was saved: an undo stays possible. */
  function giveBack(batch: Batch) {
    failures++;
    drop(batch);
    if (!batch.entry) return;
    if (batch.way === 'undo') set({ done: [...state.done, batch.entry] });
    else set({ undone: [...state.undone, batch.entry] });
  }

  /** The newest edit may still be on its way, so this waits for it; if it fails, there is nothing of it to take back. */
  function repeat(way: 'undo' | 'redo') {
    const failedBefore = failures;
    queue = queue.then(() => (failures === failedBefore ? repeatNow(way) : undefined));
  }

  async function repeatNow(way: 'undo' | 'redo') {
    const from = way === 'undo' ? state.done : state.undone;
    const entry = from.at(-1);
    if (!entry) return;
    set(way === 'undo' ? { done: from.slice(0, -1) } : { undone: from.slice(0, -1) });
    const edits = way === 'undo' ? entry.backward : entry.forward;
    const words = way === 'undo' ? 'Undo' : 'Redo';
    const batch: Batch = {
      key: nextKey++,
      way,
      fy: entry.fy,
      edits,
      entry,
      seen: new Map(entry.rows.map((row) => [row.id, row])),
      ...(entry.reason && { reason: `${words}: ${entry.reason}`.slice(0, longestReason) }),
    };
    wait(batch);
    await run(batch);
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => state,
    connect: (next: EditList) => {
      list = next;
    },
    apply,
    answerReason,
    forgetReason: () => set({ standingReason: null }),
    undo: () => repeat('undo'),
    redo: () => repeat('redo'),
  };
}

/** The rows as they will read once everything pending is saved. */
export function shownRows(
  rows: readonly BudgetRow[],
  { pending }: EditState,
  fy: string | undefined,
): readonly BudgetRow[] {
  const here = pending.filter((batch) => batch.fy === fy);
  if (here.length === 0) return rows;
  return rows.map((row) =>
    here
      .flatMap(({ edits }) => edits)
      .filter(({ id }) => id === row.id)
      .reduce((shown, { values }) => withValues(shown, values), row),
  );
}
