/**
 * A small generator of repeatable randomness (mulberry32). Each thing of the company draws from its own, seeded by
 * what the thing is, so that it can be made again at any moment instead of being kept in memory. No transcendental
 * functions: their last digit differs between engines.
 */
export class Random {
  #state: number;

  constructor(...seed: number[]) {
    this.#state = seed.reduce((mixed, part) => mix(Math.imul(mixed, 31) + part), 0x9e3779b9);
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return (mix(this.#state) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Around 1, seldom further away than `spread`: the mean of three draws. */
  factor(spread: number): number {
    return 1 + spread * ((this.next() + this.next() + this.next()) / 1.5 - 1);
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.between(0, list.length - 1)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }

  /** Some of the list, in the list's order. */
  sample<T>(list: readonly T[], count: number): T[] {
    const chosen = new Set<T>();
    while (chosen.size < Math.min(count, list.length)) chosen.add(this.pick(list));
    return list.filter((item) => chosen.has(item));
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return mixed ^ (mixed >>> 14);
}
