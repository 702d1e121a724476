import { horizonLabel, kindOf, periodsOf } from '@opex/contracts/horizon';
import type { Dashboard, DashboardQuery } from '@opex/contracts/reports';
import { type Answer, readAnswer } from '../../cache/answer.ts';
import { cached } from '../../cache/cache.ts';
import { type Caller, narrow, type Scope } from '../../lib/caller.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { onReplica, type ReportSource } from '../../database/replica.ts';
import { figuresOf as figuresIn, sharing } from '../../lib/facets.ts';
import { today } from '../../lib/time.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './dashboard.repository.ts';
import { comparison, figuresOf, toDate, towersOf } from './dashboard.rules.ts';

/** Renewals depend on the day, so the day is a part of the cache key. */
export function dashboard({ scope }: Pick<Caller, 'scope'>, { fy, entity, horizon }: DashboardQuery): Promise<Answer> {
  const narrowed = narrow(scope, entity === undefined ? undefined : [entity]);
  const day = today();
  return cached(
    {
      name: 'reports.dashboard',
      params: { fy, scope: narrowed, horizon, day },
      tags: ['figures', 'masters'],
      ttlSeconds: 300,
    },
    async () => {
      const years = await fiscalYears.find(fy);
      return onReplica(async (source) => ({
        body: await load(years, { scope: narrowed, horizon }, source),
        asOf: source.fromReplica ? new Date().toISOString() : undefined,
        needs: { facets: [...shownOfServices, sharing, ...figuresOfYears(years)] },
      }));
    },
  );
}

/** The same for a job, which reads it. */
export const reportFor = async (reader: Pick<Caller, 'scope'>): Promise<Dashboard> =>
  readAnswer(await dashboard(reader, {}));

const shownOfServices = ['uid', 'service', 'tower', 'vendor', 'renewalDate', 'status', 'serviceType', 'entity'];
const figuresOfYears = ({ year, previous }: fiscalYears.YearContext) =>
  [year, previous].flatMap((of) => (of ? figuresIn(of.id) : []));

type Sight = { scope: Scope; horizon: DashboardQuery['horizon'] };

async function load(
  { year, previous }: fiscalYears.YearContext,
  sight: Sight,
  source: ReportSource,
): Promise<Dashboard> {
  const rules = await settings.current();
  const { towerYears, vendors, variances, renewals, allRenewals, ...exceptions } = await repository.findDashboard(
    source,
    {
      yearId: year.id,
      previousId: previous?.id,
      ...sight,
      rules,
    },
  );

  const through = year.reportedThrough;
  const periods = periodsOf(sight.horizon, through);
  const towersIn = (id: number) => towerYears.filter(({ yearId }) => yearId === id);
  const towers = towersIn(year.id);
  const { months, totals } = figuresOf(towers, through, periods);
  const before = previous && figuresOf(towersIn(previous.id), through, periods).totals;
  return {
    fy: year.label,
    through: { period: through, label: year.periods[through - 1]?.label ?? null },
    horizon: { kind: kindOf(sight.horizon), ...periods, label: horizonLabel(sight.horizon, year) },
    totals,
    previous: before
      ? {
          fy: previous.label,
          budget: before.budget,
          actual: before.actual,
          committed: before.committed,
          ytdBudget: before.ytdBudget,
          ytdActual: before.ytdActual,
          compared: before.compared,
        }
      : null,
    months: year.periods.map(({ number, label }, index) => ({
      period: number,
      label,
      toDate: number <= through,
      budget: months[index]?.budget ?? '0.00',
      actual: months[index]?.actual ?? '0.00',
    })),
    towers: towersOf(towers, through, periods),
    vendors: vendors.map(withCompared),
    variances: {
      adverse: variances.filter(({ isAdverse }) => isAdverse).map(withPercent),
      favourable: variances.filter(({ isAdverse }) => !isAdverse).map(withPercent),
    },
    renewals: { ...allRenewals, next: renewals },
    exceptions: {
      ...exceptions,
      overBudget: {
        ...exceptions.overBudget,
        atLeast: { amount: fromUnits(toUnits(rules.materialAmount)), percent: rules.materialPercent },
      },
    },
  };
}

const withCompared = <Row extends { comparedBudget: string; comparedActual: string }>({
  comparedBudget,
  comparedActual,
  ...row
}: Row) => ({ ...row, compared: comparison(toUnits(comparedBudget), toUnits(comparedActual)) });

const withPercent = ({ isAdverse: _, ytdBudget, ytdActual, ...service }: repository.ServiceVariance) => ({
  ...withCompared(service),
  ...toDate(toUnits(ytdBudget), toUnits(ytdActual)),
});

/** Most people open the dashboard first. This has it ready before they come. */
export const warm = () => dashboard({ scope: 'all' }, {});
