import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { monthColumns } from '../../database/months.ts';
import type { ReportSource } from '../../database/replica.ts';
import { inScope, isOf, money, moneyList, scopeValue, seenInScope, shareInScope } from '../../database/fragments.ts';
import { question, readTogether } from '../../database/read.ts';

const monthsOf = (prefix: 'a' | 'b') => moneyList(monthColumns(prefix).map((month) => `sum(${month})`));

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
          ${monthsOf('b')} AS budget, ${monthsOf('a')} AS actual, ${money('sum(committed)')} AS committed
        FROM tower_entity_years r LEFT JOIN towers t ON t.id = r.tower_id
        WHERE r.fiscal_year_id = ANY ($1::int[]) AND ${inScope('r.entity_id', '$2')}
        GROUP BY r.fiscal_year_id, r.tower_id, t.name ORDER BY t.name NULLS LAST`,
      values: [yearIds, scopeValue(scope)],
    },
    towerYear,
  );

const vendorYear = z.object({
  vendorId: z.int().nullable(),
  vendor: z.string(),
  budget: z.string(),
  actual: z.string(),
});

const askTopVendors = (yearId: number, scope: Scope, limit: number) => {
  const figures =
    scope === 'all'
      ? `SELECT vendor_id, budget, actual FROM vendor_years WHERE fiscal_year_id = $1 ORDER BY actual DESC, budget DESC, vendor_id LIMIT $2`
      : `SELECT vendor_id, sum(budget) AS budget, sum(actual) AS actual FROM vendor_entity_years
         WHERE fiscal_year_id = $1 AND ${isOf('entity_id', '$3::int[]')} GROUP BY vendor_id ORDER BY actual DESC, budget DESC, vendor_id LIMIT $2`;
  return question(
    {
      name: 'vendor_years.top',
      text: `SELECT f.vendor_id AS "vendorId", coalesce(v.name, 'No vendor') AS vendor, ${money('f.budget')} AS budget, ${money('f.actual')} AS actual
        FROM (${figures}) f LEFT JOIN vendors v ON v.id = f.vendor_id WHERE f.budget <> 0 OR f.actual <> 0 ORDER BY f.actual DESC, f.budget DESC, v.name`,
      values: [yearId, limit, ...(scope === 'all' ? [] : [scope])],
    },
    vendorYear,
  );
};

const serviceVariance = z.object({
  serviceId: z.int(),
  uid: z.string(),
  service: z.string(),
  tower: z.string().nullable(),
  ytdBudget: z.string(),
  ytdActual: z.string(),
  ytdVariance: z.string(),
});
export type ServiceVariance = z.infer<typeof serviceVariance>;

/** The ends of an index: most over, or most under, to date. */
const askVariances = (yearId: number, scope: Scope, adverse: boolean, limit: number) => {
  const [sign, order] = adverse ? ['<', 'ASC'] : ['>', 'DESC'];
  const figures =
    scope === 'all'
      ? `SELECT service_id, ytd_budget, ytd_actual, ytd_variance FROM service_years
         WHERE fiscal_year_id = $1 AND ytd_variance ${sign} 0 ORDER BY ytd_variance ${order}, service_id ${order} LIMIT $2`
      : `SELECT service_id, sum(ytd_budget) AS ytd_budget, sum(ytd_actual) AS ytd_actual, sum(ytd_variance) AS ytd_variance FROM service_entity_years
         WHERE fiscal_year_id = $1 AND ${isOf('entity_id', '$3::int[]')} GROUP BY service_id HAVING sum(ytd_variance) ${sign} 0
         ORDER BY 4 ${order}, 1 ${order} LIMIT $2`;
  return question(
    {
      name: `service_years.${adverse ? 'adverse' : 'favourable'}`,
      text: `SELECT s.id AS "serviceId", s.uid, s.service, t.name AS tower, ${money('f.ytd_budget')} AS "ytdBudget",
          ${money('f.ytd_actual')} AS "ytdActual", ${money('f.ytd_variance')} AS "ytdVariance"
        FROM (${figures}) f JOIN services s ON s.id = f.service_id LEFT JOIN towers t ON t.id = s.tower_id ORDER BY f.ytd_variance ${order}, s.id ${order}`,
      values: [yearId, limit, ...(scope === 'all' ? [] : [scope])],
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

const askRenewals = (yearId: number, scope: Scope, withinDays: number, limit: number) =>
  question(
    {
      name: 'services.renewals',
      text: `
        SELECT s.id AS "serviceId", s.uid, s.service, v.name AS vendor, s.renewal_date::text AS "dueDate",
          (s.renewal_date - current_date) AS days, ${money('coalesce(f.budget, 0)')} AS budget
        FROM services s
        LEFT JOIN vendors v ON v.id = s.vendor_id
        LEFT JOIN LATERAL (
          SELECT sum(budget) AS budget, count(*) AS shares FROM service_entity_years
          WHERE service_id = s.id AND fiscal_year_id = $1 AND ${inScope('entity_id', '$2')}
        ) f ON true
        WHERE s.renewal_date BETWEEN current_date AND current_date + $3::int AND s.retired_at IS NULL AND f.shares > 0 AND ${seenInScope('s', '$2')}
        ORDER BY s.renewal_date, s.id LIMIT $4`,
      values: [yearId, scopeValue(scope), withinDays, limit],
    },
    renewal,
  );

const unallocated = z.object({ services: z.int(), budget: z.string(), actual: z.string() });
type Unallocated = z.infer<typeof unallocated>;

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
type OverBudget = z.infer<typeof overBudget>;
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
          WHERE currency_id = g.id AND fiscal_year_id = $1 AND ${shareInScope('s.service_id', '$4', ' AND share.fiscal_year_id = $1')}
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
  /** Of the lists of the largest. */
  rows: number;
  renewalDays: number;
  rules: Materiality & { baseCurrency: string; rateMaxAgeDays: number };
};

export async function findDashboard({ client }: ReportSource, wanted: Wanted) {
  const { yearId, previousId, scope, rows, renewalDays, rules } = wanted;
  const { unallocated, overBudget, ...found } = await readTogether(
    'reports.dashboard',
    {
      towerYears: askTowerYears(previousId === undefined ? [yearId] : [yearId, previousId], scope),
      vendors: askTopVendors(yearId, scope, rows),
      adverse: askVariances(yearId, scope, true, rows),
      favourable: askVariances(yearId, scope, false, rows),
      renewals: askRenewals(yearId, scope, renewalDays, 20),
      unallocated: askUnallocated(yearId, scope),
      overBudget: askOverBudget(yearId, scope, rules),
      missingRates: askMissingRates(yearId, scope, rules),
    },
    client,
  );
  return { ...found, unallocated: unallocated[0] as Unallocated, overBudget: overBudget[0] as OverBudget };
}
