import { monthNames } from '@opex/contracts/written';

/** Everything is derived from the decimal string; no amount ever becomes a float. For display only. */

export type Grouping = 'en-IN' | 'en-US';
/** In full; in lakh or thousand; in crore or million. */
export type Display = 'exact' | 'short' | 'shorter';
export type FormatChoice = { grouping: Grouping; display: Display };

const suffixes: Record<Grouping, readonly { power: number; name: string }[]> = {
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

const sign = (amount: string) => (amount.startsWith('-') ? '-' : '');
/** An amount that rounds to zero is shown as less than one, not as nothing. */
const unlessNothing = (value: bigint, decimals: number, grouping: Grouping) =>
  value === 0n ? `<${grouped(1n, decimals, grouping)}` : grouped(value, decimals, grouping);

function inUnits(amount: string, grouping: Grouping, decimals: number): string {
  for (const { power, name } of suffixes[grouping]) {
    const value = scaled(amount, power, decimals);
    // The comparison is made after rounding, so that 99,99,999 reads 1.00 cr and never 100.00 L.
    if (value >= 10n ** BigInt(decimals)) return `${sign(amount)}${grouped(value, decimals, grouping)} ${name}`;
  }
  return `${sign(amount)}${unlessNothing(scaled(amount, 0, 0), 0, grouping)}`;
}

export function formatExact(amount: string | null | undefined, grouping: Grouping): string {
  if (!amount) return '';
  if (!decimal.test(amount)) return amount;
  const value = scaled(amount, 0, 2);
  return value === 0n ? '-' : `${sign(amount)}${grouped(value, 2, grouping)}`;
}

/** 1234567.89 -> 12.35 L, or 1.23 m. */
export function formatShort(amount: string | null | undefined, grouping: Grouping): string {
  if (!amount) return '';
  if (!decimal.test(amount)) return amount;
  return isZero(amount) ? '-' : inUnits(amount, grouping, 2);
}

export const formatAmount = (amount: string | null | undefined, { grouping, display }: FormatChoice) =>
  display === 'exact' ? formatExact(amount, grouping) : formatShort(amount, grouping);

/**
 * What amounts are shown and typed in, the same for both: a column says it once, digits then line up, and sizes can be
 * seen. `power`: of ten. Without a name: amounts in full.
 */
export type Unit = { display: Display; power: number; decimals: number; name: string };
const inFull: Unit = { display: 'exact', power: 0, decimals: 2, name: '' };
export const unitsOf: Record<Grouping, readonly Unit[]> = {
  'en-IN': [
    inFull,
    { display: 'short', power: 5, decimals: 2, name: 'lakh' },
    { display: 'shorter', power: 7, decimals: 2, name: 'crore' },
  ],
  'en-US': [
    inFull,
    { display: 'short', power: 3, decimals: 1, name: 'thousand' },
    { display: 'shorter', power: 6, decimals: 2, name: 'million' },
  ],
};
/** "These are rupees, in a grid of lakh" */
export const unitWords = ({ name }: Unit, currency: string | undefined) =>
  name || (currency === 'INR' ? 'rupees' : (currency ?? 'full amounts'));
export const unitOf = ({ grouping, display }: FormatChoice): Unit =>
  unitsOf[grouping].find((unit) => unit.display === display) ?? inFull;

export function formatInColumn(amount: string | null | undefined, choice: FormatChoice): string {
  const { grouping } = choice;
  const { power, decimals } = unitOf(choice);
  if (power === 0 || !amount || !decimal.test(amount)) return formatExact(amount, grouping);
  if (isZero(amount)) return '-';
  return `${sign(amount)}${unlessNothing(scaled(amount, power, decimals), decimals, grouping)}`;
}

/** With its unit, where no column says it: 12.35 lakh. */
export function formatWithUnit(amount: string | null | undefined, choice: FormatChoice): string {
  const shown = formatInColumn(amount, choice);
  return shown && shown !== '-' ? `${shown} ${unitOf(choice).name}`.trim() : shown;
}

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
  return isZero(percent) ? '0.0 %' : `${sign(percent)}${unlessNothing(value, 1, 'en-US')} %`;
}

/** A share of a whole, everywhere with the same digits: "33.33 %". */
export function formatShare(percent: string | null | undefined): string {
  if (!percent || !decimal.test(percent)) return percent ?? '';
  const value = scaled(percent, 0, 2);
  return `${sign(percent)}${isZero(percent) ? '0.00' : unlessNothing(value, 2, 'en-US')} %`;
}

/** Numbers of a column, such as rates or headcounts: grouped, and each with as many decimals as the longest of them needs. */
export function formatAligned(values: readonly string[], grouping: Grouping, least = 0): (value: string) => string {
  const needed = values.map((value) => (decimal.exec(value)?.[3] ?? '').replace(/0+$/, '').length);
  const decimals = Math.max(least, ...needed);
  return (value) =>
    decimal.test(value) ? `${sign(value)}${grouped(scaled(value, 0, decimals), decimals, grouping)}` : value;
}

export { formatDay as formatDate } from '../../lib/day.ts';

/** A UTC timestamp in the reader's own time. */
export function formatDateTime(timestamp: string | null | undefined): string {
  const at = new Date(timestamp ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${two(at.getDate())} ${monthNames[at.getMonth()] ?? ''} ${at.getFullYear()}`;
  return `${day}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The same of what may never have happened. */
export const whenOrNever = (timestamp: string | null) => (timestamp ? formatDateTime(timestamp) : 'Never');

/** An absolute amount with the word for its side: variance is plan minus actual, so positive is favourable. */
export type Side = 'favourable' | 'adverse' | 'none';
export function sideOf(variance: string | null | undefined): Side {
  if (!variance || isZero(variance)) return 'none';
  return variance.startsWith('-') ? 'adverse' : 'favourable';
}
export const absolute = (amount: string) => amount.replace(/^-/, '');
