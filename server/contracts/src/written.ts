/** How people write amounts and days: the same in a cell of the page and in a cell of a workbook. */

const currency = /₹|\$|€|£|(?<![a-z])(inr|usd|eur|gbp|rs)(?![a-z])\.?/i;
const everyCurrency = new RegExp(currency, 'gi');
export const namesCurrency = (text: string) => currency.test(text.normalize('NFKC'));

/** Without what means nothing in an amount: currency signs, spaces of all kinds; and every minus sign is one. */
export const tidyAmount = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\u2212\u2013\u2014]/g, '-')
    .replace(everyCurrency, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The power of ten of each unit. */
const units: Record<string, number> = {
  l: 5, lac: 5, lacs: 5, lakh: 5, lakhs: 5,
  cr: 7, crore: 7, crores: 7,
  k: 3, m: 6, mn: 6, million: 6, bn: 9, billion: 9,
}; // prettier-ignore

/** The decimal text of an amount without its sign and grouping, and the power of ten of its unit, where it has one. */
export type WrittenAmount =
  { digits: string; power: number | null } | { unclear: 'form' | 'unit' | 'grouping'; part: string };

/** 120000, 1,20,000, 120,000.5, 1'200'000; and with a unit 12.5 L and 1.2cr. */
export function writtenAmount(text: string): WrittenAmount {
  const [, written, unit = ''] = /^([\d.,' ]+?) ?([a-z]*)\.?$/i.exec(text.trim()) ?? [];
  if (written === undefined) return { unclear: 'form', part: text };
  const power = unit === '' ? null : units[unit.toLowerCase()];
  if (power === undefined) return { unclear: 'unit', part: unit };
  const plain = written.trim();
  const isGrouped = /^(\d+|\d{1,3}(?:([,' ])\d{3})(?:\2\d{3})*|\d{1,2}([,' ])(?:\d\d\3)*\d{3})?(\.\d*)?$/.test(plain);
  if (!isGrouped || !/\d/.test(plain)) return { unclear: 'grouping', part: plain };
  return { digits: plain.replace(/[,' ]/g, ''), power };
}

export const longMonthNames =
  'January February March April May June July August September October November December'.split(' ');
export const monthNames = longMonthNames.map((name) => name.slice(0, 3));
/** 0 for a word that is no month: "Apr", "Sept" and "April" are. */
const monthNamed = (word: string) =>
  longMonthNames.findIndex((name) => name.toLowerCase().startsWith(word.toLowerCase())) + 1;

export const isRealDate = (value: string) => {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
};

export type DayOrder = 'day-first' | 'month-first';
export type WrittenDay = { day: string } | { unclear: 'form' | 'order' | 'calendar' | 'year' };

/**
 * 2026-03-31, 31/3/2026, 31-Mar-26, 31 March 2026, March 31, 2026. Without an order, a day is unclear that both orders
 * would read, each in its own way.
 */
export function writtenDay(words: string, order?: DayOrder): WrittenDay {
  const [, year, second, third] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(words) ?? [];
  if (year && second && third) return inCalendar(year, Number(second), third);
  const dayThenName = /^(\d{1,2})[-/. ]{0,2}([a-z]{3,9})[-/., ]{1,2}(\d{4}|\d\d)$/i.exec(words);
  if (dayThenName?.[2]) return inCalendar(dayThenName[3] ?? '', monthNamed(dayThenName[2]), dayThenName[1] ?? '');
  const nameThenDay = /^([a-z]{3,9})[-/. ]{1,2}(\d{1,2})[-/., ]{1,2}(\d{4}|\d\d)$/i.exec(words);
  if (nameThenDay?.[1]) return inCalendar(nameThenDay[3] ?? '', monthNamed(nameThenDay[1]), nameThenDay[2] ?? '');
  const [, one, other, last] = /^(\d{1,2})[-/. ](\d{1,2})[-/., ]{1,2}(\d{4}|\d\d)$/.exec(words) ?? [];
  if (!one || !other || !last) return { unclear: 'form' };
  const dayFirst = inCalendar(last, Number(other), one);
  const monthFirst = inCalendar(last, Number(one), other);
  if (order) return order === 'day-first' ? dayFirst : monthFirst;
  if (!('day' in dayFirst)) return monthFirst;
  return 'day' in monthFirst && monthFirst.day !== dayFirst.day ? { unclear: 'order' } : dayFirst;
}

function inCalendar(year: string, month: number, day: string): WrittenDay {
  const full = year.length === 2 ? `20${year}` : year;
  const date = `${full}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isRealDate(date)) return { unclear: 'calendar' };
  return /^(19|20|21)/.test(full) ? { day: date } : { unclear: 'year' };
}

/** Names are one where they differ in case and blanks alone. The database knows more such letters, and decides. */
export const nameKey = (name: string) => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
