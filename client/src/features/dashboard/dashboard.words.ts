import type { TrackerTotals } from '@opex/contracts/tracker';
import { comparedFigures, type HorizonKind } from '@opex/contracts/horizon';
import type { Dashboard } from '@opex/contracts/reports';
import { absolute, sideOf, type Side } from '../../domain/amounts/format.ts';
import { compare } from '../../domain/amounts/money.ts';
import type { Format } from '../../domain/amounts/use-format.ts';
import { counted } from '../../domain/words/counted.ts';

/** Part of a sentence; with `to`, the list that it speaks of. */
export type Word = { text: string; to?: string; side?: Side };
export type Filters = Record<string, string>;
/** The address of the tracker for the year, the entity and the horizon on screen, narrowed by filters. */
export type TrackerAddress = (filters?: Filters) => string;

export const trackerAddress =
  ({ fy, horizon: { kind, first } }: Pick<Dashboard, 'fy' | 'horizon'>, entity: number | null): TrackerAddress =>
  (filters = {}) => {
    const horizon = { date: '', year: 'year', month: String(first) }[kind];
    const all = { fy, horizon, entity: String(entity ?? ''), ...filters };
    const said = Object.entries(all).filter(([, value]) => value !== '');
    return `/tracker?${new URLSearchParams(said)}`.replaceAll('%2C', ',');
  };

export const towerFilter = (towerId: number | null): Filters =>
  towerId === null ? { 'tower.empty': 'true' } : { tower: String(towerId) };
export const vendorFilter = (vendorId: number | null): Filters =>
  vendorId === null ? { 'vendor.empty': 'true' } : { vendor: String(vendorId) };

type Figure = keyof TrackerTotals;
/** The view of the tracker that adds up to a figure: its column is marked, and those that explain it stand beside it. */
export const adding = (mark: Figure, beside: readonly Figure[], sort = `-${mark}`): Filters => ({
  sort,
  cols: ['uid', 'vendor', 'service', 'tower', ...new Set([...beside, mark])].join(),
  mark,
});

/** Budget, actual or variance of a horizon. What makes most of it comes first. */
export function addingCompared(kind: HorizonKind, what: 'budget' | 'actual' | 'variance', sort?: string) {
  const { budget, actual, variance } = comparedFigures[kind];
  return adding(comparedFigures[kind][what], [budget, actual, variance, 'budget', 'committed'], sort);
}
export function byVariance(kind: HorizonKind, side: Side) {
  const { variance } = comparedFigures[kind];
  return addingCompared(kind, 'variance', side === 'adverse' ? variance : `-${variance}`);
}

export const wordOf: Record<Side, string> = { adverse: 'over', favourable: 'under', none: 'on' };

/** "Apr 2025" -> "Apr" */
export const shortMonth = (label: string) => label.split(' ')[0] ?? label;

/** "Sep": the last month whose actuals are in. */
export const lastMonth = ({ through }: Pick<Dashboard, 'through'>) => shortMonth(through.label ?? '');

/** What a figure of the horizon belongs to: "Apr\u2013Sep", "FY26", "Jul 2025". */
export const horizonName = ({ horizon }: Pick<Dashboard, 'horizon'>) => horizon.label || 'to date';

/** Of services that are over or under: "to date", "in FY26", "in Jul 2025". */
export const inHorizon = ({ horizon: { kind, label } }: Pick<Dashboard, 'horizon'>) =>
  kind === 'date' ? 'to date' : `in ${label}`;

/** Nothing can be over or under before its actuals are reported. */
const isReported = ({ horizon, through }: Dashboard) =>
  through.period >= (horizon.kind === 'month' ? horizon.first : 1);

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
  `${counted(count, 'service')} ${count === 1 ? one : many}`;

export const ratesAddress = (currencyId: number, set: 'PLAN' | 'ACTUAL') =>
  `/masters/currency-rates?set=${set}&currency=${currencyId}`;

/** "Over or under, by how much, where", in one sentence. */
export function firstGlance(
  report: Dashboard,
  tracker: TrackerAddress,
  format: Pick<Format, 'short' | 'percent'>,
  /** Whose part it is of, when it is not of the whole. */
  shareOf?: string,
): Word[] {
  const { fy, totals, horizon } = report;
  const whose = shareOf === undefined ? [] : [{ text: `${shareOf}: ` }];
  if (!isReported(report)) {
    const isMonth = horizon.kind === 'month';
    return [
      ...whose,
      { text: `${isMonth ? horizon.label : fy} has a budget of ` },
      {
        text: format.short(isMonth ? totals.compared.budget : totals.budget),
        to: tracker(isMonth ? addingCompared('month', 'budget') : adding('budget', ['committed'])),
      },
      { text: isMonth ? '; its actuals are not reported yet.' : '; no actuals are reported yet.' },
    ];
  }
  const { variance, variancePercent } = totals.compared;
  const side = sideOf(variance);
  const name = nameOf(report);
  const opening = [...whose, { text: name, to: tracker() }, { text: name.includes(',') ? ', is ' : ' is ' }];
  if (side === 'none') return [...opening, { text: 'exactly on budget.' }];
  const share = variancePercent === null ? '' : `, ${format.percent(absolute(variancePercent))}`;
  const amount = format.short(absolute(variance));
  return [
    ...opening,
    { text: `${amount} ${wordOf[side]} budget${share}`, to: tracker(byVariance(horizon.kind, side)), side },
    ...whereItIs(report, tracker, format),
    { text: '.' },
  ];
}

/** "FY26 to date (Apr\u2013Sep)", "FY26 in full, with actuals to Sep", "Jul 2025" */
function nameOf(report: Dashboard): string {
  const { fy, horizon, through } = report;
  if (horizon.kind === 'month') return horizon.label;
  if (horizon.kind === 'date') return `${fy} to date (${horizon.label})`;
  return through.period < 12 ? `${fy} in full, with actuals to ${lastMonth(report)}` : `${fy} in full`;
}

/** The tower to look at: the one furthest over; when none is over, the one furthest under. */
function whereItIs({ towers, horizon }: Dashboard, tracker: TrackerAddress, format: Pick<Format, 'short'>): Word[] {
  const ordered = [...towers].sort((one, other) => compare(one.compared.variance, other.compared.variance));
  const last = sideOf(ordered[0]?.compared.variance) === 'adverse' ? ordered[0] : ordered.at(-1);
  const side = sideOf(last?.compared.variance);
  if (!last || side === 'none') return [];
  return [
    { text: '; ' },
    {
      text: `${last.tower} is ${format.short(absolute(last.compared.variance))} ${wordOf[side]}`,
      to: tracker({ ...towerFilter(last.towerId), ...byVariance(horizon.kind, side) }),
      side,
    },
  ];
}
