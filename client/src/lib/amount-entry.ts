import { Decimal } from 'decimal.js';

/** What people type or paste as an amount, as an exact decimal string with two decimals; null empties the cell. */
export type Entered<Value> = { ok: true; value: Value } | { ok: false; message: string };

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
type Exact = InstanceType<typeof Exact>;

const unitNames: Record<string, string> = {
  l: '1e5', lac: '1e5', lacs: '1e5', lakh: '1e5', lakhs: '1e5',
  cr: '1e7', crore: '1e7', crores: '1e7',
  k: '1e3', m: '1e6', mn: '1e6', million: '1e6', bn: '1e9', billion: '1e9',
}; // prettier-ignore

const tooBig = new Exact('1e14');

/** A reason in words that the person who typed can act on. */
class Unclear extends Error {}

/** `old` is the amount that `+5%` is a part of. */
export function parseAmount(text: string, old: string | null = null): Entered<string | null> {
  try {
    const amount = amountOf(tidy(text), old);
    if (amount === null) return { ok: true, value: null };
    const rounded = amount.toDecimalPlaces(2);
    if (rounded.abs().gte(tooBig)) throw new Unclear('This is more than can be kept');
    return { ok: true, value: rounded.isZero() ? '0.00' : rounded.toFixed(2) };
  } catch (error) {
    if (error instanceof Unclear) return { ok: false, message: error.message };
    throw error;
  }
}

/** Spaces of all kinds, currency signs and typographic minus signs mean nothing here. */
const tidy = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\u2212\u2013\u2014]/g, '-')
    .replace(/₹|\$|€|£|\b(inr|usd|eur|gbp|rs)\b\.?/gi, '')
    .replace(/\s+/g, ' ')
    .trim();

function amountOf(text: string, old: string | null): Exact | null {
  if (text === '') return null;
  if (text === '-') return new Exact(0); // how a zero is shown, here and in Excel
  if (text.startsWith('=')) return evaluate(text.slice(1));
  const share = /^([+-])\s?(\d+(?:\.\d+)?) ?%$/.exec(text);
  if (share) return changed(old, share[1] === '-' ? `-${share[2]}` : `${share[2]}`);
  if (text.includes('%')) throw new Unclear('Write +5% or -5% to change the amount by a share of it');
  const inBrackets = /^\((.*)\)$/.exec(text);
  if (inBrackets) return literal(inBrackets[1] ?? '').neg();
  const negative = /^-(.*)$/.exec(text);
  return negative ? literal(negative[1] ?? '').neg() : literal(text.replace(/^\+/, ''));
}

function changed(old: string | null, percent: string): Exact {
  if (old === null) throw new Unclear('There is no amount here yet to take a share of');
  return new Exact(old).mul(new Exact(100).add(percent)).div(100);
}

/** 1,20,000 and 12.5 L and 1.2cr. */
function literal(text: string): Exact {
  const [, digits, unit = ''] = /^([\d.,' ]+?) ?([a-z]*)\.?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) throw new Unclear(`"${text}" is not an amount`);
  const power = unit === '' ? '1' : unitNames[unit.toLowerCase()];
  if (power === undefined) throw new Unclear(`"${unit}" is not a unit: use k, L, cr, m or bn`);
  const plain = digits.trim();
  if (!/^(\d+|\d{1,3}([,' ]\d{2,3})*[,' ]\d{3})?(\.\d*)?$/.test(plain) || !/\d/.test(plain)) {
    throw new Unclear(`"${plain}" is not an amount: use a point for decimals`);
  }
  return new Exact(plain.replace(/[,' ]/g, '')).mul(power);
}

/** + - * / and brackets, in the usual order. */
function evaluate(text: string): Exact {
  const tokens = text.match(/[\d.,']+ ?[a-z%]*|[-+*/()×÷]|\S/gi) ?? [];
  let at = 0;
  const peek = () => tokens[at];

  function sum(): Exact {
    let value = product();
    for (let sign = peek(); sign === '+' || sign === '-'; sign = peek()) {
      at++;
      value = sign === '+' ? value.add(product()) : value.sub(product());
    }
    return value;
  }
  function product(): Exact {
    let value = factor();
    for (let sign = peek(); sign && '*/×÷'.includes(sign); sign = peek()) {
      at++;
      const next = factor();
      if (sign === '*' || sign === '×') value = value.mul(next);
      else if (next.isZero()) throw new Unclear('This divides by zero');
      else value = value.div(next);
    }
    return value;
  }
  function factor(): Exact {
    const token = tokens[at++];
    if (token === undefined) throw new Unclear('This calculation is not finished');
    if (token === '-') return factor().neg();
    if (token === '+') return factor();
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') throw new Unclear('A bracket is not closed');
      return value;
    }
    if (token.endsWith('%')) return literal(token.slice(0, -1)).div(100);
    if (!/^[\d.]/.test(token)) throw new Unclear(`"${token}" does not belong in a calculation`);
    return literal(token);
  }

  const value = sum();
  if (at < tokens.length) throw new Unclear(`"${tokens[at] ?? ''}" does not belong here`);
  return value;
}
