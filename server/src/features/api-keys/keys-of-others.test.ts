import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createUser, createYear, password } from '../../../test/factories/index.ts';
import { api, as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { makeKey as make } from '../../../test/stories/api-keys.ts';

beforeAll(async () => {
  await createYear();
});
afterEach(() => vi.useRealTimers());

describe('the keys of everybody', () => {
  test('are listed for administrators with their owners, filtered, sorted and paged, without a secret', async () => {
    const owners = [await createUser('Viewer'), await createUser('Editor')];
    const keys = [];
    for (const { id } of owners) keys.push(await make(await asUser(id), ['budgets.view']));
    await sql('UPDATE api_keys SET expires_at = now() WHERE id = $1', [keys[1]?.id]);
    const admin = await as('Admin');
    const list = async (query: object) => (await admin.get('/api/api-keys/everybody').query(query).expect(200)).body;

    const { data } = await list({ limit: 200, sort: '-createdAt' });
    expect(data.slice(0, 2)).toMatchObject([
      { id: keys[1]?.id, userId: owners[1]?.id, user: owners[1]?.name, email: owners[1]?.email, state: 'Expired' },
      { id: keys[0]?.id, permissions: ['budgets.view'], state: 'Live' },
    ]);
    expect(JSON.stringify(data)).not.toContain(keys[0]?.key.slice(20));
    expect((await list({ q: owners[0]?.email })).data).toHaveLength(1);
    expect((await list({ user: owners[0]?.name, state: 'live' })).data).toHaveLength(1);
    expect((await list({ user: owners[0]?.name, state: 'Revoked' })).data).toHaveLength(0);
    for (const sort of ['user', '-state', 'lastUsedAt', 'expiresAt,-name']) {
      const seen: number[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await list({ sort, limit: 7, ...(after && { after }) });
        seen.push(...page.data.map(({ id }: { id: number }) => id));
        after = page.pagination.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(data.length);
    }
    for (const role of ['Viewer', 'Approver'] as const)
      expectProblem(await (await as(role)).get('/api/api-keys/everybody'), 403);
  });

  test('are revoked by administrators, with an entry that says whose key it was', async () => {
    const [owner, admin] = [await createUser('Viewer'), await createUser('Admin')];
    const key = await make(await asUser(owner.id), ['budgets.view']);
    const revoke = async (who: Person) => who.delete(`/api/api-keys/everybody/${key.id}`);
    await api.get('/api/budgets').set(key.headers).expect(200);
    expectProblem(await revoke(await as('Approver')), 403);
    expect((await revoke(await asUser(admin.id))).status).toBe(204);
    expectProblem(await api.get('/api/budgets').set(key.headers), 401);
    expectProblem(await revoke(await asUser(admin.id)), 404);
    const { body } = await (
      await asUser(admin.id)
    )
      .get('/api/audit')
      .query({ subjectType: 'api-key', subjectId: key.id, action: 'api-key.revoked' });
    expect(body.data).toMatchObject([{ actorId: admin.id, changes: { owner: { from: owner.email, to: null } } }]);
  });
});

describe('a new password', () => {
  const change = async (userId: number, more: object) =>
    (await asUser(userId))
      .post('/api/auth/password')
      .send({ current: password, next: 'the next long password', ...more })
      .expect(200);

  test('leaves the keys of its owner, unless they are to end with the old one', async () => {
    const [owner, other] = [await createUser('Viewer'), await createUser('Viewer')];
    const keys: Awaited<ReturnType<typeof make>>[] = [];
    for (const { id } of [owner, owner, other]) keys.push(await make(await asUser(id), ['budgets.view']));
    const statuses = async () => {
      const all = [];
      for (const { headers } of keys) all.push((await api.get('/api/budgets').set(headers)).status);
      return all;
    };
    await change(other.id, {});
    expect(await statuses()).toEqual([200, 200, 200]);
    await change(owner.id, { revokeKeys: true });
    expect(await statuses()).toEqual([401, 401, 200]);
    const revoked = await sql(
      `SELECT FROM audit_entries WHERE action = 'api-key.revoked' AND subject_id = ANY ($1) AND actor_id = $2`,
      [keys.map(({ id }) => id), owner.id],
    );
    expect(revoked).toHaveLength(2);
  });
});
