import { monthNames, writtenDay } from '@opex/contracts/written';

/** What people write as a day; null where they write nothing. */
type Day = { ok: true; value: string | null } | { ok: false; message: string };
const no = (message: string): Day => ({ ok: false, message });

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
  const written = writtenDay(words, 'day-first');
  if ('day' in written) return { ok: true, value: written.day };
  if (written.unclear === 'form') return no('Use a date such as 31/03/2026 or 31 Mar 2026');
  if (written.unclear === 'year') return no('Use a year between 1900 and 2199');
  return no(`"${words}" does not exist in the calendar`);
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
