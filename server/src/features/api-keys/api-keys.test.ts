import type { NewApiKey } from '@opex/contracts/api-keys';
import { keyPermissions, permissions } from '@opex/contracts/permissions';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEntity, createService, createUser, createYear, everyMonth } from '../../../test/factories/index.ts';
import { api, as, asUser } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import * as apiKeys from './api-keys.service.ts';
import { makeKey as make } from '../../../test/stories/api-keys.ts';
import { dayMs } from '../../lib/time.ts';

let year: Awaited<ReturnType<typeof createYear>>;

beforeAll(async () => {
  year = await createYear();
});
afterEach(() => vi.useRealTimers());

describe('an API key', () => {
  test('does what it was given and nothing else its owner may', async () => {
    const key = await make(await as('Admin'), ['budgets.view']);
    await api.get('/api/budgets').set(key.headers).expect(200);
    expectProblem(await api.get('/api/users').set(key.headers), 403);
    expectProblem(await api.post('/api/towers').set(key.headers).send({ name: 'By key' }), 403);
    expectProblem(await api.get('/api/api-keys').set(key.headers), 403);
  });

  test('writes without a CSRF token, in the name of its owner', async () => {
    const owner = await createUser('Approver');
    const key = await make(await asUser(owner.id), ['masters.edit', 'audit.view']);
    const { body: tower } = await api.post('/api/towers').set(key.headers).send({ name: 'Made by key' }).expect(201);
    const { body } = await api.get('/api/audit').query({ action: 'master.created' }).set(key.headers).expect(200);
    expect(body.data[0]).toMatchObject({ actorId: owner.id, actor: owner.name, subjectId: tower.id });
  });

  test('cannot be made to do more than its owner may', async () => {
    const body = { name: 'More', permissions: ['budgets.view', 'users.view'], expiresInDays: 1 };
    expectProblem(await (await as('Approver')).post('/api/api-keys').send(body), 403);
  });

  test('of before, with every permission there is, makes no key and touches no user', async () => {
    const owner = await createUser('Admin');
    const key = await make(await asUser(owner.id), ['users.view']);
    await sql('UPDATE api_keys SET permissions = $2 WHERE id = $1', [key.id, permissions]);
    const send = (method: 'post' | 'patch' | 'delete' | 'get', path: string, body?: object) =>
      api[method](path).set(key.headers).set('if-match', '"v1"').send(body);
    const refused = [
      await send('post', '/api/api-keys', { name: 'More', permissions: ['budgets.view'], expiresInDays: 366 }),
      await send('get', '/api/api-keys'),
      await send('delete', `/api/api-keys/${key.id}`),
      await send('delete', `/api/api-keys/everybody/${key.id}`),
      await send('post', `/api/users/${owner.id}/password`),
      await send('post', '/api/users', { email: 'x@example.com', name: 'X', role: 'Admin', entityIds: null }),
      await send('patch', `/api/users/${owner.id}`, { role: 'Viewer' }),
    ];
    for (const response of refused) expectProblem(response, 403);
    await api.get('/api/users').set(key.headers).expect(200);
    const { body } = await api.get('/api/auth/me').set(key.headers).expect(200);
    expect(body.user.permissions).toEqual(keyPermissions);
  });

  test.each(permissions.filter((one) => !(keyPermissions as readonly string[]).includes(one)))(
    'cannot be given the permission %s',
    async (permission) => {
      const body = { name: 'Key', permissions: [permission], expiresInDays: 1 };
      const response = await (await as('Admin')).post('/api/api-keys').send(body);
      expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe('/permissions/0');
    },
  );

  test('is one of at most twenty that are live, also when they are made at once', async () => {
    const session = await as('Viewer');
    const body = { name: 'One of many', permissions: ['budgets.view'], expiresInDays: 1 };
    const add = () => session.post('/api/api-keys').send(body);
    const answers = await Promise.all(Array.from({ length: 25 }, add));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const response of refused) expectProblem(response, 409);
    const [first, second] = answers
      .filter(({ status }) => status === 201)
      .map((answer) => (answer.body as NewApiKey).id);
    await session.delete(`/api/api-keys/${first}`).expect(204);
    await sql('UPDATE api_keys SET expires_at = now() WHERE id = $1', [second]);
    await add().expect(201);
    await add().expect(201);
    await add().expect(409);
  });

  test('loses with the next request what its owner has lost', async () => {
    const owner = await createUser('Editor');
    const key = await make(await asUser(owner.id), ['budgets.view', 'budgets.edit']);
    const service = await createService({}, { planId: year.planId, months: everyMonth('1') });
    const edit = (version: number) =>
      api
        .patch(`/api/budgets/${service.id}`)
        .set(key.headers)
        .set('if-match', `"v${version}"`)
        .send({ owner: `v${version}` });
    await edit(1).expect(200);
    const admin = await as('Admin');
    await admin.patch(`/api/users/${owner.id}`).set('if-match', '"v1"').send({ role: 'Viewer' }).expect(200);
    expectProblem(await edit(2), 403);
    await api.get('/api/budgets').set(key.headers).expect(200);
    await admin.patch(`/api/users/${owner.id}`).set('if-match', '"v2"').send({ disabled: true }).expect(200);
    expectProblem(await api.get('/api/budgets').set(key.headers), 401);
  });

  test('sees what its owner sees', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const service = await createService({ entityId: other.id }, { planId: year.planId, months: everyMonth('1') });
    const key = await make(await as('Viewer', [mine.id]), ['budgets.view']);
    expectProblem(await api.get(`/api/budgets/${service.id}`).set(key.headers), 404);
  });

  test('is over when it expires', async () => {
    const key = await make(await as('Viewer'), ['budgets.view'], 2);
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now + 1.9 * dayMs });
    await api.get('/api/budgets').set(key.headers).expect(200);
    vi.setSystemTime(now + 2.1 * dayMs);
    expectProblem(await api.get('/api/budgets').set(key.headers), 401);
  });

  test('is over with the next request when it is revoked', async () => {
    const session = await as('Viewer');
    const key = await make(session, ['budgets.view']);
    await api.get('/api/budgets').set(key.headers).expect(200);
    await session.delete(`/api/api-keys/${key.id}`).expect(204);
    expectProblem(await api.get('/api/budgets').set(key.headers), 401);
    expectProblem(await session.delete(`/api/api-keys/${key.id}`), 404);
  });

  test('of somebody else cannot be revoked, not even seen', async () => {
    const key = await make(await as('Viewer'), ['budgets.view']);
    const stranger = await as('Admin');
    expectProblem(await stranger.delete(`/api/api-keys/${key.id}`), 404);
    const { body } = await stranger.get('/api/api-keys').expect(200);
    expect(body.data).toEqual([]);
    await api.get('/api/budgets').set(key.headers).expect(200);
  });

  test('is shown once: the list and the database hold no secret', async () => {
    const session = await as('Viewer');
    const key = await make(session, ['budgets.view']);
    const secret = key.key.slice(key.prefix.length + 1);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);

    const { text, body } = await session.get('/api/api-keys').expect(200);
    const [stored] = await sql<{ row: string }>(
      `SELECT k::text || encode(secret_hash, 'escape') AS row FROM api_keys k WHERE id = $1`,
      [key.id],
    );

    expect(body.data).toMatchObject([
      { id: key.id, name: 'Nightly load', prefix: key.prefix, lastUsedAt: null, revokedAt: null },
    ]);
    expect(text).not.toContain(secret);
    expect(stored?.row).toContain(key.prefix);
    expect(stored?.row).not.toContain(secret);
  });

  test('with another secret behind the same prefix is none', async () => {
    const key = await make(await as('Viewer'), ['budgets.view']);
    const forged = `${key.prefix}_${'A'.repeat(43)}`;
    expectProblem(await api.get('/api/budgets').set({ authorization: `Bearer ${forged}` }), 401);
  });

  test('notes when it was last used', async () => {
    const session = await as('Viewer');
    const key = await make(session, ['budgets.view']);
    await api.get('/api/budgets').set(key.headers).expect(200);
    await apiKeys.flushActivity();
    const { body } = await session.get('/api/api-keys').expect(200);
    expect(Date.now() - Date.parse(body.data[0].lastUsedAt)).toBeLessThan(60_000);
  });

  test('notes its use later when the database refuses to note it now', async () => {
    const session = await as('Viewer');
    const key = await make(session, ['budgets.view']);
    await apiKeys.flushActivity();
    await api.get('/api/budgets').set(key.headers).expect(200);
    await sql('ALTER TABLE api_keys ADD CONSTRAINT refuses CHECK (last_used_at IS NULL) NOT VALID');
    await expect(apiKeys.flushActivity()).rejects.toThrow('refuses');
    await sql('ALTER TABLE api_keys DROP CONSTRAINT refuses');
    await apiKeys.flushActivity();
    const { body } = await session.get('/api/api-keys').expect(200);
    expect(body.data[0].lastUsedAt).not.toBeNull();
  });

  test('has no say over the sessions and the password of its owner', async () => {
    const owner = await createUser('Viewer');
    const session = await asUser(owner.id);
    const key = await make(session, ['budgets.view']);
    expectProblem(await api.get('/api/auth/sessions').set(key.headers), 403);
    expectProblem(await api.delete('/api/auth/sessions').set(key.headers), 403);
    expectProblem(await api.post('/api/auth/sign-out').set(key.headers), 403);
    const next = { current: 'a long enough password', next: 'another long password' };
    expectProblem(await api.post('/api/auth/password').set(key.headers).send(next), 403);
    const { body } = await api.get('/api/auth/me').set(key.headers).expect(200);
    expect(body).toMatchObject({ user: { id: owner.id, permissions: ['budgets.view'] }, csrfToken: null });
    await session.get('/api/auth/me').expect(200);
  });

  test.each([
    ['no permission', { permissions: [] }, '/permissions'],
    ['an unknown permission', { permissions: ['budgets.view', 'everything'] }, '/permissions/1'],
    ['no end', { expiresInDays: 0 }, '/expiresInDays'],
    ['an end too far away', { expiresInDays: 367 }, '/expiresInDays'],
    ['an empty name', { name: ' ' }, '/name'],
  ])('is not made with %s', async (_what, wrong, pointer) => {
    const body = { name: 'Key', permissions: ['budgets.view'], expiresInDays: 1, ...wrong };
    const response = await (await as('Viewer')).post('/api/api-keys').send(body);
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe(pointer);
  });

  test('leaves its making and its end in the audit log, without the secret', async () => {
    const owner = await createUser('Viewer');
    const session = await asUser(owner.id);
    const key = await make(session, ['budgets.view']);
    await session.delete(`/api/api-keys/${key.id}`).expect(204);
    const { body, text } = await (
      await as('Admin')
    )
      .get('/api/audit')
      .query({ subjectType: 'api-key', subjectId: key.id })
      .expect(200);
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual(['api-key.revoked', 'api-key.created']);
    expect(body.data[1].changes).toEqual({
      permissions: { from: null, to: 'budgets.view' },
      expiresAt: { from: null, to: key.expiresAt },
    });
    expect(body.data[0].changes).toEqual({ owner: { from: owner.email, to: null } });
    expect(text).not.toContain(key.key.slice(20));
  });
});
