import type { BudgetRow } from '@opex/contracts/budgets';
import { statusOf } from '../../../lib/api.ts';
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
export type Batch = {
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
/** `by`: the batch that made it what it is, done or undone. */
type Entry = { by: number; fy: string; forward: RowEdit[]; backward: RowEdit[]; rows: BudgetRow[]; reason: string };

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
  /** Edits that were neither saved nor refused: no connection, or the session had ended. */
  unsaved: readonly Batch[];
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
  /** There is something to choose, but the tracker is not on screen. */
  onUnseenConflict: () => void;
};
/** The list that shows the rows. */
export type EditList = {
  onSaved: (rows: readonly BudgetRow[], fy: string, isLast: boolean) => void;
  onFresh: (rows: readonly BudgetRow[], fy: string) => void;
};

const longestReason = 500;
const attempts = 4;

/** Sending the same again could only be refused again. */
const isRefusal = (error: unknown) => {
  const status = statusOf(error);
  return status !== undefined && status !== 401 && status !== 429 && status >= 400 && status < 500;
};

/** Edits that are not saved, or not known to be. Undo and redo can be pressed again. */
export const unsavedIn = ({ pending, unsaved }: EditState) => [
  ...unsaved,
  ...pending.filter(({ way }) => way === 'do'),
];

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
    lastReason: '',
  };
  const listeners = new Set<() => void>();
  const set = (changes: Partial<EditState>) => {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  };

  let list: EditList | undefined;
  let isOnScreen = false;
  let nextKey = 1 + Math.max(0, ...left.map(({ key }) => key));
  let queue = Promise.resolve();
  /** Our own saves make new versions: an edit of the old one, made meanwhile, is an edit of the new one. */
  const successors = new Map<string, number>();
  const ownRows = new Map<string, BudgetRow>();
  const currentVersion = ({ id, version }: BudgetRow) => {
    let current = version;
    for (let next = successors.get(`${id}:${current}`); next; next = successors.get(`${id}:${current}`)) current = next;
    return current;
  };
  /** A row as our own saves have left it, also where a list was read before them and arrives after. */
  function newest(row: BudgetRow, fy: string): BudgetRow {
    const own = ownRows.get(`${fy} ${row.id}`);
    return own && own.version > row.version && own.version === currentVersion(row) ? own : row;
  }

  /** `rows` as the server gave them. */
  function apply(edits: readonly RowEdit[], rows: readonly BudgetRow[], fy: string) {
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
    if (hasAmounts(changed) && reason === null) set({ asking: [...state.asking, batch] });
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
    set({ lastReason: reason, standingReason: keep ? reason : null });
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

  async function send(made: Batch, left: number): Promise<{ batch: Batch; rows: BudgetRow[] } | null> {
    const seen = new Map([...made.seen].map(([id, row]) => [id, newest(row, made.fy)]));
    const batch = { ...made, seen };
    const stamped = batch.edits.flatMap((edit) => {
      const row = batch.seen.get(edit.id);
      return row ? [{ ...edit, version: currentVersion(row) }] : [];
    });
    try {
      const rows = await port.save(stamped, { fy: batch.fy, reason: batch.reason });
      for (const row of rows) ownRows.set(`${batch.fy} ${row.id}`, row);
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

  function finish(batch: Batch, rows: BudgetRow[]) {
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

  /** What is still being saved is what is meant: it is waited for. */
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
      if (hasAmounts(batch.edits) && batch.reason === undefined)
        set({ pending: [...state.pending, batch], asking: [...state.asking, batch] });
      else enqueue(batch);
    }
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => state,
    /** A save that ends after its page was left still tells that page's lists. */
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
    shown: (rows: readonly BudgetRow[], fy: string, { edits, areShares }: { edits: EditState; areShares: boolean }) =>
      withPending(areShares ? rows : rows.map((row) => newest(row, fy)), edits, fy),
  };
}

/** What is left of an old batch once its cells have been typed again. */
function without(old: Batch, { fy, edits }: Batch): Batch[] {
  if (old.fy !== fy) return [old];
  const again = new Map(edits.map(({ id, values }) => [id, values]));
  const left = old.edits.flatMap(({ id, values }) => {
    const kept = Object.entries(values).filter(([field]) => !Object.hasOwn(again.get(id) ?? {}, field));
    return kept.length > 0 ? [{ id, values: Object.fromEntries(kept) }] : [];
  });
  return left.length > 0 ? [{ ...old, edits: left }] : [];
}

function withPending(rows: readonly BudgetRow[], { pending }: EditState, fy: string): readonly BudgetRow[] {
  const here = pending.filter((batch) => batch.fy === fy);
  if (here.length === 0) return rows;
  return rows.map((row) =>
    here
      .flatMap(({ edits }) => edits)
      .filter(({ id }) => id === row.id)
      .reduce((shown, { values }) => withValues(shown, values), row),
  );
}
