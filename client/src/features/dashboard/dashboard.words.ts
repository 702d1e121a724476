import type { Dashboard } from '@opex/contracts/reports';
import { absolute, sideOf, type Side } from '../../domain/amounts/format.ts';
import { compare } from '../../domain/amounts/money.ts';
import type { Format } from '../../domain/amounts/use-format.ts';

/** Part of a sentence; with `to`, the list that it speaks of. */
export type Word = { text: string; to?: string; side?: Side };
export type Filters = Record<string, string>;
/** The address of the tracker for the year and the entity on screen, narrowed by filters. */
export type TrackerAddress = (filters?: Filters) => string;

export const trackerAddress =
  (fy: string, entity: number | null): TrackerAddress =>
  (filters = {}) =>
    `/tracker?${new URLSearchParams({ fy, ...(entity !== null && { entity: String(entity) }), ...filters })}`.replaceAll(
      '%2C',
      ',',
    );

export const towerFilter = (towerId: number | null): Filters =>
  towerId === null ? { 'tower.empty': 'true' } : { tower: String(towerId) };
export const vendorFilter = (vendorId: number | null): Filters =>
  vendorId === null ? { 'vendor.empty': 'true' } : { vendor: String(vendorId) };

/** The columns and the order that explain a variance: what makes most of it comes first. */
export const byVariance = (side: Side): Filters => ({
  sort: side === 'adverse' ? 'ytdVariance' : '-ytdVariance',
  cols: 'uid,vendor,service,tower,ytdBudget,ytdActual,ytdVariance,budget,committed',
});

export const wordOf: Record<Side, string> = { adverse: 'over', favourable: 'under', none: 'on' };

/** "Apr 2025" -> "Apr" */
export const shortMonth = (label: string) => label.split(' ')[0] ?? label;

/** "Apr-Dec": the months that count as to date. */
export function monthsToDate({ months }: Pick<Dashboard, 'months'>): string {
  const labels = months.filter(({ toDate }) => toDate).map(({ label }) => shortMonth(label));
  return [...new Set([labels[0], labels.at(-1)])].join('\u2013');
}

/** "Apr-Jun, Sep": periods that follow each other are one stretch. */
export function monthsOf({ months }: Pick<Dashboard, 'months'>, periods: readonly number[]): string {
  const stretches: number[][] = [];
  for (const period of periods) {
    const last = stretches.at(-1);
    if (last?.at(-1) === period - 1) last.push(period);
    else stretches.push([period]);
  }
  const nameOf = (wanted = 0) => shortMonth(months.find(({ period }) => period === wanted)?.label ?? '');
  return stretches.map((stretch) => [...new Set([stretch[0], stretch.at(-1)])].map(nameOf).join('\u2013')).join(', ');
}

/** "1 service is", "4 services are" */
export const servicesThat = (count: number, one: string, many: string) =>
  count === 1 ? `1 service ${one}` : `${count} services ${many}`;

export const ratesAddress = (currencyId: number, set: 'PLAN' | 'ACTUAL') =>
  `/masters/currency-rates?set=${set}&currency=${currencyId}`;

/** "Over or under, by how much, where", in one sentence. */
export function firstGlance(
  report: Dashboard,
  tracker: TrackerAddress,
  format: Pick<Format, 'short' | 'percent'>,
): Word[] {
  const { fy, totals, through } = report;
  if (through.period === 0) {
    return [
      { text: `${fy} has a budget of ` },
      { text: format.short(totals.budget), to: tracker({ sort: '-budget' }) },
      { text: '; no actuals are reported yet.' },
    ];
  }
  const side = sideOf(totals.ytdVariance);
  const opening = [{ text: `${fy} to date (${monthsToDate(report)})`, to: tracker() }, { text: ' is ' }];
  if (side === 'none') return [...opening, { text: 'exactly on budget.' }];
  const share = totals.ytdVariancePercent === null ? '' : `, ${format.percent(absolute(totals.ytdVariancePercent))}`;
  const amount = format.short(absolute(totals.ytdVariance));
  return [
    ...opening,
    { text: `${amount} ${wordOf[side]} budget${share}`, to: tracker(byVariance(side)), side },
    ...whereItIs(report, tracker, format),
    { text: '.' },
  ];
}

/** The tower to look at: the one furthest over; when none is over, the one furthest under. */
function whereItIs({ towers }: Dashboard, tracker: TrackerAddress, format: Pick<Format, 'short'>): Word[] {
  const ordered = [...towers].sort((one, other) => compare(one.ytdVariance, other.ytdVariance));
  const last = sideOf(ordered[0]?.ytdVariance) === 'adverse' ? ordered[0] : ordered.at(-1);
  const side = sideOf(last?.ytdVariance);
  if (!last || side === 'none') return [];
  return [
    { text: '; ' },
    {
      text: `${last.tower} is ${format.short(absolute(last.ytdVariance))} ${wordOf[side]}`,
      to: tracker({ ...towerFilter(last.towerId), ...byVariance(side) }),
      side,
    },
  ];
}
