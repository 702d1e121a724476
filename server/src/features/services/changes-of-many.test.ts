import { beforeAll, describe, expect, test } from 'vitest';
import { createEntity, createKey, createService } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const { editor, reason, planned, patch, patchMany, budgetOf: read, historyOf } = await servicesStory();

describe('two people on one row', () => {
  test('need to have seen it: 428 without a version, 412 with a stale one, and never a guess', async () => {
    const { id } = await planned('1.00');
    const send = (tag?: string) =>
      editor
        .patch(`/api/budgets/${id}?fy=FY26`)
        .set(tag ? { 'if-match': tag } : {})
        .send({ owner: 'Asha' });
    await send().expect(428);
    for (const tag of ['*', 'W/"v1"', 'v1', '"1"', '"v1", "v2"', '""', '"v-1"']) await send(tag).expect(400);
    await send('"v1"').expect(200);
    const { headers } = await send('"v1"').expect(412);
    expect(headers['etag']).toBe('"v2"');
    await send('"v3"').expect(412);
    await send('"v0"').expect(412);
  });

  test('at the same moment: one wins, the others are told', async () => {
    const { id } = await planned('1.00');
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((owner) => patch(id, 1, { owner })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect(await read(id)).toMatchObject({ version: 2, owner: winner.body.owner });
    expect(await historyOf(id)).toHaveLength(1);
  });
});

describe('PATCH /api/budgets', () => {
  test('changes many rows in one step, each with its own entry', async () => {
    const [one, two, three] = [await planned('1.00'), await planned('2.00'), await planned('3.00')];
    const { body } = await patchMany([
      { id: three.id, version: 1, owner: 'Asha' },
      { id: one.id, version: 1, budget: '0.05' },
      { id: two.id, version: 1, months: { 1: null }, uid: `${two.uid}-b` },
    ]).expect(200);
    expect(body.data).toMatchObject([
      { id: three.id, owner: 'Asha', version: 2 },
      { id: one.id, budget: '0.05', version: 2 },
      { id: two.id, budget: '22.00', uid: `${two.uid}-b`, version: 2 },
    ]);
    for (const { id } of [one, two, three]) expect(await historyOf(id)).toHaveLength(1);
  });

  test('saves nothing when one row was changed meanwhile, and names it', async () => {
    const [one, two] = [await planned('1.00'), await planned('2.00')];
    await patch(two.id, 1, { owner: 'somebody else' }).expect(200);
    const { body } = await patchMany([
      { id: one.id, version: 1, owner: 'Asha' },
      { id: two.id, version: 1, owner: 'Asha' },
    ]).expect(412);
    expect(body.detail).toContain(two.uid);
    expect(body.errors).toMatchObject([{ pointer: '/changes/1', code: 'stale' }]);
    expect(await read(one.id)).toMatchObject({ version: 1, owner: '' });
    expect(await historyOf(one.id)).toEqual([]);
  });

  test.each([
    ['an unknown vendor', { vendorId: 999_999 }, 422],
    ['an end before the start', { startDate: '2026-01-02', endDate: '2026-01-01' }, 422],
    ['a UID that is taken', { uid: 'bulk-taken' }, 409],
    ['a parent that is not there', { parentUid: 'nobody at all' }, 422],
  ])('saves nothing when one row has %s', async (_what, wrong, status) => {
    await createService({ uid: 'BULK-TAKEN' }).catch(() => undefined);
    const [one, two] = [await planned('1.00'), await planned('2.00')];
    await patchMany([
      { id: one.id, version: 1, budget: '500.00' },
      { id: two.id, version: 1, ...wrong },
    ]).expect(status);
    expect(await read(one.id)).toMatchObject({ version: 1, budget: '12.00' });
    expect(await historyOf(one.id)).toEqual([]);
  });

  test('takes 200 rows and no more, none twice, and at least one', async () => {
    const { id } = await planned('1.00');
    const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: id + n, version: 1, owner: 'x' }));
    await patchMany(rows(201)).expect(422);
    await patchMany([]).expect(422);
    await patchMany([...rows(1), ...rows(1)]).expect(422);
    await patchMany([{ id, version: 1 }]).expect(422);
    await patchMany([{ id, owner: 'x' }]).expect(422);
    await patchMany([{ id, version: 1, budget: 5 }]).expect(422);
    await patchMany([
      { id, version: 1, owner: 'x' },
      { id: 999_999, version: 1, owner: 'x' },
    ]).expect(404);
    await editor
      .patch('/api/budgets?fy=FY26')
      .send({ changes: [{ id, version: 1, budget: '5.00' }] })
      .expect(422);
    expect((await read(id)).version).toBe(1);
  });

  test('of overlapping blocks at the same moment end without a deadlock, each whole or not at all', async () => {
    const services = await Promise.all(Array.from({ length: 12 }, () => planned('1.00')));
    const block = (owner: string, order: typeof services) =>
      patchMany(order.map(({ id }) => ({ id, version: 1, owner })));
    const answers = await Promise.all([
      block('a', services),
      block('b', services.toReversed()),
      block('c', services.slice(3, 9)),
      block('d', services.slice(6).toReversed()),
    ]);
    expect(answers.every(({ status }) => status === 200 || status === 412)).toBe(true);
    const owners = new Set(await Promise.all(services.map(async ({ id }) => (await read(id)).owner)));
    for (const [index, owner] of ['a', 'b', 'c', 'd'].entries())
      expect(owners.has(owner), owner).toBe(answers[index]!.status === 200);
  });
});

describe('a scoped editor', () => {
  let mine: { id: number; name: string };
  let other: { id: number; name: string };
  let scoped: Person;

  beforeAll(async () => {
    [mine, other] = [await createEntity(), await createEntity()];
    scoped = await as('Editor', [mine.id]);
  });

  test('edits what is wholly theirs', async () => {
    const { id } = await planned('1.00', { entityId: mine.id });
    await patch(id, 1, { owner: 'Asha', budget: '24.00', reason }, scoped).expect(200);
    expect(await read(id, scoped)).toMatchObject({ owner: 'Asha', budget: '24.00', editable: true });
  });

  test('reads but does not touch what they have a share of', async () => {
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '1'],
    ]);
    const { id } = await planned('2.00', { serviceType: 'Shared', budgetKeyId: key.id });
    expect(await read(id, scoped)).toMatchObject({ budget: '12.00', editable: false });
    await patch(id, 1, { owner: 'Asha' }, scoped).expect(403);
    await patchMany([{ id, version: 1, owner: 'Asha' }], scoped).expect(403);
  });

  test('knows nothing of what belongs to others, not even by a wrong version', async () => {
    const own = await planned('1.00', { entityId: mine.id });
    const foreign = await planned('1.00', { entityId: other.id });
    const unowned = await planned('1.00');
    for (const { id } of [foreign, unowned]) {
      await scoped.get(`/api/budgets/${id}?fy=FY26`).expect(404);
      await patch(id, 7, { owner: 'Asha' }, scoped).expect(404);
    }
    await patchMany(
      [own, foreign].map(({ id }) => ({ id, version: 1, owner: 'Asha' })),
      scoped,
    ).expect(404);
    expect((await read(own.id)).owner).toBe('');
  });

  test('cannot give a service away, share it, or make it nobody’s', async () => {
    const { id } = await planned('1.00', { entityId: mine.id });
    for (const body of [{ entityId: other.id }, { entityId: null }, { serviceType: 'Shared' }]) {
      const refused = await patch(id, 1, body, scoped).expect(422);
      expect(refused.body.errors[0].pointer).toBe('/entityId');
    }
    expect((await read(id)).entityId).toBe(mine.id);
  });

  test('cannot hang a service under one they do not see', async () => {
    const foreign = await planned('1.00', { entityId: other.id });
    const { id } = await planned('1.00', { entityId: mine.id });
    const hidden = await patch(id, 1, { parentUid: foreign.uid }, scoped).expect(422);
    const missing = await patch(id, 1, { parentUid: 'no such uid' }, scoped).expect(422);
    expect(hidden.body.errors).toEqual(missing.body.errors);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
