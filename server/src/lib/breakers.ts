/** Something that requests do without: while it fails, and while an administrator holds it out of use. */
export class Breaker {
  readonly name: string;
  readonly #fails: () => boolean;
  isHeld = false;

  constructor(name: string, fails: () => boolean) {
    this.name = name;
    this.#fails = fails;
  }

  get isOpen(): boolean {
    return this.isHeld || this.#fails();
  }
}

export const breakers = new Map<string, Breaker>();

export function breaker(name: string, fails: () => boolean): Breaker {
  const made = new Breaker(name, fails);
  breakers.set(name, made);
  return made;
}
