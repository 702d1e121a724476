import type { FiscalYear, Period } from '@opex/contracts/fiscal-years';
import { formatDateTime } from './amounts/format.ts';

/** The state of a month, and what it means for an editor. */

export type Month = Pick<Period, 'label' | 'state' | 'stateSince'>;

const dayOf = ({ stateSince }: Month) => formatDateTime(stateSince).split(',')[0];

/** "Closed on 09 May 2025"; nothing of an open month. */
export function stateWords(month: Month): string {
  const day = dayOf(month);
  if (month.state === 'CLOSED') return day ? `Closed on ${day}` : 'Closed';
  if (month.state === 'SOFT') return day ? `Being closed since ${day}` : 'Being closed';
  return '';
}

/** Null when the month may be changed, else why not. */
export function refusalOf(month: Month | undefined, mayEditSoft: boolean): string | null {
  if (!month || month.state === 'OPEN' || (month.state === 'SOFT' && mayEditSoft)) return null;
  const words = stateWords(month);
  const said = `${month.label}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  return month.state === 'CLOSED' ? `${said}, so it cannot change` : `${said}; only a controller can change it now`;
}

/** A year without an open month takes no new total: there is nowhere to spread it. */
export const hasOpenMonth = (months: readonly Pick<Period, 'state'>[]) =>
  months.length === 0 || months.some(({ state }) => state === 'OPEN');

/** The months from a day on, until before another. */
export const monthsBetween = (years: readonly FiscalYear[], from: string, until: string | undefined): Period[] =>
  years
    .flatMap(({ periods }) => periods)
    .filter(({ startDate }) => startDate >= from && (until === undefined || startDate < until))
    .sort((one, other) => (one.startDate < other.startDate ? -1 : 1));

/** "Apr 2025 to Dec 2025" */
export function stretchWords(months: readonly Pick<Period, 'label'>[]): string {
  const [first, last] = [months[0]?.label ?? '', months.at(-1)?.label ?? ''];
  return first === last ? first : `${first} to ${last}`;
}

/** The month from which on it counts whose a service is: the first after all closed ones; for a year to come, its first open one. */
export function assignedFrom(years: readonly FiscalYear[], { startDate, periods }: FiscalYear, today: string) {
  if (startDate > today) return periods.find(({ state }) => state !== 'CLOSED');
  const months = monthsBetween(years, '', undefined);
  return months[months.findLastIndex(({ state }) => state === 'CLOSED') + 1];
}

/** "2026-01": the first open month after all that are closed, or are being closed. */
export function firstOpenMonth(years: readonly FiscalYear[]): string {
  const months = monthsBetween(years, '', undefined);
  const closed = months.findLastIndex(({ state }) => state !== 'OPEN');
  return closed < 0 ? '' : (months[closed + 1]?.startDate ?? '').slice(0, 7);
}
