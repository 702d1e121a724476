import type { TrackerList } from '@opex/contracts/tracker';
import { comparedIn, kindOf } from '@opex/contracts/horizon';
import type { Dashboard } from '@opex/contracts/reports';
import { describe, expect, test } from 'vitest';
import { createActual, createService } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { query as sql } from '../../../test/harness/sql.ts';
import { dashboardStory, factsOf as facts, through } from '../../../test/stories/dashboard.ts';
import { monthColumns } from '../../database/months.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';

const { year, entities, viewer, get, read } = await dashboardStory();
const scoped = await as('Viewer', [entities[0]!.id]);

/** Something that no key gives to anybody, so that the whole is more than its shares. */
const alone = { serviceType: 'Shared' };
const lost = await createService(alone, { planId: year.planId, months: monthColumns('m').map(() => '12.34') });
const ofLost = { serviceId: lost.id, entityId: entities[0]!.id, fiscalYearId: year.id };
await createActual({ ...ofLost, months: Array<string>(through).fill('20.01') });

const months = (first: number, last: number) =>
  monthColumns('m')
    .slice(first - 1, last)
    .map((month) => `coalesce(${month}, 0)`)
    .join(' + ');
const horizons = [
  { horizon: undefined, first: 1, last: through, label: 'Apr\u2013Nov' },
  { horizon: 'year', first: 1, last: 12, label: 'FY26' },
  { horizon: '2', first: 2, last: 2, label: 'May 2025' },
  { horizon: '12', first: 12, last: 12, label: 'Mar 2026' },
];

describe.each(horizons)('the dashboard of the horizon $label', ({ horizon, first, last, label }) => {
  const ask = (query: object = {}, who?: Person) => read({ ...query, ...(horizon && { horizon }) }, who);
  const periods = months(first, last);

  test('compares what the facts of its months add up to, and says to date what it always says', async () => {
    const report = await ask();
    const [budget, actual] = [await facts('plan_lines', periods, year.id), await facts('actuals', periods, year.id)];
    const variance = fromUnits(toUnits(budget) - toUnits(actual));
    expect(report.horizon).toEqual({ kind: kindOf(horizon), first, last, label });
    expect(report.totals.compared).toMatchObject({ budget, actual, variance });
    const usual = await read();
    const { compared: _, ...totals } = report.totals;
    expect(usual.totals).toMatchObject(totals);
    expect(report.exceptions).toEqual(usual.exceptions);
  });

  test('has the vendors with the highest spending of the year, and what they cost in it', async () => {
    const largest = await sql(
      `SELECT v.id, coalesce(v.name, 'No vendor') AS vendor FROM actuals a JOIN services s ON s.id = a.service_id
       LEFT JOIN vendors v ON v.id = s.vendor_id WHERE a.fiscal_year_id = $1 GROUP BY v.id, v.name ORDER BY sum(a.total) DESC LIMIT 8`,
      year.id,
    );
    const expected = await sql(
      `SELECT coalesce(v.name, 'No vendor') AS vendor, f.budget::numeric(20, 2)::text AS budget, f.actual::numeric(20, 2)::text AS actual FROM (
         SELECT vendor_id, sum((SELECT ${periods} FROM plan_lines WHERE service_id = s.id AND plan_version_id = $1)) AS budget,
           coalesce(sum((SELECT sum(${periods}) FROM actuals WHERE service_id = s.id AND fiscal_year_id = $2)), 0) AS actual
         FROM services s GROUP BY vendor_id) f LEFT JOIN vendors v ON v.id = f.vendor_id
       WHERE coalesce(v.name, 'No vendor') = ANY ($3) ORDER BY f.actual DESC, f.budget DESC`,
      year.planId,
      year.id,
      largest.map(({ vendor }) => vendor as string),
    );
    const { vendors } = await ask();
    expect(vendors.map(({ vendor, compared: { budget, actual } }) => ({ vendor, budget, actual }))).toEqual(expected);
  });

  test('has the services furthest over and furthest under in it', async () => {
    const { variances } = await ask();
    const expected = (sign: string, order: string) =>
      sql(
        `SELECT uid, v::numeric(20, 2)::text AS variance FROM (
           SELECT s.uid, s.id, coalesce((SELECT ${periods} FROM plan_lines WHERE service_id = s.id AND plan_version_id = $1), 0)
             - coalesce((SELECT sum(${periods}) FROM actuals WHERE service_id = s.id AND fiscal_year_id = $2), 0) AS v FROM services s) x
         WHERE v ${sign} 0 ORDER BY v ${order}, id ${order} LIMIT 8`,
        year.planId,
        year.id,
      );
    const found = (side: Dashboard['variances']['adverse']) =>
      side.map(({ uid, compared: { variance } }) => ({ uid, variance }));
    expect(found(variances.adverse)).toEqual(await expected('<', 'ASC'));
    expect(found(variances.favourable)).toEqual(await expected('>', 'DESC'));
    for (const { ytdBudget, ytdActual, ytdVariance } of [...variances.adverse, ...variances.favourable])
      expect(toUnits(ytdVariance)).toBe(toUnits(ytdBudget) - toUnits(ytdActual));
  });

  const readers: [string, object, Person][] = [
    ['who sees all', {}, viewer],
    ['who looks at one entity', { entity: entities[1]!.id }, viewer],
    ['who sees one', {}, scoped],
  ];
  test.each(readers)('says to somebody %s what the tracker adds up', async (_who, query, who) => {
    const { totals, towers, vendors, variances } = await ask(query, who);
    const names = comparedIn(horizon);
    const listed = async (filter: object = {}) => {
      const { body } = await who
        .get('/api/budgets')
        .query({ fy: 'FY26', ...query, ...filter, ...(horizon && { horizon }) })
        .expect(200);
      const found = (body as TrackerList).totals;
      return { ...found, compared: [names.budget, names.actual, names.variance].map((name) => found[name]) };
    };
    const amounts = ({ budget, actual, variance }: Dashboard['totals']['compared']) => [budget, actual, variance];
    const whole = await listed();
    expect(whole.compared).toEqual(amounts(totals.compared));
    expect(whole).toMatchObject({
      ...{ budget: totals.budget, committed: totals.committed, available: totals.available, outlook: totals.outlook },
      remainingBudget: fromUnits(toUnits(totals.budget) - toUnits(totals.ytdBudget)),
    });
    expect(towers.length).toBe(3);
    for (const { towerId, compared } of towers)
      expect((await listed(towerId ? { tower: towerId } : { 'tower.empty': 'true' })).compared).toEqual(
        amounts(compared),
      );
    expect(vendors.length).toBeGreaterThan(2);
    for (const { vendorId, compared } of vendors)
      expect((await listed(vendorId ? { vendor: vendorId } : { 'vendor.empty': 'true' })).compared).toEqual(
        amounts(compared),
      );
    for (const { uid, compared } of [...variances.adverse, ...variances.favourable])
      expect((await listed({ uid })).compared).toEqual(amounts(compared));
  });
});

test('a horizon that is none is refused', async () => {
  for (const horizon of ['0', '13', '07', 'date', 'YEAR', '1,2', '']) await get({ horizon }).expect(422);
});
