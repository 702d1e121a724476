import { describeMaster, type Master, type MasterKind, masterKinds } from '@opex/contracts/masters';
import { describe, expect, test } from 'vitest';
import { createEntity, createTower } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { fieldsOfMaster, mastersStory } from '../../../test/stories/masters.ts';

const { viewer, editor, approver, merge, tracker, planned } = await mastersStory();

const add = (kind: MasterKind, name: string, who = approver) => who.post(`/api/${kind}`).send({ name });
const made = async (kind: MasterKind, name: string): Promise<Master> => (await add(kind, name).expect(201)).body;
const change = ({ id, version }: { id: number; version: number }, kind: MasterKind, body: object, who = approver) =>
  who
    .patch(`/api/${kind}/${id}`)
    .set({ 'if-match': `"v${version}"` })
    .send(body);
const remove = ({ id, version }: { id: number; version: number }, kind: MasterKind) =>
  approver.delete(`/api/${kind}/${id}`).set({ 'if-match': `"v${version}"` });
const list = async (kind: MasterKind, query: object = {}, who = viewer) =>
  (await who.get(`/api/${kind}`).query(query).expect(200)).body;
const typeOf = (kind: MasterKind) => describeMaster[kind].one.replace(' ', '-').toLowerCase();
const entriesOf = async (kind: MasterKind, action: string, subjectId: number) =>
  (
    await approver
      .get('/api/audit')
      .query({ action, subjectType: typeOf(kind), subjectId })
      .expect(200)
  ).body.data;

describe.each(masterKinds)('%s', (kind) => {
  const [idField, nameField] = fieldsOfMaster[kind];
  const { one } = describeMaster[kind];

  test('are added and listed at once, by name without regard to case', async () => {
    expect((await list(kind, { q: 'first' })).data).toEqual([]);
    const b = await made(kind, ' beta first ');
    const a = await made(kind, 'Alpha FIRST');
    expect(b).toEqual({ id: b.id, name: 'beta first', retired: false, usedBy: 0, version: 1 });
    expect((await list(kind, { q: 'FIRST' })).data).toEqual([a, b]);
    expect((await list(kind, { q: 'first', sort: '-name' })).data).toEqual([b, a]);
    expect((await list(kind, { q: 'f_rst' })).data).toEqual([]);
    const { body, headers } = await viewer.get(`/api/${kind}/${a.id}`).expect(200);
    expect(body).toEqual(a);
    expect(headers['etag']).toMatch(/^"v1-/);
    expect(await entriesOf(kind, 'master.created', a.id)).toMatchObject([
      {
        subjectType: typeOf(kind),
        subject: 'Alpha FIRST',
        changes: { name: { from: null, to: 'Alpha FIRST' } },
      },
    ]);
  });

  test('have one name each, whatever its case, blanks or Unicode form', async () => {
    await made(kind, 'Café Süd');
    for (const name of ['café süd', '  CAFÉ   SÜD ', 'Café Süd'.normalize('NFD'), 'Café\u00a0Süd'])
      expect((await add(kind, name).expect(409)).body.detail).toContain(one);
    const other = await made(kind, 'Cafe Sud');
    await change(other, kind, { name: 'CAFÉ SÜD' }).expect(409);
    expect((await change(other, kind, { name: 'CAFE sud' }).expect(200)).body).toMatchObject({
      name: 'CAFE sud',
      version: 2,
    });
  });

  test.each([
    '',
    '   ',
    'x'.repeat(121),
    'a\u0000b',
    'a\ud800',
    'zero\u200bwidth',
    'turn\u202eed',
    'two\nlines',
    5,
    null,
  ])('take no name like %j', async (name) => {
    await add(kind, name as string).expect(422);
  });

  test('show a new name in the tracker at once, in its new place', async () => {
    const [low, high] = [await made(kind, `Aaa ${kind}`), await made(kind, `Mmm ${kind}`)];
    const q = `order ${kind}`;
    for (const { id } of [low, high]) await planned({ service: q, [idField]: id });
    const names = async () =>
      (await tracker({ q, sort: nameField in fieldsOfList ? nameField : 'uid' })).data.map(
        (row: Record<string, string>) => row[nameField],
      );
    const before = await names();
    expect(before.toSorted()).toEqual([low.name, high.name]);
    await change(low, kind, { name: `Zzz ${kind}` }).expect(200);
    const after = await names();
    if (nameField in fieldsOfList)
      expect([before, after]).toEqual([
        [low.name, high.name],
        [high.name, `Zzz ${kind}`],
      ]);
    else expect(after.toSorted()).toEqual([high.name, `Zzz ${kind}`]);
    expect(await entriesOf(kind, 'master.updated', low.id)).toMatchObject([
      { changes: { name: { from: low.name, to: `Zzz ${kind}` } } },
    ]);
  });

  test('are retired while in use, and come back', async () => {
    const master = await made(kind, `Retired ${kind}`);
    await planned({ [idField]: master.id });
    const retired = await change(master, kind, { retired: true }).expect(200);
    expect(retired.body).toMatchObject({ retired: true, usedBy: 1, version: 2 });
    expect((await list(kind, { retired: 'true' })).data).toEqual([retired.body]);
    expect((await list(kind, { retired: 'false', q: `retired ${kind}` })).data).toEqual([]);
    expect((await change(retired.body, kind, { retired: false }).expect(200)).body.retired).toBe(false);
  });

  test('in use cannot be deleted, and can once nothing uses them', async () => {
    const master = await made(kind, `Deleted ${kind}`);
    const service = await planned({ [idField]: master.id });
    const { body } = await remove(master, kind).expect(409);
    expect(body.detail).toContain('in use');
    await editor
      .patch(`/api/budgets/${service.id}?fy=FY26`)
      .set({ 'if-match': '"v1"' })
      .send({ [idField]: null })
      .expect(200);
    await remove(master, kind).expect(204);
    await viewer.get(`/api/${kind}/${master.id}`).expect(404);
    expect((await list(kind, { q: `deleted ${kind}` })).data).toEqual([]);
    expect(await entriesOf(kind, 'master.deleted', master.id)).toHaveLength(1);
  });

  test('are changed only in the version one saw, and by those who may', async () => {
    const master = await made(kind, `Guarded ${kind}`);
    await approver.patch(`/api/${kind}/${master.id}`).send({ retired: true }).expect(428);
    await approver.delete(`/api/${kind}/${master.id}`).expect(428);
    expect((await change({ ...master, version: 9 }, kind, { retired: true }).expect(412)).headers['etag']).toBe('"v1"');
    await remove({ ...master, version: 9 }, kind).expect(412);
    for (const body of [{}, { name: 'x', colour: 'red' }, { retired: 'yes' }, { version: 2 }])
      await change(master, kind, body).expect(422);
    for (const who of [viewer, editor]) {
      await add(kind, 'x', who).expect(403);
      await change(master, kind, { retired: true }, who).expect(403);
      await merge(kind, master.id, master.id + 1, who).expect(403);
    }
    await change({ id: 999_999, version: 1 }, kind, { retired: true }).expect(404);
    expect((await viewer.get(`/api/${kind}/${master.id}`)).body).toEqual(master);
  });

  test('merge into another: what used the one uses the other, and the one is gone', async () => {
    const [from, into] = [await made(kind, `From ${kind}`), await made(kind, `Into ${kind}`)];
    const [moved, stays] = [await planned({ [idField]: from.id }), await planned({ [idField]: into.id })];
    const { body } = await merge(kind, from.id, into.id).expect(200);
    expect(body).toMatchObject({ id: into.id, name: into.name, usedBy: 2 });
    await viewer.get(`/api/${kind}/${from.id}`).expect(404);
    const row = async (id: number) => (await viewer.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body;
    expect(await row(moved.id)).toMatchObject({ [nameField]: into.name, version: 2 });
    expect(await row(stays.id)).toMatchObject({ [nameField]: into.name, version: 1 });
    expect(await entriesOf(kind, 'master.merged', into.id)).toMatchObject([
      { changes: { merged: { from: { id: from.id, name: from.name }, to: { id: into.id, name: into.name } } } },
    ]);
  });

  test('merge with nothing but another one of their kind', async () => {
    const master = await made(kind, `Lonely ${kind}`);
    expect((await merge(kind, master.id, master.id).expect(422)).body.errors[0].pointer).toBe('/intoId');
    expect((await merge(kind, master.id, 999_999).expect(422)).body.errors[0].pointer).toBe('/intoId');
    await merge(kind, 999_999, master.id).expect(404);
    expect((await list(kind, { q: `lonely ${kind}` })).data).toEqual([master]);
  });
});

/** The tracker sorts by all of these; by entity there is no single answer. */
const fieldsOfList = { vendor: 1, tower: 1, budgetHead: 1, poEntity: 1, allocationType: 1 };

test('a list of masters walks by page and by cursor, and refuses what it does not know', async () => {
  for (let n = 0; n < 12; n++) await made('vendors', `walk ${n % 2 ? 'B' : 'b'} ${String(n).padStart(2, '0')}`);
  const whole = (await list('vendors', { q: 'walk' })).data as Master[];
  expect(whole).toHaveLength(12);
  for (const sort of ['name', '-name', 'usedBy,-name', 'retired', '-usedBy']) {
    const sorted = (await list('vendors', { q: 'walk', sort })).data;
    const walked: Master[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await list('vendors', { q: 'walk', sort, limit: 5, ...(after && { after }) });
      walked.push(...page.data);
      after = page.pagination.next;
    }
    expect(walked, sort).toEqual(sorted);
  }
  const first = await list('vendors', { q: 'walk', limit: 5 });
  expect((await list('vendors', { q: 'walk', limit: 5, after: first.pagination.next })).data).toEqual(
    whole.slice(5, 10),
  );
  for (const query of [{ sort: 'id' }, { colour: 'red' }, { limit: 0 }, { usedBy: 'many' }])
    await viewer.get('/api/vendors').query(query).expect(422);
});

describe('a scoped reader', () => {
  test('knows no entity but their own, and counts only what they see', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const tower = await createTower();
    await planned({ entityId: mine.id, towerId: tower.id });
    await planned({ entityId: other.id, towerId: tower.id });
    const scoped = await as('Approver', [mine.id]);
    expect((await list('entities', {}, scoped)).data).toMatchObject([{ id: mine.id, usedBy: 1 }]);
    expect((await list('towers', { q: tower.name }, scoped)).data).toMatchObject([{ usedBy: 1 }]);
    expect((await list('towers', { q: tower.name })).data).toMatchObject([{ usedBy: 2 }]);
    await scoped.get(`/api/entities/${other.id}`).expect(404);
    const { body } = await change(mine, 'entities', { name: 'taken over' }, scoped).expect(403);
    expect(body.detail).toContain('all entities');
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
