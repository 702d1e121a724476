import type { SavedView } from '@opex/contracts/saved-views';
import { describe, expect, test } from 'vitest';
import { createUser, named } from '../../../test/factories/index.ts';
import { as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';

const person = async (role: 'Viewer' | 'Admin' = 'Viewer') => {
  const user = await createUser(role);
  return { ...(await asUser(user.id)), name: user.name };
};
const keep = async (who: Person, more: Partial<SavedView> = {}): Promise<SavedView> => {
  const body = { page: 'tracker', name: named(), address: 'sort=-budget&tower=1', isShared: false, ...more };
  return (await who.post('/api/saved-views').send(body).expect(201)).body;
};
const listOf = async (who: Person): Promise<SavedView[]> =>
  (await who.get('/api/saved-views').query({ page: 'tracker' }).expect(200)).body.data;
const change = (who: Person, { id, version }: SavedView, body: object) =>
  who.patch(`/api/saved-views/${id}`).set('If-Match', `"v${version}"`).send(body);
const entriesOf = async ({ id }: SavedView) =>
  (await (await as('Admin')).get('/api/audit').query({ subjectType: 'saved-view', subjectId: id })).body.data;

describe('views that a person keeps', () => {
  test('are listed for that person only, until they are shared, and nothing private is in the log', async () => {
    const [mine, other] = [await person(), await person()];
    const view = await keep(mine);
    expect(await listOf(mine)).toEqual([{ ...view, isOwn: true, owner: mine.name, isDefault: false }]);
    expect((await listOf(other)).map(({ id }) => id)).not.toContain(view.id);
    expect(await entriesOf(view)).toEqual([]);

    const { body: shared } = await change(mine, view, { isShared: true }).expect(200);
    expect(await listOf(other)).toContainEqual({ ...shared, isOwn: false });
    expect(await entriesOf(view)).toMatchObject([
      { action: 'saved-view.updated', changes: { isShared: { from: false, to: true } } },
    ]);
    await change(mine, shared, { isShared: false }).expect(200);
    expect((await listOf(other)).map(({ id }) => id)).not.toContain(view.id);
  });

  test('are changed and removed by their owner only; who keeps users removes shared ones', async () => {
    const [mine, other, admin] = [await person(), await person(), await person('Admin')];
    const [view, own] = [await keep(mine, { isShared: true }), await keep(mine)];
    expectProblem(await change(other, view, { name: 'Theirs' }), 403);
    expectProblem(await other.delete(`/api/saved-views/${view.id}`), 403);
    expectProblem(await other.delete(`/api/saved-views/${own.id}`), 404);
    expectProblem(await admin.delete(`/api/saved-views/${own.id}`), 404);
    expectProblem(await change(admin, view, { name: 'Theirs' }), 403);
    await admin.delete(`/api/saved-views/${view.id}`).expect(204);
    expect((await listOf(mine)).map(({ id }) => id)).toEqual([own.id]);
  });

  test('have names that differ, and versions', async () => {
    const mine = await person();
    const view = await keep(mine, { name: 'Over budget' });
    const again = { page: 'tracker', name: ' OVER  budget', address: '', isShared: false };
    expectProblem(await mine.post('/api/saved-views').send(again), 409);
    await change(mine, view, { address: 'q=cloud' }).expect(200);
    expectProblem(await change(mine, view, { address: 'q=late' }), 412);
    await keep(await person(), { name: 'Over budget' });
  });

  test('keep the part of an address after the question mark, and nothing else', async () => {
    const mine = await person();
    for (const address of ['https://example.com/?q=1', 'a#b', 'a b', 'ä', 'a\u0000', 'x'.repeat(2_001)])
      expectProblem(
        await mine.post('/api/saved-views').send({ page: 'tracker', name: 'x', address, isShared: false }),
        422,
      );
  });

  test('open first where a person says so: one of them, until it is shared no longer', async () => {
    const [mine, other] = [await person(), await person()];
    const [one, two] = [await keep(mine, { isShared: true }), await keep(mine, { isShared: true })];
    const first = async (who: Person) => (await listOf(who)).filter(({ isDefault }) => isDefault).map(({ id }) => id);
    for (const who of [mine, other])
      for (const { id } of [one, two]) await who.post(`/api/saved-views/${id}/default`).expect(204);
    expect([await first(mine), await first(other)]).toEqual([[two.id], [two.id]]);
    await change(mine, two, { isShared: false }).expect(200);
    expect([await first(mine), await first(other)]).toEqual([[two.id], []]);
    await mine.delete(`/api/saved-views/${two.id}/default`).expect(204);
    expect(await first(mine)).toEqual([]);
    expectProblem(await other.post(`/api/saved-views/${two.id}/default`), 404);
  });

  test('are a hundred at most', async () => {
    const mine = await person();
    for (let kept = 0; kept < 100; kept++) await keep(mine);
    const one = { page: 'tracker', name: 'One more', address: '', isShared: false };
    expectProblem(await mine.post('/api/saved-views').send(one), 409);
  });
});
