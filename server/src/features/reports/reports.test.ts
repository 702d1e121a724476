import type { BudgetPage, BudgetRow } from '@opex/contracts/budgets';
import type { Dashboard } from '@opex/contracts/reports';
import type { QueryResult } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createTower,
  createVendor,
  createYear,
} from '../../../test/factories/index.ts';
import { api, as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql as byAnotherProgram } from '../../../test/harness/sql.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { monthColumns } from '../../database/months.ts';

type Named = { id: number; name: string };
let viewer: Person;
let editor: Person;
let year: Awaited<ReturnType<typeof createYear>>;
let previous: typeof year;
const entities: Named[] = [];
const services: { id: number; uid: string }[] = [];
const through = 8;

const get = (query: object = {}, who = viewer) => who.get('/api/reports/dashboard').query({ fy: 'FY26', ...query });
const read = async (query: object = {}, who = viewer): Promise<Dashboard> => (await get(query, who).expect(200)).body;
const sql = (text: string, ...values: unknown[]): Promise<QueryResult['rows']> => byAnotherProgram(text, values);
const sum = (amounts: string[]) => fromUnits(amounts.reduce((total, amount) => total + toUnits(amount), 0n));

/** A company of thirty services: towers, vendors, shared and dedicated, over and under, in two years. */
beforeAll(async () => {
  previous = await createYear('FY25');
  year = await createYear('FY26', { reportedThrough: through });
  viewer = await as('Viewer');
  editor = await as('Editor');
  for (const name of ['North', 'South', 'West']) entities.push(await createEntity(name));
  const key = await createKey(entities.map(({ id }, index) => [id, String(index + 1)]));
  const towers = [await createTower('Cloud'), await createTower('Mail'), undefined];
  const vendors: Named[] = [];
  for (let n = 0; n < 10; n++) vendors.push(await createVendor(`Vendor ${n}`));
  for (let n = 0; n < 30; n++) {
    const towerId = towers[n % 3]?.id ?? null;
    const vendorId = n % 11 === 10 ? null : vendors[n % 11]!.id;
    const owned = n % 2 ? { serviceType: 'Shared', budgetKeyId: key.id } : { entityId: entities[n % 3]!.id };
    const amount = (index: number, factor: number) =>
      `${((n * 31 + index * 17) % 50) * factor}.${10 + ((n + index) % 90)}`;
    const months = (factor: number) =>
      Array.from({ length: 12 }, (_, index) => (index === n % 12 ? null : amount(index, factor)));
    const service = await createService({ towerId, vendorId, ...owned }, { planId: year.planId, months: months(10) });
    services.push(service);
    const fact = { serviceId: service.id, entityId: entities[n % 3]!.id };
    await createActual({ ...fact, fiscalYearId: year.id, months: months(n % 4 === 0 ? 14 : 8).slice(0, through + 1) });
    await createActual({ ...fact, fiscalYearId: previous.id, months: months(7) });
    if (n % 5 === 0)
      await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '100.10', invoiced: `${n * 5}` });
  }
});

const months = monthColumns('m');
const upTo = (count: number) =>
  months
    .slice(0, count)
    .map((month) => `coalesce(${month}, 0)`)
    .join(' + ') || '0';
const facts = async (table: string, expression: string, yearId: number): Promise<string> =>
  (
    await sql(
      table === 'actuals'
        ? `SELECT coalesce(sum(${expression}), 0)::numeric(20, 2)::text AS sum FROM actuals WHERE fiscal_year_id = $1`
        : `SELECT coalesce(sum(${expression}), 0)::numeric(20, 2)::text AS sum FROM plan_lines JOIN plan_versions v ON v.id = plan_version_id WHERE fiscal_year_id = $1`,
      yearId,
    )
  )[0].sum;

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
    expect((await read()).previous).toEqual({
      ...{ fy: 'FY25', budget: '0.00', committed: '0.00', ytdBudget: '0.00' },
      actual: await facts('actuals', 'total', previous.id),
      ytdActual: await facts('actuals', upTo(through), previous.id),
    });
    expect((await read({ fy: 'FY25' })).previous).toBeNull();
  });

  test('has towers that add up to the whole, and one for what has none', async () => {
    const { totals, towers } = await read();
    expect(towers.map(({ tower }) => tower)).toEqual(['Cloud', 'Mail', 'No tower']);
    for (const figure of ['budget', 'actual', 'committed', 'ytdBudget', 'ytdActual', 'ytdVariance'] as const)
      expect(sum(towers.map((tower) => tower[figure])), figure).toBe(totals[figure]);
  });

  test('has the vendors with the highest spending, highest first', async () => {
    const { vendors } = await read();
    const expected = await sql(
      `SELECT coalesce(v.name, 'No vendor') AS vendor, sum(a.total)::numeric(20, 2)::text AS actual FROM actuals a
       JOIN services s ON s.id = a.service_id LEFT JOIN vendors v ON v.id = s.vendor_id
       WHERE a.fiscal_year_id = $1 GROUP BY v.name ORDER BY sum(a.total) DESC LIMIT 8`,
      year.id,
    );
    expect(vendors).toMatchObject(expected);
  });

  test('has the services furthest over and furthest under to date', async () => {
    const { variances } = await read();
    const expected = (sign: string, order: string) =>
      sql(
        `SELECT uid, v::numeric(20, 2)::text AS "ytdVariance" FROM (
           SELECT s.uid, s.id, coalesce((SELECT ${upTo(through)} FROM plan_lines WHERE service_id = s.id AND plan_version_id = $1), 0)
             - coalesce((SELECT sum(${upTo(through)}) FROM actuals WHERE service_id = s.id AND fiscal_year_id = $2), 0) AS v FROM services s) x
         WHERE v ${sign} 0 ORDER BY v ${order}, id ${order} LIMIT 8`,
        year.planId,
        year.id,
      );
    expect(variances.adverse.length).toBeGreaterThan(3);
    expect(variances.favourable.length).toBeGreaterThan(3);
    expect(variances.adverse).toMatchObject(await expected('<', 'ASC'));
    expect(variances.favourable).toMatchObject(await expected('>', 'DESC'));
    for (const { ytdBudget, ytdActual, ytdVariance } of [...variances.adverse, ...variances.favourable])
      expect(toUnits(ytdVariance)).toBe(toUnits(ytdBudget) - toUnits(ytdActual));
  });

  test('has the renewals of the next 120 days, soonest first, and no others', async () => {
    const [{ today }] = await sql(`SELECT current_date::text AS today`);
    const inDays = (days: number) => new Date(Date.parse(today) + days * 86_400_000);
    const due = (days: number, overrides = {}) =>
      createService({ uid: `DUE${days}`, entityId: entities[0]!.id, renewalDate: inDays(days), ...overrides });
    for (const days of [121, 120, 0, -1, 60]) await due(days);
    await due(30, { retiredAt: new Date() });
    await due(31, { entityId: entities[1]!.id });
    const { renewals } = await read();
    expect(renewals.map(({ uid, days }) => [uid, days])).toEqual([
      ['DUE0', 0],
      ['DUE31', 31],
      ['DUE60', 60],
      ['DUE120', 120],
    ]);
    expect(renewals[0]!.dueDate).toBe(today);
    const scoped = await read({}, await as('Viewer', [entities[0]!.id]));
    expect(scoped.renewals.map(({ uid }) => uid)).toEqual(['DUE0', 'DUE60', 'DUE120']);
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

  /** What the tracker lists for an exception. */
  const listed = async (exception: string, query: object = {}, who = viewer) => {
    const { body } = await who
      .get('/api/budgets')
      .query({ fy: 'FY26', exception, ...query })
      .expect(200);
    const { pagination, totals, data } = body as BudgetPage;
    return { services: pagination.total, totals, uids: data.map(({ uid }) => uid) };
  };

  test('names what no key has given to anybody, to those who see everything', async () => {
    expect((await read()).exceptions.unallocated).toEqual({ services: 0, budget: '0.00', actual: '0.00' });
    const service = await createService(
      { serviceType: 'Shared' },
      { planId: year.planId, months: ['10.00', ...Array<null>(11).fill(null)] },
    );
    await createActual({ serviceId: service.id, entityId: entities[0]!.id, fiscalYearId: year.id, months: ['3.00'] });
    const { exceptions, totals } = await read();
    expect(exceptions.unallocated).toEqual({ services: 1, budget: '10.00', actual: '3.00' });
    expect((await listed('unallocated')).uids).toEqual([service.uid]);
    expect(totals.budget).toBe(await facts('plan_lines', 'total', year.id));
    const scoped = await as('Viewer', [entities[0]!.id]);
    expect((await read({}, scoped)).exceptions.unallocated.services).toBe(0);
    expect((await listed('unallocated', {}, scoped)).services).toBe(0);
  });

  test('counts who is over budget to date by an amount and by a percentage, and the tracker lists the same', async () => {
    const atLeast = { amount: '500000.00', percent: '10' };
    const overBudget = async (query: object = {}, who = viewer) => (await read(query, who)).exceptions.overBudget;
    expect(await overBudget()).toEqual({ services: 0, ytdVariance: '0.00', atLeast });

    const [north, south, west] = entities as [Named, Named, Named];
    const inMonth = (period: number, amount: string) =>
      Array.from({ length: 12 }, (_, index) => (index === period - 1 ? amount : null));
    const add = async (
      uid: string,
      budget: string,
      actual: string,
      owner: object = { entityId: north.id },
      period = 8,
    ) => {
      const { id } = await createService({ uid, ...owner }, { planId: year.planId, months: inMonth(1, budget) });
      const fact = { serviceId: id, entityId: north.id, fiscalYearId: year.id };
      await createActual({ ...fact, months: inMonth(period, actual) });
    };
    const key = await createKey([
      [north.id, '1'],
      [south.id, '2'],
      [west.id, '3'],
    ]);
    const shared = { serviceType: 'Shared', budgetKeyId: key.id };
    await add('OVER-JUST', '5000000.00', '5500000.00');
    await add('AMOUNT-TOO-SMALL', '4000000.00', '4499999.99');
    await add('PERCENT-TOO-SMALL', '5000000.10', '5500000.10');
    await add('OVER-UNBUDGETED', '0.00', '500000.00');
    await add('OVER-CREDIT', '-1000000.00', '-400000.00');
    await add('NOT-YET-REPORTED', '100.00', '900000.00', undefined, 9);
    await add('UNDER', '2000000.00', '100.00');
    await add('OVER-SHARED', '1000000.00', '2200000.00', shared); // 2, 4 and 6 lakh over
    await add('SHARES-TOO-SMALL', '1000000.00', '1600000.00', shared); // 1, 2 and 3

    const expected: [query: object, over: string, uids: string[]][] = [
      [{}, '-3400000.00', ['OVER-CREDIT', 'OVER-JUST', 'OVER-SHARED', 'OVER-UNBUDGETED', 'SHARES-TOO-SMALL']],
      [{ entity: north.id }, '-1600000.00', ['OVER-CREDIT', 'OVER-JUST', 'OVER-UNBUDGETED']],
      [{ entity: south.id }, '0.00', []],
      [{ entity: west.id }, '-600000.00', ['OVER-SHARED']],
    ];
    for (const [query, ytdVariance, uids] of expected) {
      expect(await overBudget(query)).toEqual({ services: uids.length, ytdVariance, atLeast });
      const { totals, ...list } = await listed('over-budget', query);
      expect(list).toEqual({ services: uids.length, uids });
      expect(totals.ytdVariance).toBe(ytdVariance);
    }
    const scoped = await as('Viewer', [south.id, west.id]);
    expect(await overBudget({}, scoped)).toEqual({ services: 2, ytdVariance: '-1500000.00', atLeast });
    expect((await listed('over-budget', {}, scoped)).uids).toEqual(['OVER-SHARED', 'SHARES-TOO-SMALL']);
    await viewer.get('/api/budgets').query({ exception: 'late' }).expect(422);
  });

  test('names the currencies of orders whose rates are missing, until they are entered', async () => {
    const approver = await as('Approver');
    const send = async (path: string, body: object) =>
      (await approver.post(`/api/${path}`).send(body).expect(201)).body as { id: number };
    const { id: currencyId } = await send('currencies', { code: 'USD', name: 'US dollar' });
    await send('currencies', { code: 'EUR', name: 'Euro' });
    const addRate = (set: string, effectiveDate: string) =>
      send('currency-rates', { set, currencyId, effectiveDate, rate: '83.1' });
    const missing = async (query: object = {}, who = viewer) => (await read(query, who)).exceptions.missingRates;
    expect(await missing()).toEqual([]);

    const [north, south] = entities as [Named, Named];
    const order = async ({ id: entityId }: Named, fiscalYearId: number) => {
      const { id: serviceId } = await createService({ entityId }, { planId: year.planId, months: ['1.00'] });
      const ordered = { serviceId, fiscalYearId, ordered: '100.00' };
      await createOrder(ordered, 'USD');
      return createOrder(ordered, 'USD');
    };
    await order(north, previous.id);
    expect(await missing()).toEqual([]);
    await order(north, year.id);
    const last = await order(north, year.id);
    const dollar = { currencyId, currency: 'USD', services: 2, plan: true, actualPeriods: [1, 2, 3, 4, 5, 6, 7, 8] };
    expect(await missing()).toEqual([dollar]);
    expect(await missing({ entity: north.id })).toEqual([dollar]);
    expect(await missing({ entity: south.id })).toEqual([]);
    expect(await missing({}, await as('Viewer', [south.id]))).toEqual([]);

    await addRate('PLAN', '2025-03-31'); // the day before the year
    expect(await missing()).toEqual([dollar]);
    await addRate('PLAN', '2025-04-01');
    await addRate('ACTUAL', '2025-04-30');
    await addRate('ACTUAL', '2025-06-26'); // 35 days before the end of July
    expect(await missing()).toEqual([{ ...dollar, plan: false, actualPeriods: [5, 6, 7, 8] }]);
    await sql(
      `UPDATE purchase_lines SET currency_id = (SELECT id FROM currencies WHERE code = 'EUR') WHERE id = $1`,
      last.id,
    );
    await addRate('ACTUAL', '2025-08-01');
    await addRate('ACTUAL', '2025-09-01');
    await addRate('ACTUAL', '2025-10-15');
    const euro = { currency: 'EUR', services: 1, plan: true, actualPeriods: dollar.actualPeriods };
    expect(await missing()).toMatchObject([euro, { currency: 'USD', services: 2, plan: false, actualPeriods: [8] }]);
    await addRate('ACTUAL', '2025-11-30');
    expect((await missing()).map(({ currency }) => currency)).toEqual(['EUR']);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('follows an edit at once, for who made it and for the others, and is not sent again while nothing changed', async () => {
    const before = await get().expect(200);
    await get().set('if-none-match', before.headers['etag']!).expect(304);
    const { id } = services[4]!;
    const { body: row }: { body: BudgetRow } = await viewer.get(`/api/budgets/${id}?fy=FY26`).expect(200);
    const { headers } = await editor
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set({ 'if-match': `"v${row.version}"` })
      .send({ budget: '999999.99', reason: 'Seen on the dashboard' })
      .expect(200);
    expect(headers['etag']).toBe(`"v${row.version + 1}"`);
    const expected = fromUnits(toUnits(before.body.totals.budget) - toUnits(row.budget) + 99_999_999n);
    for (const who of [editor, viewer]) expect((await read({}, who)).totals.budget).toBe(expected);
    const after = await get().set('if-none-match', before.headers['etag']!).expect(200);
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
  });

  test('comes from the replica and says of when, as soon as the replica holds what is known', async () => {
    await expect
      .poll(async () => (await get({ entity: entities[2]!.id, fy: 'FY25' })).headers['x-data-as-of'], {
        timeout: 5_000,
      })
      .toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test('is there for a year without anything, and not for one that does not exist', async () => {
    const empty = await createYear('FY27', { reportedThrough: 0 });
    const {
      totals,
      through: reported,
      months: byMonth,
      towers,
      vendors,
      previous: before,
    } = await read({ fy: 'FY27' });
    expect(empty.label).toBe('FY27');
    expect(totals).toMatchObject({ budget: '0.00', available: '0.00', ytdVariance: '0.00', ytdVariancePercent: null });
    expect(reported).toEqual({ period: 0, label: null });
    expect(byMonth.every(({ toDate }) => !toDate)).toBe(true);
    expect([towers, vendors]).toEqual([[], []]);
    expect(before!.fy).toBe('FY26');
    await get({ fy: 'FY77' }).expect(404);
    for (const query of [{ fy: '2026' }, { entity: '1,2' }, { entity: '0' }, { entity: 'North' }, { colour: 'red' }])
      await get(query).expect(422);
    await api.get('/api/reports/dashboard').expect(401);
  });
});
