/** Whole minor units (paise, cents) of a decimal string with at most two decimals that matter. */
export function toUnits(amount: string): bigint {
  const [, sign, whole = '0', cents = ''] = /^(-?)(\d+)(?:\.(\d{1,2})0*)?$/.exec(amount) ?? [];
  if (sign === undefined) throw new Error(`Not an exact amount of money: ${amount}`);
  const units = BigInt(whole) * 100n + BigInt(cents.padEnd(2, '0'));
  return sign ? -units : units;
}

export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(3, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** part / whole in percent with one decimal, rounded half away from zero; null when there is no whole. */
export function percentOf(part: bigint, whole: bigint): string | null {
  if (whole === 0n) return null;
  const base = whole < 0n ? -whole : whole;
  const size = part < 0n ? -part : part;
  const tenths = (size * 2000n + base) / (2n * base);
  const text = `${tenths / 10n}.${tenths % 10n}`;
  return part < 0n && tenths > 0n ? `-${text}` : text;
}
