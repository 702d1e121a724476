import type { TrackerRow } from '@opex/contracts/tracker';
import type { Dashboard } from '@opex/contracts/reports';
import { beforeAll, describe, expect, test } from 'vitest';
import { createYear } from '../../../test/factories/index.ts';
import { createThirtyServices } from '../../../test/factories/thirty-services.ts';
import { api, as, type Person } from '../../../test/harness/as.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';

type Company = Awaited<ReturnType<typeof createThirtyServices>>;
let viewer: Person;
let editor: Person;
let entities: Company['entities'];
let services: Company['services'];
const through = 8;

const get = (query: object = {}, who = viewer) => who.get('/api/reports/dashboard').query({ fy: 'FY26', ...query });
const read = async (query: object = {}, who = viewer): Promise<Dashboard> => (await get(query, who).expect(200)).body;

beforeAll(async () => {
  ({ entities, services } = await createThirtyServices({ through }));
  viewer = await as('Viewer');
  editor = await as('Editor');
});

describe('the dashboard', () => {
  test('follows an edit at once, for who made it and for the others, and is not sent again while nothing changed', async () => {
    const before = await get().expect(200);
    await get().set('if-none-match', before.headers['etag']!).expect(304);
    const { id } = services[4]!;
    const { body: row }: { body: TrackerRow } = await viewer.get(`/api/budgets/${id}?fy=FY26`).expect(200);
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
