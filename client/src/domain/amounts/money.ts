/** Exact sums of decimal strings, in ten-thousandths. */
const decimals = 4;
const scale = 10n ** BigInt(decimals);

function units(amount: string): bigint {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(amount) ?? [];
  const size = BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals));
  return sign ? -size : size;
}

function text(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const amount = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/00$/, '');
  return value < 0n ? `-${amount}` : amount;
}

/** An empty cell counts as nothing. */
export const sum = (amounts: readonly (string | null | undefined)[]): string =>
  text(amounts.reduce((total, amount) => total + (amount ? units(amount) : 0n), 0n));

export const minus = (amount: string, other: string): string => text(units(amount) - units(other));

export const isSame = (amount: string, other: string) => units(amount) === units(other);
export const isZero = (amount: string) => units(amount) === 0n;
export const compare = (amount: string, other: string) => {
  const difference = units(amount) - units(other);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
};

/** part / |whole| in percent, to two decimals; null where the whole is nothing. */
export function percentOf(part: string, whole: string): string | null {
  const divisor = units(whole) < 0n ? -units(whole) : units(whole);
  if (divisor === 0n) return null;
  const hundredths = (units(part) * 10_000n * 2n) / divisor;
  const rounded = (hundredths + (hundredths < 0n ? -1n : 1n)) / 2n;
  return text((rounded * scale) / 100n);
}

/** How much more than before, in percent. */
export const growth = (now: string, before: string) => percentOf(minus(now, before), before);
