import { describe, expect, test } from 'vitest';
import { createActual, createEntity, createKey, createOrder, written } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const { previous, year, viewer, planned, read } = await servicesStory({ reportedThrough: 3 });
const none = (count: number) => Array<null>(count).fill(null);

describe('months', () => {
  test('keep apart what is empty and what is zero, beside the actuals of this year and the last', async () => {
    const entity = await createEntity();
    const { id } = await planned(['0.00', null, '5.00', ...none(9)], { entityId: entity.id });
    const spent = (fiscalYearId: number, months: (string | null)[], source = 'MANUAL') =>
      written((tx) =>
        tx.actual.create({
          data: {
            serviceId: id,
            entityId: entity.id,
            fiscalYearId,
            source,
            m01: months[0]!,
            m02: months[1]!,
            m03: months[2]!,
          },
        }),
      );
    await spent(year.id, ['0.00', null, '1.10']);
    await spent(year.id, [null, null, '2.20'], 'INVOICE');
    await spent(previous.id, [null, '-7.00', '0.00']);

    const { months, ...rest } = await read(`${id}/months?fy=FY26`);
    expect(rest).toEqual({
      ...{ fy: 'FY26', version: 1, editable: true, reportedThrough: 3 },
      plan: { name: 'Original', state: 'DRAFT' },
    });
    expect(months).toHaveLength(12);
    expect(months.slice(0, 4)).toEqual([
      {
        number: 1,
        label: 'Apr 2025',
        state: 'OPEN',
        stateSince: null,
        budget: '0.00',
        actual: '0.00',
        previousActual: null,
      },
      {
        number: 2,
        label: 'May 2025',
        state: 'OPEN',
        stateSince: null,
        budget: null,
        actual: null,
        previousActual: '-7.00',
      },
      {
        number: 3,
        label: 'Jun 2025',
        state: 'OPEN',
        stateSince: null,
        budget: '5.00',
        actual: '3.30',
        previousActual: '0.00',
      },
      {
        number: 4,
        label: 'Jul 2025',
        state: 'OPEN',
        stateSince: null,
        budget: null,
        actual: null,
        previousActual: null,
      },
    ]);
    const locked = await read(`${id}/months?fy=FY25`);
    expect(locked).toMatchObject({ editable: false, plan: { state: 'LOCKED' } });
    expect(locked.months[1]).toMatchObject({ label: 'May 2024', actual: '-7.00', previousActual: null });
  });

  test('show a scoped reader their share', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '2'],
    ]);
    const { id } = await planned(['100.00', null, ...none(10)], { serviceType: 'Shared', budgetKeyId: key.id });
    await createActual({ serviceId: id, entityId: other.id, fiscalYearId: year.id, months: ['50.00'] });
    const { editable, months } = await read(`${id}/months?fy=FY26`, await as('Editor', [mine.id]));
    expect(editable).toBe(false);
    expect(months[0]).toMatchObject({ budget: '33.33', actual: '16.67' });
  });

  test('of nobody’s service are 404', async () => {
    await viewer.get('/api/services/999999/months').expect(404);
    await viewer.get('/api/services/1/months?fy=FY77').expect(404);
  });
});

describe('entities', () => {
  test('of a shared service are exact shares that add up to it', async () => {
    const [a, b, c] = [await createEntity('Share A'), await createEntity('Share B'), await createEntity('Share C')];
    const key = await createKey([a, b, c].map(({ id }) => [id, '1']));
    const { id } = await planned(['100.00', '100.00', ...none(10)], { serviceType: 'Shared', budgetKeyId: key.id });
    await createActual({ serviceId: id, entityId: a.id, fiscalYearId: year.id, months: ['-100.00'] });
    await createOrder({ serviceId: id, fiscalYearId: year.id, ordered: '0.02' });
    const { data } = await read(`${id}/entities?fy=FY26`);
    expect(data).toEqual([
      {
        entityId: a.id,
        entity: 'Share A',
        budget: '66.68',
        actual: '-33.34',
        committed: '0.01',
        ytdVariance: '100.02',
      },
      { entityId: b.id, entity: 'Share B', budget: '66.66', actual: '-33.33', committed: '0.01', ytdVariance: '99.99' },
      { entityId: c.id, entity: 'Share C', budget: '66.66', actual: '-33.33', committed: '0.00', ytdVariance: '99.99' },
    ]);
    const scoped = await as('Viewer', [b.id]);
    expect((await read(`${id}/entities?fy=FY26`, scoped)).data).toEqual([data[1]]);
    expect((await read(String(id), scoped)).years[0]).toMatchObject({
      budget: '66.66',
      actual: '-33.33',
      committed: '0.01',
    });
  });

  test('of a shared service without a key are named as what they are: unallocated', async () => {
    const { id } = await planned('1.00', { serviceType: 'Shared' });
    const { data } = await read(`${id}/entities?fy=FY26`);
    expect(data).toMatchObject([{ entityId: null, entity: 'Unallocated', budget: '12.00' }]);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
