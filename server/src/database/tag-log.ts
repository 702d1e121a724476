/** What a change was about. Facets are fields of a service, or figures of a year; null: it may be about anything. */
export type Touched = { services: readonly number[]; facets: readonly string[] } | null;
/** `at`: when it was committed, in milliseconds of this process's clock. */
export type TagChange = { version: number; at: number; touched: Touched };

const mostKept = 4_096;

/** The last changes under one tag, the oldest first and without a gap. A change without a description may be about anything. */
export class TagLog {
  #changes: TagChange[] = [];
  #head: number;

  constructor(head = 0) {
    this.#head = head;
  }

  get head() {
    return this.#head;
  }

  /** Learns of everything up to `head`; `described` says of some changes what they were. */
  raise(head: number, described: ReadonlyMap<number, TagChange>, now = Date.now()) {
    if (head <= this.#head) return;
    const first = Math.max(this.#head + 1, head - mostKept + 1);
    if (first > this.#head + 1) this.#changes = [];
    for (let version = first; version <= head; version++)
      this.#changes.push(described.get(version) ?? { version, at: now, touched: null });
    this.#head = head;
    if (this.#changes.length > 2 * mostKept) this.#changes = this.#changes.slice(-mostKept);
  }

  /** The first change after `version` that concerns the asker. Of changes that are forgotten it says only that they are old. */
  firstAfter(version: number, concerns: (touched: Touched) => boolean): TagChange | undefined {
    if (version >= this.#head) return undefined;
    const start = version + 1 - (this.#changes[0]?.version ?? this.#head + 1);
    if (start < 0) return { version: version + 1, at: 0, touched: null };
    for (let index = start; index < this.#changes.length; index++) {
      const change = this.#changes[index] as TagChange;
      if (concerns(change.touched)) return change;
    }
    return undefined;
  }
}
