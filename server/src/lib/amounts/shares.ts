import { narrow, type Units } from './units.ts';

/**
 * Hands out every unit in proportion to the weights (largest remainder). What flooring leaves over goes to the largest
 * fractional parts, one unit each; of equal ones the earlier goes first. The parts always add up to `units`.
 */
export function spread(units: bigint, weights: readonly bigint[]): bigint[] {
  const total = totalOf(weights);
  const size = units < 0n ? -units : units;
  const parts = weights.map((weight, position) => ({
    position,
    units: (size * weight) / total,
    rest: (size * weight) % total,
  }));
  const left = Number(parts.reduce((sum, part) => sum - part.units, size));
  const byRest = parts.toSorted((a, b) => (a.rest === b.rest ? a.position - b.position : a.rest > b.rest ? -1 : 1));
  for (const part of byRest.slice(0, left)) part.units += 1n;
  return parts.map((part) => (units < 0n ? -part.units : part.units));
}

function totalOf(weights: readonly bigint[]): bigint {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weights.some((weight) => weight < 0n)) throw new RangeError('A weight is negative.');
  if (total === 0n) throw new RangeError('All weights are zero, so there is nothing to share by.');
  return total;
}

export type Spreader = (units: Units) => Units[];

/**
 * `spread` for many amounts by the same weights, some fifty times as fast: it reckons in numbers wherever those are
 * exact, and in bigints elsewhere.
 */
export function spreader(weights: readonly bigint[]): Spreader {
  const total = totalOf(weights);
  const common = weights.reduce(greatestCommonDivisor, 0n);
  const small = weights.map((weight) => Number(weight / common));
  const sum = total / common;
  const exactly: Spreader = (units) => spread(BigInt(units), weights).map(narrow);
  if (sum > largestTotal) return exactly;
  const reckon = inNumbers(small, Number(sum));
  return (units) => (typeof units === 'number' ? reckon(units) : exactly(units));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

// The quotient of two whole numbers, rounded as processors do, has the right whole part while dividend and divisor
// together stay below 2^53. So a product above this is never made: it is divided digit by digit, as on paper.
const largestProduct = 2 ** 52;
/** Leaves at least five bits for a digit. */
const largestTotal = 2n ** 45n;

function inNumbers(weights: readonly number[], total: number): (units: number) => number[] {
  const largest = Math.max(...weights);
  const base = 2 ** (50 - Math.ceil(Math.log2(total)));
  const rests = new Float64Array(weights.length);
  return (units) => {
    const size = Math.abs(units);
    const parts = new Array<number>(weights.length);
    const left =
      size * largest <= largestProduct
        ? divideAtOnce(size, weights, total, parts, rests)
        : divideByDigits(digitsOf(size, base), base, size, weights, total, parts, rests);
    giveOut(left, parts, rests);
    if (units < 0) for (let at = 0; at < parts.length; at++) parts[at] = 0 - (parts[at] as number);
    return parts;
  };
}

type Numbers = readonly number[];

function divideAtOnce(size: number, weights: Numbers, total: number, parts: number[], rests: Float64Array): number {
  let left = size;
  for (let at = 0; at < weights.length; at++) {
    const product = size * (weights[at] as number);
    const whole = Math.floor(product / total);
    parts[at] = whole;
    rests[at] = product - whole * total;
    left -= whole;
  }
  return left;
}

function digitsOf(size: number, base: number): number[] {
  const digits: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / base)) digits.unshift(rest % base);
  return digits;
}

function divideByDigits(
  digits: Numbers,
  base: number,
  size: number,
  weights: Numbers,
  total: number,
  parts: number[],
  rests: Float64Array,
): number {
  let left = size;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    let whole = 0;
    let rest = 0;
    for (const digit of digits) {
      const dividend = rest * base + digit * weight;
      const quotient = Math.floor(dividend / total);
      rest = dividend - quotient * total;
      whole = whole * base + quotient;
    }
    parts[at] = whole;
    rests[at] = rest;
    left -= whole;
  }
  return left;
}

/** Fewer units than parts are left. They go to the parts with the largest rest, one each; of equal rests to the first. */
function giveOut(left: number, parts: number[], rests: Float64Array) {
  for (; left > 0; left--) {
    let best = 0;
    for (let at = 1; at < rests.length; at++) if ((rests[at] as number) > (rests[best] as number)) best = at;
    parts[best] = (parts[best] as number) + 1;
    rests[best] = -1;
  }
}
