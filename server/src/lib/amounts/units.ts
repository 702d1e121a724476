/**
 * Whole minor units (paise, cents). Nearly every amount fits a number exactly, and numbers are what a processor adds
 * fastest; one beyond 2^53 is a bigint. Every sum is checked, so that none is ever rounded.
 */
export type Units = number | bigint;

export const narrow = (units: bigint): Units =>
  units >= Number.MIN_SAFE_INTEGER && units <= Number.MAX_SAFE_INTEGER ? Number(units) : units;

export function addUnits(a: Units, b: Units): Units {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt(a) + BigInt(b));
}

export const negated = (units: Units): Units => (units === 0 ? 0 : -units);

/** Of NUMERIC(20, 4) as PostgreSQL writes it, whose last two decimals are always zero. */
export function parseUnits(amount: string): Units {
  const point = amount.indexOf('.');
  const digits = point < 0 ? `${amount}00` : amount.slice(0, point) + amount.slice(point + 1, point + 3).padEnd(2, '0');
  const units = Number(digits);
  return Number.isSafeInteger(units) ? units : BigInt(digits);
}

const [minus, point, comma, zero, end, letterN] = ['-', '.', ',', '0', '}', 'N'].map((sign) => sign.charCodeAt(0));

/** Of an array of those as PostgreSQL writes it; a blank counts nothing. Figures have millions, so each character is read once. */
export function parseUnitsList(array: string): Units[] {
  const list: Units[] = [];
  let [units, decimals, isNegative, isBlank, from] = [0, -1, false, false, 1];
  for (let at = 1; at < array.length; at++) {
    const code = array.charCodeAt(at);
    if (code === comma || code === end) {
      for (let missing = 2 - Math.max(decimals, 0); missing > 0; missing--) units *= 10;
      if (isBlank) list.push(0);
      else if (!Number.isSafeInteger(units)) list.push(parseUnits(array.slice(from, at)));
      else list.push(isNegative ? 0 - units : units);
      [units, decimals, isNegative, isBlank, from] = [0, -1, false, false, at + 1];
    } else if (code === point) decimals = 0;
    else if (code === minus) isNegative = true;
    else if (code === letterN) isBlank = true;
    else if (decimals < 2) {
      units = units * 10 + (code - (zero as number));
      if (decimals >= 0) decimals++;
    }
  }
  return list;
}

/** A decimal with two places. */
export function unitsText(units: Units): string {
  if (units === 0) return '0.00';
  const sign = units < 0 ? '-' : '';
  if (typeof units === 'bigint') {
    const digits = (units < 0n ? -units : units).toString();
    return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  }
  const size = Math.abs(units);
  const whole = Math.floor(size / 100);
  const cents = size - whole * 100;
  return `${sign}${whole}.${cents < 10 ? '0' : ''}${cents}`;
}
