import type { AllocationKey } from '@opex/contracts/allocation-keys';
import { describe, expect, test } from 'vitest';
import { createEntity, createKey } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { query as sql } from '../../../test/harness/sql.ts';
import { keysStory } from '../../../test/stories/keys.ts';

const { viewer, approver, shared, entities } = await keysStory();

describe('keys', () => {
  const add = (body: object, who = approver) => who.post('/api/allocation-keys').send(body);
  const list = async (who = viewer) => (await who.get('/api/allocation-keys').expect(200)).body.data;

  test('are listed newest version first, with percentages of the live sum and how many use them', async () => {
    const [a, b] = [await createEntity('Key A'), await createEntity('Key B')];
    const drivers = [
      { entityId: b.id, value: '2' },
      { entityId: a.id, value: '1.50' },
    ];
    const { body: made } = await add({
      name: ' FY26-Headcount ',
      driverType: 'Headcount',
      validFrom: '2025-04-01',
      drivers,
    }).expect(201);
    const key = made as AllocationKey;
    const later = [{ entityId: a.id, value: '0' }];
    await approver
      .post(`/api/allocation-keys/${key.id}/versions`)
      .send({ validFrom: '2025-10-01', drivers: later, reason: 'Counted again' })
      .expect(201);
    await shared({ budgetKeyId: key.id, actualKeyId: key.id }, '1.00');
    const found = (await list()).find(({ id }: { id: number }) => id === key.id);
    expect(found).toMatchObject({ name: 'FY26-Headcount', driverType: 'Headcount', usedBy: 1, retired: false });
    expect(found.versions).toMatchObject([
      { validFrom: '2025-10-01', total: '0', drivers: [{ entity: 'Key A', value: '0', percent: '0' }] },
      {
        validFrom: '2025-04-01',
        total: '3.5',
        drivers: [
          { entity: 'Key A', value: '1.5', percent: '42.8571' },
          { entity: 'Key B', value: '2', percent: '57.1429' },
        ],
      },
    ]);

    const scoped = await as('Approver', [a.id]);
    const seen = (await list(scoped)).find(({ id }: { id: number }) => id === key.id);
    expect(seen.versions[1]).toMatchObject({ total: null, drivers: [{ entityId: a.id, value: '1.5', percent: null }] });
    await add({ name: 'Mine', driverType: 'x', validFrom: '2025-04-01', drivers: later }, scoped).expect(403);
  });

  test.each([
    ['a day within the month', { validFrom: '2025-04-02' }, 422],
    ['a negative driver', { drivers: [{ entityId: 1, value: '-1' }] }, 422],
    ['a number as a driver', { drivers: [{ entityId: 1, value: 1 }] }, 422],
    ['nine decimals', { drivers: [{ entityId: 1, value: '0.123456789' }] }, 422],
    ['no drivers', { drivers: [] }, 422],
    [
      'an entity twice',
      {
        drivers: [
          { entityId: 1, value: '1' },
          { entityId: 1, value: '2' },
        ],
      },
      422,
    ],
    ['an unknown entity', { drivers: [{ entityId: 999_999, value: '1' }] }, 422],
    ['no name', { name: ' ' }, 422],
    ['a name that exists in another case', { name: 'tAKEN' }, 409],
    ['an unknown field', { colour: 'red' }, 422],
  ])('refuse %s', async (_what, wrong, status) => {
    const [{ id: entityId }] = await sql('SELECT min(id) AS id FROM entities');
    const body = {
      name: 'Good',
      driverType: 'Headcount',
      validFrom: '2025-04-01',
      drivers: [{ entityId, value: '1' }],
    };
    await add({ ...body, name: 'Taken' });
    const before = await sql('SELECT count(*) FROM allocation_key_versions');
    await add({ ...body, ...wrong }).expect(status);
    expect(await sql('SELECT count(*) FROM allocation_key_versions')).toEqual(before);
  });

  test('take a version once per month, from those who may', async () => {
    const [entityId] = (await entities(1)) as [number];
    const key = await createKey([[entityId, '1']], '2025-04-01');
    const version = (id: number, validFrom: string, who = approver) =>
      who
        .post(`/api/allocation-keys/${id}/versions`)
        .send({ validFrom, drivers: [{ entityId, value: '2' }], reason: 'Counted again' });
    await version(key.id, '2025-04-01').expect(409);
    await version(999_999, '2025-05-01').expect(404);
    await version(key.id, '2025-05-01', await as('Editor')).expect(403);
    await version(key.id, '2025-05-01').expect(201);
    const log = await approver.get('/api/audit').query({ subjectType: 'allocation-key', subjectId: key.id });
    expect(log.body.data).toMatchObject([
      {
        action: 'allocation-key.version-added',
        changes: { validFrom: { to: '2025-05-01' }, [`entity.${entityId}`]: { to: '2' } },
      },
    ]);
  });
});
