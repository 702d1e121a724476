import { kindOf, monthOf } from '@opex/contracts/horizon';
import { type DashboardQuery, renewalDays } from '@opex/contracts/reports';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { monthNumbers } from '../../database/months.ts';
import type { ReportSource } from '../../database/replica.ts';
import {
  inScope,
  isAmong,
  isOf,
  money,
  scopeValue,
  seenInScope,
  shareInScope,
  sumsOfMonths,
  unseen,
} from '../../database/fragments.ts';
import { only, question, readTogether } from '../../database/read.ts';

const mostOfList = 8;

const towerYear = z.object({
  yearId: z.int(),
  towerId: z.int().nullable(),
  tower: z.string(),
  budget: z.array(z.string()),
  actual: z.array(z.string()),
  committed: z.string(),
});

/** Hundreds of rows, whatever the number of services. */
const askTowerYears = (yearIds: number[], scope: Scope) =>
  question(
    {
      name: 'tower_entity_years.dashboard',
      text: `
        SELECT r.fiscal_year_id AS "yearId", r.tower_id AS "towerId", coalesce(t.name, 'No tower') AS tower,
          ${sumsOfMonths('b')} AS budget, ${sumsOfMonths('a')} AS actual, ${money('sum(committed)')} AS committed
        FROM tower_entity_years r LEFT JOIN towers t ON t.id = r.tower_id
        WHERE ${isAmong('r.fiscal_year_id', '$1')} AND ${inScope('r.entity_id', unseen('$2'))}
        GROUP BY r.fiscal_year_id, r.tower_id, t.name ORDER BY t.name NULLS LAST`,
      values: [yearIds, scopeValue(scope)],
    },
    towerYear,
  );

/** Where the figures of a horizon are kept by service. A month is in the shares only. */
function comparedColumns(horizon: Wanted['horizon']) {
  const month = monthOf(horizon);
  const number = month && monthNumbers[month - 1];
  if (number) return { table: 'service_entity_years', budget: `b${number}`, actual: `a${number}`, variance: undefined };
  return kindOf(horizon) === 'year'
    ? { table: 'service_years', budget: 'budget', actual: 'actual', variance: 'variance' }
    : { table: 'service_years', budget: 'ytd_budget', actual: 'ytd_actual', variance: 'ytd_variance' };
}

const vendorYear = z.object({
  vendorId: z.int().nullable(),
  vendor: z.string(),
  budget: z.string(),
  actual: z.string(),
  comparedBudget: z.string(),
  comparedActual: z.string(),
});

/** The largest of the year. What they are compared by is added up for these only: for all of them it would take too long. */
const askTopVendors = ({ yearId, scope, horizon }: Wanted) => {
  const { table, budget, actual } = comparedColumns(horizon);
  // The shares have no index by vendor.
  const years = table === 'service_years' ? 'service_years s' : `services s JOIN ${table} ON service_id = s.id`;
  const ofVendor = (condition: string) =>
    `SELECT ${budget} AS budget, ${actual} AS actual FROM ${years} WHERE fiscal_year_id = $1 AND s.vendor_id ${condition}`;
  const figures =
    scope === 'all'
      ? `SELECT * FROM (
           SELECT vendor_id, budget, actual FROM vendor_years WHERE fiscal_year_id = $1 ORDER BY actual DESC, budget DESC, vendor_id LIMIT ${mostOfList}
         ) largest CROSS JOIN LATERAL (
           SELECT sum(budget) AS compared_budget, sum(actual) AS compared_actual FROM (
             ${ofVendor('= largest.vendor_id')} UNION ALL ${ofVendor('IS NULL AND largest.vendor_id IS NULL')}
           ) years) compared`
      : `SELECT vendor_id, sum(budget) AS budget, sum(actual) AS actual, sum(${budget}) AS compared_budget, sum(${actual}) AS compared_actual
         FROM service_entity_years WHERE fiscal_year_id = $1 AND ${isOf('entity_id', '$2::int[]')} GROUP BY vendor_id ORDER BY 3 DESC, 2 DESC, 1 LIMIT ${mostOfList}`;
  return question(
    {
      name: 'vendor_years.top',
      text: `SELECT f.vendor_id AS "vendorId", coalesce(v.name, 'No vendor') AS vendor, ${money('f.budget')} AS budget, ${money('f.actual')} AS actual,
          ${money('coalesce(f.compared_budget, 0)')} AS "comparedBudget", ${money('coalesce(f.compared_actual, 0)')} AS "comparedActual"
        FROM (${figures}) f LEFT JOIN vendors v ON v.id = f.vendor_id WHERE f.budget <> 0 OR f.actual <> 0
        ORDER BY f.compared_actual DESC, f.compared_budget DESC, v.name`,
      values: [yearId, ...(scope === 'all' ? [] : [scope])],
    },
    vendorYear,
  );
};

const serviceVariance = z.object({
  serviceId: z.int(),
  uid: z.string(),
  service: z.string(),
  tower: z.string().nullable(),
  isAdverse: z.boolean(),
  ytdBudget: z.string(),
  ytdActual: z.string(),
  comparedBudget: z.string(),
  comparedActual: z.string(),
});
export type ServiceVariance = z.infer<typeof serviceVariance>;

/** Most over, and most under: the ends of an index where there is one, else of what is added up once. */
const askVariances = ({ yearId, scope, horizon }: Wanted) => {
  const { table, budget, actual, variance } = comparedColumns(horizon);
  const figures =
    scope === 'all' && variance
      ? `NOT MATERIALIZED (SELECT service_id, ytd_budget, ytd_actual, ${budget} AS budget, ${actual} AS actual, ${variance} AS variance
           FROM ${table} WHERE fiscal_year_id = $1)`
      : `MATERIALIZED (SELECT service_id, sum(ytd_budget) AS ytd_budget, sum(ytd_actual) AS ytd_actual, sum(${budget}) AS budget, sum(${actual}) AS actual,
             sum(${budget}) - sum(${actual}) AS variance
           FROM service_entity_years WHERE fiscal_year_id = $1${scope === 'all' ? '' : ` AND ${isOf('entity_id', '$2::int[]')}`} GROUP BY service_id)`;
  const end = (isAdverse: boolean) => {
    const [sign, order] = isAdverse ? ['<', 'ASC'] : ['>', 'DESC'];
    return `(SELECT *, ${isAdverse} AS adverse FROM figures WHERE variance ${sign} 0 ORDER BY variance ${order}, service_id ${order} LIMIT ${mostOfList})`;
  };
  return question(
    {
      name: 'service_years.variances',
      text: `WITH figures AS ${figures}
        SELECT s.id AS "serviceId", s.uid, s.service, t.name AS tower, f.adverse AS "isAdverse", ${money('f.ytd_budget')} AS "ytdBudget",
          ${money('f.ytd_actual')} AS "ytdActual", ${money('f.budget')} AS "comparedBudget", ${money('f.actual')} AS "comparedActual"
        FROM (${end(true)} UNION ALL ${end(false)}) f JOIN services s ON s.id = f.service_id LEFT JOIN towers t ON t.id = s.tower_id
        ORDER BY abs(f.variance) DESC, CASE WHEN f.adverse THEN s.id ELSE -s.id END`,
      values: [yearId, ...(scope === 'all' ? [] : [scope])],
    },
    serviceVariance,
  );
};

const renewal = z.object({
  serviceId: z.int(),
  uid: z.string(),
  service: z.string(),
  vendor: z.string().nullable(),
  dueDate: z.string(),
  days: z.int(),
  budget: z.string(),
});

/** $1 is the year, $2 the scope. */
const soon = `BETWEEN current_date AND current_date + ${renewalDays}`;
const scopeAsked = unseen('$2');
const renewing = `services s
  LEFT JOIN LATERAL (
    SELECT sum(budget) AS budget, count(*) AS shares FROM service_entity_years
    WHERE service_id = s.id AND fiscal_year_id = $1 AND ${inScope('entity_id', scopeAsked)}
  ) f ON true
  WHERE s.renewal_date ${soon} AND s.retired_at IS NULL AND (${scopeAsked} IS NULL OR f.shares > 0) AND ${seenInScope('s', scopeAsked)}`;

const askRenewals = ({ yearId, scope }: Wanted) =>
  question(
    {
      name: 'services.renewals',
      text: `
        SELECT s.id AS "serviceId", s.uid, s.service, v.name AS vendor, s.due_date::text AS "dueDate", (s.due_date - current_date) AS days,
          ${money('coalesce(s.budget, 0)')} AS budget
        FROM (SELECT s.id, s.uid, s.service, s.vendor_id, s.renewal_date AS due_date, f.budget FROM ${renewing} ORDER BY s.renewal_date, s.id LIMIT 20) s
        LEFT JOIN vendors v ON v.id = s.vendor_id ORDER BY s.due_date, s.id`,
      values: [yearId, scopeValue(scope)],
    },
    renewal,
  );

/** Readers of everything see every service, with a budget or without: each has its year, in which the day is carried. */
const askAllRenewals = ({ yearId, scope }: Wanted) =>
  question(
    {
      name: 'services.all_renewals',
      text: `
        WITH renewed AS (
          ${
            scope === 'all'
              ? `SELECT count(*) AS services, sum(budget) AS budget FROM service_years
                WHERE fiscal_year_id = $1 AND renews_on ${soon} AND ${scopeAsked} IS NULL`
              : `SELECT count(*) AS services, sum(f.budget) AS budget FROM ${renewing}`
          }
        )
        SELECT current_date::text AS "from", (current_date + ${renewalDays})::text AS until, services::int,
          ${money('coalesce(budget, 0)')} AS budget FROM renewed`,
      values: [yearId, scopeValue(scope)],
    },
    z.object({ from: z.string(), until: z.string(), services: z.int(), budget: z.string() }),
  );

const unallocated = z.object({ services: z.int(), budget: z.string(), actual: z.string() });

/** Money that no key gives to an entity. A scoped reader does not see it. */
const askUnallocated = (yearId: number, scope: Scope) =>
  question(
    {
      name: 'service_entity_years.unallocated',
      text: `SELECT count(*)::int AS services, ${money('coalesce(sum(budget), 0)')} AS budget, ${money('coalesce(sum(actual), 0)')} AS actual
        FROM service_entity_years WHERE entity_id IS NULL AND fiscal_year_id = $1 AND (budget <> 0 OR actual <> 0) AND $2`,
      values: [yearId, scope === 'all'],
    },
    unallocated,
  );

const overBudget = z.object({ services: z.int(), ytdVariance: z.string() });
/** Both at least, and only what is over: the tracker's `exception=over-budget` says the same. */
export type Materiality = { materialAmount: string; materialPercent: string };

function askOverBudget(yearId: number, scope: Scope, { materialAmount, materialPercent }: Materiality) {
  // Of n shares that are over by an amount together, one is over by an n-th of it: only such services are added up.
  const figures =
    scope === 'all'
      ? 'SELECT ytd_budget, ytd_variance FROM service_years WHERE fiscal_year_id = $1'
      : `SELECT sum(ytd_budget) AS ytd_budget, sum(ytd_variance) AS ytd_variance FROM service_entity_years
         WHERE fiscal_year_id = $1 AND ${isOf('entity_id', '$4::int[]')} AND service_id IN (
           SELECT service_id FROM service_entity_years WHERE fiscal_year_id = $1 AND ${isOf('entity_id', '$4::int[]')}
             AND ytd_variance < 0 AND ytd_variance <= -$2::numeric / greatest(cardinality($4), 1))
         GROUP BY service_id`;
  return question(
    {
      name: 'service_years.over_budget',
      text: `SELECT count(*)::int AS services, ${money('coalesce(sum(ytd_variance), 0)')} AS "ytdVariance" FROM (${figures}) f
        WHERE ytd_variance < 0 AND ytd_variance <= -$2::numeric AND -ytd_variance * 100 >= $3::numeric * abs(ytd_budget)`,
      values: [yearId, materialAmount, materialPercent, ...(scope === 'all' ? [] : [scope])],
    },
    overBudget,
  );
}

const missingRate = z.object({
  currencyId: z.int(),
  currency: z.string(),
  services: z.int(),
  plan: z.boolean(),
  actualPeriods: z.array(z.int()),
});

/** First the gaps, which are few; services are counted for their currencies only. */
const askMissingRates = (
  yearId: number,
  scope: Scope,
  { baseCurrency, rateMaxAgeDays }: { baseCurrency: string; rateMaxAgeDays: number },
) =>
  question(
    {
      name: 'currency_rates.missing',
      text: `
        SELECT g.id AS "currencyId", g.code AS currency, n.services, g.plan, g.periods AS "actualPeriods"
        FROM (
          SELECT c.id, c.code,
            NOT EXISTS (SELECT FROM currency_rates WHERE rate_set = 'PLAN' AND currency_id = c.id
              AND effective_date BETWEEN y.start_date AND y.end_date) AS plan,
            ARRAY(SELECT p.number::int FROM periods p WHERE p.fiscal_year_id = y.id AND p.number <= y.reported_through
              AND NOT EXISTS (SELECT FROM currency_rates WHERE rate_set = 'ACTUAL' AND currency_id = c.id
                AND effective_date BETWEEN p.end_date - $2::int AND p.end_date) ORDER BY p.number) AS periods
          FROM currencies c CROSS JOIN fiscal_years y WHERE c.code <> $3 AND y.id = $1 OFFSET 0
        ) g
        CROSS JOIN LATERAL (
          SELECT count(DISTINCT service_id)::int AS services FROM purchase_splits s
          WHERE currency_id = g.id AND fiscal_year_id = $1 AND ${shareInScope('s.service_id', unseen('$4'), ' AND share.fiscal_year_id = $1')}
        ) n
        WHERE (g.plan OR g.periods <> '{}') AND n.services > 0 ORDER BY g.code`,
      values: [yearId, rateMaxAgeDays, baseCurrency, scopeValue(scope)],
    },
    missingRate,
  );

type Wanted = {
  yearId: number;
  previousId: number | undefined;
  scope: Scope;
  horizon: DashboardQuery['horizon'];
  rules: Materiality & { baseCurrency: string; rateMaxAgeDays: number };
};

export async function findDashboard({ client }: ReportSource, wanted: Wanted) {
  const { yearId, previousId, scope, rules } = wanted;
  const { unallocated, overBudget, allRenewals, ...found } = await readTogether(
    'reports.dashboard',
    {
      towerYears: askTowerYears(previousId === undefined ? [yearId] : [yearId, previousId], scope),
      vendors: askTopVendors(wanted),
      variances: askVariances(wanted),
      renewals: askRenewals(wanted),
      allRenewals: askAllRenewals(wanted),
      unallocated: askUnallocated(yearId, scope),
      overBudget: askOverBudget(yearId, scope, rules),
      missingRates: askMissingRates(yearId, scope, rules),
    },
    client,
  );
  return {
    ...found,
    allRenewals: only(allRenewals),
    unallocated: only(unallocated),
    overBudget: only(overBudget),
  };
}
