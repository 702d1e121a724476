/** Everything is derived from the decimal string; no amount ever becomes a float. For display only. */

export type Grouping = 'en-IN' | 'en-US';
export type Display = 'exact' | 'short';
export type FormatChoice = { grouping: Grouping; display: Display };

type Unit = { power: number; name: string };
const units: Record<Grouping, readonly Unit[]> = {
  'en-IN': [
    { power: 7, name: 'cr' },
    { power: 5, name: 'L' },
  ],
  'en-US': [
    { power: 9, name: 'bn' },
    { power: 6, name: 'm' },
    { power: 3, name: 'k' },
  ],
};
const separators: Record<Grouping, RegExp> = { 'en-IN': /(\d)(?=(\d\d)+\d$)/g, 'en-US': /(\d)(?=(\d{3})+$)/g };

const decimal = /^(-?)(\d+)(?:\.(\d*))?$/;
const isZero = (amount: string) => !/[1-9]/.test(amount);

/** |amount| / 10^power, rounded half up to whole 10^-decimals, as an integer. */
function scaled(amount: string, power: number, decimals: number): bigint {
  const [, , whole = '0', fraction = ''] = decimal.exec(amount) ?? [];
  const digits = BigInt(whole + fraction);
  const excess = fraction.length + power - decimals;
  if (excess <= 0) return digits * 10n ** BigInt(-excess);
  const divisor = 10n ** BigInt(excess);
  return (digits + divisor / 2n) / divisor;
}

function grouped(value: bigint, decimals: number, grouping: Grouping): string {
  const digits = value.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(separators[grouping], '$1,');
  return decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
}

const sign = (amount: string, value: bigint) => (amount.startsWith('-') && value > 0n ? '-' : '');

function inUnits(amount: string, grouping: Grouping, decimals: number): string {
  for (const { power, name } of units[grouping]) {
    const value = scaled(amount, power, decimals);
    // The comparison is made after rounding, so that 99,99,999 reads 1.00 cr and never 100.00 L.
    if (value >= 10n ** BigInt(decimals)) return `${sign(amount, value)}${grouped(value, decimals, grouping)} ${name}`;
  }
  const value = scaled(amount, 0, 0);
  return `${sign(amount, value)}${grouped(value, 0, grouping)}`;
}

export function formatExact(amount: string | null | undefined, grouping: Grouping): string {
  if (!amount) return '';
  if (!decimal.test(amount)) return amount;
  const value = scaled(amount, 0, 2);
  return value === 0n ? '-' : `${sign(amount, value)}${grouped(value, 2, grouping)}`;
}

/** 1234567.89 -> 12.35 L, or 1.23 m. */
export function formatShort(amount: string | null | undefined, grouping: Grouping): string {
  if (!amount) return '';
  if (!decimal.test(amount)) return amount;
  return isZero(amount) ? '-' : inUnits(amount, grouping, 2);
}

export const formatAmount = (amount: string | null | undefined, { grouping, display }: FormatChoice) =>
  display === 'exact' ? formatExact(amount, grouping) : formatShort(amount, grouping);

/** In a column every amount has the same unit, said once at its head: digits then line up, and sizes can be seen. */
const columnUnits = {
  'en-IN': { power: 5, decimals: 2, name: 'lakh' },
  'en-US': { power: 3, decimals: 1, name: 'thousand' },
} as const;

export function formatInColumn(amount: string | null | undefined, { grouping, display }: FormatChoice): string {
  if (display === 'exact' || !amount || !decimal.test(amount)) return formatExact(amount, grouping);
  if (isZero(amount)) return '-';
  const { power, decimals } = columnUnits[grouping];
  const value = scaled(amount, power, decimals);
  return `${sign(amount, value)}${grouped(value, decimals, grouping)}`;
}

export const columnUnit = ({ grouping, display }: FormatChoice) =>
  display === 'exact' ? '' : columnUnits[grouping].name;

/** For axes, where values are round: 1200000 -> 12 L. */
export function formatTick(value: number | string, grouping: Grouping): string {
  const amount = typeof value === 'number' ? plain(value) : value;
  if (isZero(amount)) return '0';
  const short = inUnits(amount, grouping, 1);
  return short.replace(/\.0(?= )/, '');
}
const plain = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : '0');

/** "3.20" -> 3.2 % */
export function formatPercent(percent: string | null | undefined): string {
  if (!percent || !decimal.test(percent)) return percent ?? '';
  const value = scaled(percent, 0, 1);
  return `${sign(percent, value)}${grouped(value, 1, 'en-US')} %`;
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 2026-03-31 -> 31 Mar 2026; days have no time zone. */
export function formatDate(date: string | null | undefined): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date ?? '') ?? [];
  return year && month && day ? `${day} ${monthNames[Number(month) - 1] ?? ''} ${year}` : '';
}

/** A UTC timestamp in the reader's own time. */
export function formatDateTime(timestamp: string | null | undefined): string {
  const at = new Date(timestamp ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${two(at.getDate())} ${monthNames[at.getMonth()] ?? ''} ${at.getFullYear()}`;
  return `${day}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** An absolute amount with the word for its side: variance is plan minus actual, so positive is favourable. */
export type Side = 'favourable' | 'adverse' | 'none';
export function sideOf(variance: string | null | undefined): Side {
  if (!variance || isZero(variance)) return 'none';
  return variance.startsWith('-') ? 'adverse' : 'favourable';
}
export const absolute = (amount: string) => amount.replace(/^-/, '');
