import { Decimal } from 'decimal.js';

/** What a new amount can be compared with: "now", "the month before". */
export type Known = { when: string; amount: string | null };
/** A new amount, and what it can be compared with; first what it takes the place of. */
export type Compared = { amount: string | null; known: readonly Known[] };
export type Doubt =
  /** So many times as much, or less. `times`: a whole number. */
  | { kind: 'size'; times: string; isMore: boolean; than: Known }
  /** `isNegative`: the new one, and nothing else. */
  | { kind: 'sign'; isNegative: boolean };

/** Of amounts, which may grow; what moves little by its nature is far off sooner. */
const farOff = 100;
const isSomething = (amount: string | null): amount is string => amount !== null && /[1-9]/.test(amount);
const isNegative = (amount: string) => amount.startsWith('-');

/** With what an amount is compared: what it takes the place of, else everything near it. */
function near([before, ...others]: readonly Known[]): Known[] {
  return (before && isSomething(before.amount) ? [before] : others).filter(({ amount }) => isSomething(amount));
}

const ratio = (amount: string, than: Known) => new Decimal(amount).div(than.amount ?? 1).abs();

/** Why an amount should be asked about before it is taken; null when nothing speaks against it. */
export function doubtAbout({ amount, known }: Compared, most = farOff): Doubt | null {
  if (!isSomething(amount)) return null;
  for (const than of near(known)) {
    const times = ratio(amount, than);
    if (times.gte(most)) return { kind: 'size', times: times.toFixed(0), isMore: true, than };
    if (times.mul(most).lte(1))
      return { kind: 'size', times: new Decimal(1).div(times).toFixed(0), isMore: false, than };
  }
  const amounts = known.map((one) => one.amount).filter(isSomething);
  const isOther = amounts.every((one) => isNegative(one) !== isNegative(amount));
  return isOther && (amounts.length > 0 || isNegative(amount))
    ? { kind: 'sign', isNegative: isNegative(amount) }
    : null;
}

/** How far off amounts are, as the median power of ten; null when there is nothing to compare them with. */
function offness(cells: readonly Compared[]): number | null {
  const powers = cells.flatMap(({ amount, known }) => {
    const [than] = near(known);
    return isSomething(amount) && than ? [ratio(amount, than).log(10).abs().toNumber()] : [];
  });
  return powers.sort((one, other) => one - other)[Math.floor(powers.length / 2)] ?? null;
}

/**
 * Of the readings of the same amounts in several units, the one that fits what is known when the first one, in the unit
 * shown, is far off. `null` for a reading in which they mean nothing.
 */
export function likelierReading([shown, ...others]: readonly (readonly Compared[] | null)[]): number | null {
  const off = shown ? offness(shown) : Infinity;
  if (off === null || off < Math.log10(farOff)) return null;
  const found = others
    .map((cells, index) => ({ index: index + 1, off: (cells && offness(cells)) ?? Infinity }))
    .sort((one, other) => one.off - other.off)[0];
  return found && found.off < 1 ? found.index : null;
}
