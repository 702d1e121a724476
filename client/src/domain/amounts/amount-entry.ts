import { amountLimit, amountTooLarge } from '@opex/contracts/common';
import { namesCurrency, tidyAmount, writtenAmount } from '@opex/contracts/written';
import { Decimal } from 'decimal.js';

/** What people type or paste as an amount, as an exact decimal string with two decimals; null empties the cell. */
export type Entered<Value> = { ok: true; value: Value } | { ok: false; message: string };

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
type Exact = InstanceType<typeof Exact>;
/** A plain number counts in the unit of the grid; one with a unit of its own ("12L") is an amount in full. */
type Size = { size: Exact; isFull: boolean };

/** A reason in words that the person who typed can act on. */
class Unclear extends Error {}

type About = {
  /** The power of ten in which amounts are shown: 5 where they are shown in lakh. */
  power?: number;
  /** The amount that `+5%` is a part of. */
  old?: string | null;
};

export function parseAmount(text: string, { power = 0, old = null }: About = {}): Entered<string | null> {
  try {
    // A currency sign says the amount in full, whatever the grid shows.
    const amount = amountOf(tidyAmount(text), namesCurrency(text) ? 0 : power, old);
    if (amount === null) return { ok: true, value: null };
    const rounded = amount.toDecimalPlaces(2);
    if (rounded.abs().gte(amountLimit)) throw new Unclear(amountTooLarge);
    return { ok: true, value: rounded.isZero() ? '0.00' : rounded.toFixed(2) };
  } catch (error) {
    if (error instanceof Unclear) return { ok: false, message: error.message };
    throw error;
  }
}

/** As one would type it: 2327456.78 in lakh is 23.2745678. Reading it again gives the same amount. */
export function amountText(amount: string | null | undefined, power: number): string {
  if (!amount || power === 0 || !/^-?\d+(\.\d*)?$/.test(amount)) return amount ?? '';
  return new Exact(amount).div(new Exact(10).pow(power)).toFixed();
}

function amountOf(text: string, power: number, old: string | null): Exact | null {
  if (text === '') return null;
  if (text === '-') return new Exact(0); // how a zero is shown, here and in Excel
  const share = /^([+-])\s?(\d+(?:\.\d+)?) ?%$/.exec(text);
  if (share) return changed(old, share[1] === '-' ? `-${share[2]}` : `${share[2]}`);
  const { size, isFull } = text.startsWith('=') ? evaluate(text.slice(1), power) : single(text);
  return isFull ? size : size.mul(new Exact(10).pow(power));
}

function single(text: string): Size {
  if (text.includes('%')) throw new Unclear('Write +5% or -5% to change the amount by a share of it');
  const inBrackets = /^\((.*)\)$/.exec(text);
  if (inBrackets) return negative(literal(inBrackets[1] ?? ''));
  const afterMinus = /^-(.*)$/.exec(text);
  return afterMinus ? negative(literal(afterMinus[1] ?? '')) : literal(text.replace(/^\+/, ''));
}

const negative = ({ size, isFull }: Size): Size => ({ size: size.neg(), isFull });

function changed(old: string | null, percent: string): Exact {
  if (old === null) throw new Unclear('There is no amount here yet to take a share of');
  return new Exact(old).mul(new Exact(100).add(percent)).div(100);
}

const unclear = {
  form: (part: string) => `"${part}" is not an amount`,
  unit: (part: string) => `"${part}" is not a unit: use k, L, cr, m or bn`,
  grouping: (part: string) => `"${part}" is not an amount: use a point for decimals`,
};

/** 1,20,000 and 12.5 L and 1.2cr. */
function literal(text: string): Size {
  const written = writtenAmount(text);
  if ('unclear' in written) throw new Unclear(unclear[written.unclear](written.part));
  return { size: new Exact(written.digits).mul(new Exact(10).pow(written.power ?? 0)), isFull: written.power !== null };
}

/** + - * / and brackets, in the usual order. */
function evaluate(text: string, power: number): Size {
  const tokens = text.match(/[\d.,']+ ?[a-z%]*|[-+*/()×÷]|\S/gi) ?? [];
  let at = 0;
  const peek = () => tokens[at];

  function sum(): Size {
    let value = product();
    for (let sign = peek(); sign === '+' || sign === '-'; sign = peek()) {
      at++;
      const next = product();
      value = added(value, sign === '+' ? next : negative(next), power);
    }
    return value;
  }
  function product(): Size {
    let value = factor();
    for (let sign = peek(); sign && '*/×÷'.includes(sign); sign = peek()) {
      at++;
      const next = factor();
      value = sign === '*' || sign === '×' ? times(value, next) : dividedBy(value, next);
    }
    return value;
  }
  function factor(): Size {
    const token = tokens[at++];
    if (token === undefined) throw new Unclear('This calculation is not finished');
    if (token === '-') return negative(factor());
    if (token === '+') return factor();
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') throw new Unclear('A bracket is not closed');
      return value;
    }
    if (token.endsWith('%')) return { size: literal(token.slice(0, -1)).size.div(100), isFull: false };
    if (!/^[\d.]/.test(token)) throw new Unclear(`"${token}" does not belong in a calculation`);
    return literal(token);
  }

  const value = sum();
  if (at < tokens.length) throw new Unclear(`"${tokens[at] ?? ''}" does not belong here`);
  return value;
}

/** Beside an amount in full, a plain number counts in the unit of the grid: in lakh, 12L + 3 is 15 lakh. */
function added(one: Size, other: Size, power: number): Size {
  const isFull = one.isFull || other.isFull;
  const inFull = ({ size, isFull: isIt }: Size) => (isFull && !isIt ? size.mul(new Exact(10).pow(power)) : size);
  return { size: inFull(one).add(inFull(other)), isFull };
}

function times(one: Size, other: Size): Size {
  if (one.isFull && other.isFull) throw new Unclear('An amount times an amount is no amount');
  return { size: one.size.mul(other.size), isFull: one.isFull || other.isFull };
}

/** An amount by an amount is a plain number again. */
function dividedBy(one: Size, other: Size): Size {
  if (other.size.isZero()) throw new Unclear('This divides by zero');
  if (other.isFull && !one.isFull) throw new Unclear('A number divided by an amount is no amount');
  return { size: one.size.div(other.size), isFull: one.isFull && !other.isFull };
}
