import type { ChangeEvent, eventNames } from '@opex/contracts/events';

/** As it goes over the wire. */
export const frameOf = (event: (typeof eventNames)[number], data: object, id?: number): Buffer =>
  Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

export const changeFrame = (
  { id, actorId, action, subjectType, subjectId }: ChangeEvent,
  seen: string | undefined,
): Buffer => frameOf('change', { id, actorId, action, subjectType, subjectId, seen }, id);

/** The last changes, the oldest first and without a gap: what readers that come back are told without a look into the log. */
export class RecentChanges<Change extends { id: number }> {
  readonly #most: number;
  #changes: Change[] = [];
  #newest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get newest() {
    return this.#newest;
  }

  /** Forgets everything; the next change that is added follows this one. */
  restart(newest: number) {
    this.#changes = [];
    this.#newest = newest;
  }

  /** Of any change but the next one it says that it cannot be added. */
  add(change: Change): boolean {
    if (change.id !== this.#newest + 1) return false;
    this.#newest = change.id;
    this.#changes.push(change);
    if (this.#changes.length > 2 * this.#most) this.#changes = this.#changes.slice(-this.#most);
    return true;
  }

  /** Undefined when they are too many, or not all known. */
  after(id: number): Change[] | undefined {
    const count = this.#newest - id;
    if (count < 0 || count > Math.min(this.#most, this.#changes.length)) return undefined;
    return this.#changes.slice(this.#changes.length - count);
  }
}
