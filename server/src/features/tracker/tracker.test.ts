import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let viewer: Person;

beforeAll(async () => {
  year = await createYear('FY26');
  viewer = await as('Viewer');
});

const planned = (months: string[] | string, overrides = {}) =>
  createService(overrides, { planId: year.planId, months: typeof months === 'string' ? everyMonth(months) : months });

describe('GET /api/budgets', () => {
  test('answers a row per service with its figures, and totals over the whole filter', async () => {
    const entity = await createEntity();
    const one = await planned('100.00', { service: 'totals test', entityId: entity.id });
    await planned('50.50', { service: 'totals test' });
    await createActual({ serviceId: one.id, entityId: entity.id, fiscalYearId: year.id, months: ['110.25'] });

    const { body } = await viewer
      .get('/api/budgets')
      .query({ fy: 'FY26', q: 'totals test', sort: '-budget', limit: 1 })
      .expect(200);

    expect(body.data).toMatchObject([
      { id: one.id, uid: one.uid, budget: '1200.00', actual: '110.25', committed: '0.00', variance: '1089.75' },
    ]);
    expect(body.pagination).toMatchObject({ page: 1, limit: 1, total: 2, pages: 2 });
    expect(body.totals).toMatchObject({ budget: '1806.00', actual: '110.25', variance: '1695.75' });
  });

  test.each([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '1000000000'],
    ['limit', 'abc'],
    ['sort', 'passwordHash'],
    ['fields', 'passwordHash'],
    ['budget.gte', '1,000'],
    ['startDate.gte', '2026-02-30'],
    ['q', 'x'.repeat(201)],
    ['tower', '0x1'],
  ])('refuses %s=%s and names the parameter', async (parameter, value) => {
    const { body } = await viewer
      .get('/api/budgets')
      .query({ fy: 'FY26', [parameter]: value })
      .expect(422);
    expect(body.errors[0].pointer).toBe(`/${parameter}`);
  });

  test('refuses a repeated parameter', async () => {
    await viewer.get('/api/budgets?tower=1&tower=2').expect(422);
  });

  test('shows a scoped person the exact share of their entities, and never the whole', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '98'],
      [other.id, '2'],
    ]);
    await planned(['182.25', ...everyMonth('0').slice(1)], {
      service: 'scope test',
      serviceType: 'Shared',
      budgetKeyId: key.id,
    });
    const query = { fy: 'FY26', q: 'scope test' };

    const whole = await viewer.get('/api/budgets').query(query).expect(200);
    const share = await (await as('Viewer', [mine.id])).get('/api/budgets').query(query).expect(200);
    const nothing = await (await as('Viewer', [])).get('/api/budgets').query(query).expect(200);

    expect(whole.body.totals.budget).toBe('182.25');
    expect(share.body.data[0]).toMatchObject({ budget: '178.61', editable: false });
    expect(share.body.totals.budget).toBe('178.61');
    expect(nothing.body.data).toEqual([]);
  });
});
