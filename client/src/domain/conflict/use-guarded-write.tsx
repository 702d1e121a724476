import type { Subject } from '../changes/last-editor.queries.ts';
import { statusOf } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import type { Difference } from './conflict-dialog.tsx';
import { useConflict } from './use-conflict.tsx';

type Versioned = { version: number };
type Guarded<Seen extends Versioned, Mine, Saved> = {
  /** Changes a record, if it still has the version that was seen. */
  send: (mine: Mine, seen: Seen) => Promise<Saved>;
  /** The record as it is now. */
  load: (seen: Seen) => Promise<Seen>;
  /** My changes of what another person has changed to something else. */
  differences: (of: { mine: Mine; seen: Seen; now: Seen }) => Difference[];
  /** My change without some of it; null when nothing is left. */
  without: (mine: Mine, given: ReadonlySet<string>) => Mine | null;
  /** Gets what is left of my change in place of `send`, for a change that has to be looked at again before it is saved. */
  again?: (mine: Mine, now: Seen) => void;
  /** As for `ConflictDialog`. */
  serviceIds?: readonly number[];
  subject?: Subject;
};

/**
 * Changes a record that another person may change meanwhile. What they left alone is sent again; about the rest `conflict` asks.
 * `onDone` gets null when the whole change was given up, and hears nothing of one that is looked at again.
 */
export function useGuardedWrite<Seen extends Versioned, Mine, Saved>(
  guarded: Guarded<Seen, Mine, Saved>,
  onDone: (saved: Saved | null, sent: Mine) => void,
) {
  const { ask, conflict } = useConflict({ serviceIds: guarded.serviceIds ?? [], subject: guarded.subject });

  async function save(mine: Mine, seen: Seen): Promise<Saved | null | undefined> {
    try {
      return await guarded.send(mine, seen);
    } catch (error) {
      if (statusOf(error) !== 412) throw error;
      const now = await guarded.load(seen);
      if (now.version === seen.version) throw error;
      const differences = guarded.differences({ mine, seen, now });
      const chosen = differences.length > 0 ? await ask(differences) : new Set<string>();
      if (chosen === null) return null;
      const given = differences.map(({ key }) => key).filter((key) => !chosen.has(key));
      const left = guarded.without(mine, new Set(given));
      if (!left || !guarded.again) return left && save(left, now);
      guarded.again(left, now);
      return undefined;
    }
  }

  const write = useWrite(
    ({ mine, seen }: { mine: Mine; seen: Seen }) => save(mine, seen),
    (saved, { mine }) => {
      if (saved !== undefined) onDone(saved, mine);
    },
  );
  return { ...write, conflict };
}
