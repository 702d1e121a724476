import type { TrackerList } from '@opex/contracts/tracker';
import { describe, expect, test } from 'vitest';
import { createActual, createKey, createOrder, createService } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { dashboardStory, factsOf as facts } from '../../../test/stories/dashboard.ts';
import { query as sql } from '../../../test/harness/sql.ts';

type Named = { id: number; name: string };
const { previous, year, entities, viewer, read } = await dashboardStory();

describe('the dashboard', () => {
  /** What the tracker lists for an exception. */
  const listed = async (exception: string, query: object = {}, who = viewer) => {
    const { body } = await who
      .get('/api/budgets')
      .query({ fy: 'FY26', exception, ...query })
      .expect(200);
    const { pagination, totals, data } = body as TrackerList;
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
});
