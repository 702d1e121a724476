import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The end of the chain at one moment, with a code that takes the key to make. */
export type Seal = {
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  entryId: number;
  /** Hexadecimal, like the seal. */
  entryHash: string;
  keyId: string;
  seal: string;
};
/** A seal with the hash that its entry has now; null when there is no such entry. */
export type CheckedSeal = Seal & { hashNow: string | null };
export type Finding = { entryId: number; reason: string };

export const keysOf = (setting: string) =>
  setting
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');

export const idOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12);

/** Each seal covers the one before it, so none can be taken out of the middle. */
function codeOf(key: string, { number, at, entryId, entryHash }: Omit<Seal, 'seal' | 'keyId'>, previous: string) {
  return createHmac('sha256', key)
    .update(['opex audit seal 1', number, at, entryId, entryHash, previous].join('\n'))
    .digest('hex');
}

export function sealEnd(key: string, end: Pick<Seal, 'entryId' | 'entryHash'>, previous: Seal | undefined): Seal {
  const unsealed = { ...end, number: (previous?.number ?? 0) + 1, at: Date.now() };
  return { ...unsealed, keyId: idOf(key), seal: codeOf(key, unsealed, previous?.seal ?? '') };
}

const isEqual = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Checks seals in their order, a batch at a time, against the keys, the entries, and what was published of them. */
export class SealCheck {
  readonly #keys: Map<string, string>;
  readonly #published: Map<number, Seal>;
  /** The last good one so far. */
  last: Seal | undefined;
  #lastVouchedFor = 0;
  /**
   * How many of the last seals no key at hand vouches for. Earlier ones made with a key that is gone are covered by the next
   * that can be checked.
   */
  unchecked = 0;

  constructor(keys: readonly string[], published: readonly Seal[] = []) {
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    this.#published = new Map(published.map((seal) => [seal.number, seal]));
  }

  add(seals: readonly CheckedSeal[]): Finding | undefined {
    for (const seal of seals) {
      const reason = this.#faultOf(seal);
      if (reason) return this.#found(reason);
      this.last = seal;
      if (this.unchecked === 0) this.#lastVouchedFor = seal.entryId;
    }
    return undefined;
  }

  /** After the last batch: who has a key must know that of the last seal, and a seal that was published must still be there. */
  end(): Finding | undefined {
    if (this.unchecked > 0 && this.#keys.size > 0)
      return this.#found('what was sealed last was sealed with a key that is not at hand');
    const isLater = (number: number) => number > (this.last?.number ?? 0);
    return [...this.#published.keys()].some(isLater) ? this.#found('a seal that was published is missing') : undefined;
  }

  /** Good up to the last good seal, so the first bad entry is one of those after it. */
  #found = (reason: string): Finding => ({
    entryId: (this.unchecked > 0 ? this.#lastVouchedFor : (this.last?.entryId ?? 0)) + 1,
    reason,
  });

  #faultOf(seal: CheckedSeal): string | undefined {
    if (seal.number !== (this.last?.number ?? 0) + 1) return 'a seal before it is missing';
    const key = this.#keys.get(seal.keyId);
    if (key === undefined) this.unchecked += 1;
    else if (!isEqual(seal.seal, codeOf(key, seal, this.last?.seal ?? ''))) return 'its seal was not made with the key';
    else this.unchecked = 0;
    if (seal.hashNow !== seal.entryHash)
      return `it or one up to entry ${seal.entryId} was rewritten after it was sealed`;
    const published = this.#published.get(seal.number);
    return published && published.seal !== seal.seal ? 'another seal was published than the one there is' : undefined;
  }
}

/** Seals as they were published, one JSON object a line. */
export function readPublished(text: string): Seal[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Seal);
}
