import { describe, expect, test } from 'vitest';
import { createService } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { addDays } from '../../lib/time.ts';
import { monthColumns } from '../../database/months.ts';
import { dashboardStory, factsOf as facts, through } from '../../../test/stories/dashboard.ts';
import { query as sql } from '../../../test/harness/sql.ts';

type Named = { id: number; name: string };
const { previous, year, entities, read } = await dashboardStory();
const sum = (amounts: string[]) => fromUnits(amounts.reduce((total, amount) => total + toUnits(amount), 0n));
const months = monthColumns('m');
const upTo = (count: number) =>
  months
    .slice(0, count)
    .map((month) => `coalesce(${month}, 0)`)
    .join(' + ') || '0';

describe('the dashboard', () => {
  test('says what the facts add up to, as a whole, to date and by month', async () => {
    const { totals, months: byMonth, through: reported } = await read();
    const [budget, actual] = [await facts('plan_lines', 'total', year.id), await facts('actuals', 'total', year.id)];
    const [ytdBudget, ytdActual] = [
      await facts('plan_lines', upTo(through), year.id),
      await facts('actuals', upTo(through), year.id),
    ];
    const [{ committed }] = await sql(
      'SELECT sum(greatest(0, ordered - cancelled - invoiced))::numeric(20, 2)::text AS committed FROM purchase_splits',
    );
    const units = (text: string) => toUnits(text);

    expect(totals).toMatchObject({ budget, actual, committed, ytdBudget, ytdActual });
    expect(totals.available).toBe(fromUnits(units(budget) - units(actual) - units(committed)));
    expect(totals.ytdVariance).toBe(fromUnits(units(ytdBudget) - units(ytdActual)));
    expect(totals.outlook).toBe(fromUnits(units(ytdActual) + units(budget) - units(ytdBudget)));
    expect(Number(totals.ytdVariancePercent)).toBeCloseTo((Number(totals.ytdVariance) / Number(ytdBudget)) * 100, 1);
    expect(reported).toEqual({ period: through, label: 'Nov 2025' });
    expect(byMonth.map(({ label }) => label).slice(0, 2)).toEqual(['Apr 2025', 'May 2025']);
    for (const [index, month] of byMonth.entries()) {
      expect(month).toMatchObject({
        period: index + 1,
        toDate: index < through,
        budget: await facts('plan_lines', months[index]!, year.id),
        actual: await facts('actuals', months[index]!, year.id),
      });
    }
    expect(actual).not.toBe(ytdActual);
    expect(sum(byMonth.map((month) => month.budget))).toBe(budget);
  });

  test('compares with the same periods of the year before', async () => {
    const ytdActual = await facts('actuals', upTo(through), previous.id);
    const compared = { budget: '0.00', actual: ytdActual, variance: `-${ytdActual}`, variancePercent: null };
    expect((await read()).previous).toEqual({
      ...{ fy: 'FY25', budget: '0.00', committed: '0.00', ytdBudget: '0.00', ytdActual, compared },
      actual: await facts('actuals', 'total', previous.id),
    });
    expect((await read({ fy: 'FY25' })).previous).toBeNull();
  });

  test('has towers that add up to the whole, and one for what has none', async () => {
    const { totals, towers } = await read();
    expect(towers.map(({ tower }) => tower)).toEqual(['Cloud', 'Mail', 'No tower']);
    for (const figure of ['budget', 'actual', 'committed', 'ytdBudget', 'ytdActual', 'ytdVariance'] as const)
      expect(sum(towers.map((tower) => tower[figure])), figure).toBe(totals[figure]);
  });

  test('has the renewals of the next 120 days, soonest first, and no others', async () => {
    const [{ today }] = await sql(`SELECT current_date::text AS today`);
    const inDays = (days: number) => addDays(today, days);
    const due = (days: number, overrides = {}) =>
      createService({
        uid: `DUE${days}`,
        entityId: entities[0]!.id,
        renewalDate: new Date(inDays(days)),
        ...overrides,
      });
    for (const days of [121, 120, 0, -1, 60]) await due(days);
    await due(30, { retiredAt: new Date() });
    await due(31, { entityId: entities[1]!.id });
    // Nobody pays for it yet, and it is renewed all the same.
    await due(90, { serviceType: 'Shared', entityId: null });
    const { renewals } = await read();
    expect(renewals).toMatchObject({ from: today, until: inDays(120), services: 5 });
    expect(renewals.next.map(({ uid, days }) => [uid, days])).toEqual([
      ['DUE0', 0],
      ['DUE31', 31],
      ['DUE60', 60],
      ['DUE90', 90],
      ['DUE120', 120],
    ]);
    expect(renewals.next[0]!.dueDate).toBe(today);
    const scoped = await read({}, await as('Viewer', [entities[0]!.id]));
    expect(scoped.renewals.services).toBe(3);
    expect(scoped.renewals.next.map(({ uid }) => uid)).toEqual(['DUE0', 'DUE60', 'DUE120']);

    await sql(`UPDATE services SET renewal_date = current_date + 121 WHERE uid = 'DUE60'`);
    await sql(`UPDATE services SET renewal_date = current_date WHERE uid = 'DUE121'`);
    await sql(`UPDATE services SET retired_at = now() WHERE uid = 'DUE0'`);
    expect((await read()).renewals).toMatchObject({ services: 4, next: { length: 4 } });
  });

  test('shows entities that add up to the whole, tower by tower', async () => {
    const whole = await read();
    const parts = await Promise.all(entities.map(({ id }) => read({ entity: id })));
    for (const figure of [
      'budget',
      'actual',
      'committed',
      'available',
      'outlook',
      'ytdBudget',
      'ytdActual',
      'ytdVariance',
    ] as const)
      expect(sum(parts.map(({ totals }) => totals[figure])), figure).toBe(whole.totals[figure]);
    for (const [index, month] of whole.months.entries())
      expect(sum(parts.map((part) => part.months[index]!.budget))).toBe(month.budget);
    for (const { tower, actual } of whole.towers)
      expect(sum(parts.map((part) => part.towers.find((found) => found.tower === tower)?.actual ?? '0'))).toBe(actual);
    expect(sum(parts.map(({ previous: before }) => before!.actual))).toBe(whole.previous!.actual);
  });

  test('is for a scoped reader what the filter is for the others, and nothing beyond', async () => {
    const [north, south] = entities as [Named, Named];
    const scoped = await as('Viewer', [north.id]);
    const filtered = await read({ entity: north.id });
    expect(await read({}, scoped)).toEqual(filtered);
    expect(await read({ entity: north.id }, scoped)).toEqual(await read({}, scoped));
    expect((await read({ entity: south.id }, scoped)).totals.budget).toBe('0.00');
    expect((await read({}, await as('Viewer', []))).towers).toEqual([]);
    expect(filtered.vendors[0]).not.toEqual((await read()).vendors[0]);
  });
});
