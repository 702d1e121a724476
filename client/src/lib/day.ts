import { isRealDate } from '@opex/contracts/common';

/** What people write as a day; null where they write nothing. */
type Day = { ok: true; value: string | null } | { ok: false; message: string };
const no = (message: string): Day => ({ ok: false, message });

export const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthNamed = (word: string) =>
  monthNames.findIndex((name) => name.toLowerCase() === word.slice(0, 3).toLowerCase()) + 1;

/** 2026-03-31 -> 31 Mar 2026; days have no time zone. */
export function formatDay(date: string | null | undefined): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date ?? '') ?? [];
  return year && month && day ? `${day} ${monthNames[Number(month) - 1] ?? ''} ${year}` : '';
}
/** As a field shows it: what is no day stays as it is. */
export const shownDay = (text: string) => formatDay(text) || text;

/** 2026-03-31, 31/3/2026, 31-Mar-26, 31 March 2026: the day comes before the month. */
export function parseDay(words: string): Day {
  if (words === '' || words === '-') return { ok: true, value: null };
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  const usual = /^(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})\.?[-/., ]{1,2}(\d{4}|\d\d)$/i.exec(words);
  const [year, month, day] = iso ? iso.slice(1) : usual ? [usual[3], usual[2], usual[1]] : [];
  if (!year || !month || !day) return no('Use a date such as 31/03/2026 or 31 Mar 2026');
  const number = /^\d/.test(month) ? Number(month) : monthNamed(month);
  const full = year.length === 2 ? `20${year}` : year;
  const date = `${full}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isRealDate(date)) return no(`"${words}" does not exist in the calendar`);
  return /^(19|20|21)/.test(full) ? { ok: true, value: date } : no('Use a year between 1900 and 2199');
}

/** 2026-04 -> Apr 2026; what is no month stays as it is. */
export const shownMonth = (text: string) => formatDay(`${text}-01`).slice(3) || text;

/** 2026-04, 4/2026, Apr-26, April 2026, or a day of the month. */
export function parseMonth(words: string): Day {
  const first = /^\d{4}-\d{1,2}$/.test(words) ? `${words}-1` : words && `1 ${words}`;
  const read = [first, words].map(parseDay).find(({ ok }) => ok);
  if (!read?.ok) return no('Use a month such as 04/2026 or Apr 2026');
  return { ok: true, value: read.value && read.value.slice(0, 7) };
}
