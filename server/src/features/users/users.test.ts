import { beforeAll, describe, expect, test } from 'vitest';
import { createEntity, createUser, createYear } from '../../../test/factories/index.ts';
import { api, as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { hourMs } from '../../lib/time.ts';

let admin: Person;

beforeAll(async () => {
  await createYear();
  admin = await as('Admin');
});

const newUser = { email: 'asha.rao@example.com', name: 'Asha Rao', role: 'Editor', entityIds: null };
const patch = (id: number, version: number, body: object, who = admin) =>
  who.patch(`/api/users/${id}`).set('if-match', `"v${version}"`).send(body);

describe('adding a user', () => {
  test('answers a temporary password that works until its owner has changed it', async () => {
    const { body, headers } = await admin.post('/api/users').send(newUser).expect(201);
    expect(body).toMatchObject({ ...newUser, disabled: false, version: 1, lastSeenAt: null });
    expect(headers.etag).toBe('"v1"');
    expect(body.temporaryPassword.length).toBeGreaterThanOrEqual(12);

    const credentials = { email: newUser.email, password: body.temporaryPassword };
    const signedIn = await api.post('/api/auth/sign-in').send(credentials).expect(200);
    expect(signedIn.body.user.mustChangePassword).toBe(true);
    const { text } = await admin.get(`/api/users/${String(body.id)}`).expect(200);
    expect(text).not.toContain(body.temporaryPassword);
  });

  test.each(['asha.rao@example.com', 'Asha.Rao@EXAMPLE.com', ' asha.rao@example.com '])(
    'refuses %j when there is asha.rao@example.com',
    async (email) => {
      expectProblem(await admin.post('/api/users').send({ ...newUser, email }), 409);
    },
  );

  test.each([
    ['no e-mail address', { email: 'asha' }, '/email'],
    ['an invisible character', { email: 'a\u200bsha@example.com' }, '/email'],
    ['an empty name', { name: '  ' }, '/name'],
    ['an unknown role', { role: 'Owner' }, '/role'],
    ['a password of its own', { password: 'a long enough password' }, '/password'],
    ['no scope at all', { entityIds: undefined }, '/entityIds'],
    ['a text as entity', { entityIds: ['1'] }, '/entityIds/0'],
  ])('refuses %s', async (_what, wrong, pointer) => {
    const response = await admin.post('/api/users').send({ ...newUser, email: 'other@example.com', ...wrong });
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe(pointer);
  });

  test('refuses an entity that does not exist, or that is named twice', async () => {
    const { id } = await createEntity();
    const user = await createUser('Viewer');
    for (const entityIds of [
      [id, 2_000_000_000],
      [id, id],
    ]) {
      expectProblem(await admin.post('/api/users').send({ ...newUser, email: 'x@example.com', entityIds }), 422);
      expectProblem(await patch(user.id, 1, { entityIds }), 422);
    }
  });
});

describe('the list of users', () => {
  test('pages, searches, filters and sorts', async () => {
    const role = { name: 'Zebra Finder', email: 'zebra@example.com' };
    await admin
      .post('/api/users')
      .send({ ...newUser, ...role })
      .expect(201);
    const list = async (query: object) => (await admin.get('/api/users').query(query).expect(200)).body;
    expect((await list({ q: 'ZEBRA' })).data).toMatchObject([role]);
    expect((await list({ 'email.like': 'zebra@' })).data).toMatchObject([role]);
    expect((await list({ role: 'Editor', 'name.ne': 'zebra finder' })).data).not.toContainEqual(
      expect.objectContaining(role),
    );
    const names = (await list({ sort: '-name', limit: 200 })).data.map(({ name }: { name: string }) =>
      name.toLowerCase(),
    );
    expect(names).toEqual([...names].sort().reverse());
  });

  test.each(['name', '-lastSeenAt', 'role,-email'])('by cursor in the order %s gives every user once', async (sort) => {
    await sql(`UPDATE users SET last_seen_at = now() - id % 5 * interval '1 minute' WHERE id % 2 = 0`);
    const whole = (await admin.get('/api/users').query({ sort, limit: 200 }).expect(200)).body;
    const seen: number[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const query = { sort, limit: 3, ...(after && { after }) };
      const { body } = await admin.get('/api/users').query(query).expect(200);
      seen.push(...body.data.map(({ id }: { id: number }) => id));
      after = body.pagination.next;
    }
    expect(seen).toEqual(whole.data.map(({ id }: { id: number }) => id));
    expect(seen).toHaveLength(whole.pagination.total);
  });

  test('never shows a password hash', async () => {
    const { text } = await admin.get('/api/users').query({ limit: 200 }).expect(200);
    expect(text).not.toMatch(/argon2|password/i);
    expectProblem(await admin.get('/api/users').query({ sort: 'passwordHash' }), 422);
  });

  test.each(['Viewer', 'Editor', 'Approver'] as const)('and every user are closed to the role %s', async (role) => {
    const session = await as(role);
    const { id } = await createUser('Viewer');
    expectProblem(await session.get('/api/users'), 403);
    expectProblem(await session.get(`/api/users/${id}`), 403);
    expectProblem(await session.post('/api/users').send({ ...newUser, email: 'x@example.com' }), 403);
    expectProblem(await patch(id, 1, { role: 'Admin' }, session), 403);
    expectProblem(await session.post(`/api/users/${id}/password`), 403);
  });

  test('is not for an administrator of some entities: they could give themselves the others', async () => {
    const { id } = await createEntity();
    const user = await createUser('Admin', [id]);
    const session = await asUser(user.id);
    expectProblem(await patch(user.id, 1, { entityIds: null }, session), 403);
    expectProblem(await session.post('/api/users').send({ ...newUser, email: 'x@example.com' }), 403);
    expectProblem(await session.get('/api/users'), 403);
    const { body } = await session.get('/api/auth/me').expect(200);
    expect(body.user.permissions).not.toContain('users.edit');
    await session.post('/api/towers').send({ name: 'Of a scoped administrator' }).expect(403);
  });
});

test('what each role may do is told to everybody who is signed in', async () => {
  const { body } = await (await as('Viewer')).get('/api/roles').expect(200);
  expect(body.data.map(({ role }: { role: string }) => role)).toEqual(['Viewer', 'Editor', 'Approver', 'Admin']);
  expect(body.data[0].permissions).toEqual(['budgets.view', 'masters.view', 'reports.view', 'api-keys.own']);
});

test('a temporary password works for 72 hours, and its end is told only to who knows it', async () => {
  const { body: user } = await admin
    .post('/api/users')
    .send({ ...newUser, email: 'temporary@example.com' })
    .expect(201);
  const signIn = (password: string) => api.post('/api/auth/sign-in').send({ email: user.email, password });
  const hoursLeft = (Date.parse(user.temporaryPasswordExpiresAt) - Date.now()) / hourMs;
  expect(hoursLeft).toBeGreaterThan(71.9);
  expect(hoursLeft).toBeLessThanOrEqual(72);
  await signIn(user.temporaryPassword).expect(200);

  await sql('UPDATE users SET password_expires_at = now() WHERE id = $1', [user.id]);
  expect(expectProblem(await signIn(user.temporaryPassword), 401).detail).toMatch(/expired; ask an administrator/);
  expect(expectProblem(await signIn('not the password'), 401).detail).toBe('E-mail or password is not right');

  const { body: again } = await admin.post(`/api/users/${String(user.id)}/password`).expect(200);
  const { body, headers } = await signIn(again.temporaryPassword).expect(200);
  const cookie = (headers['set-cookie'] as unknown as string[])[0]?.split(';')[0] ?? '';
  await api
    .post('/api/auth/password')
    .set({ cookie, 'x-csrf-token': body.csrfToken })
    .send({ current: again.temporaryPassword, next: 'the next long password' })
    .expect(200);
  expect(await sql('SELECT password_expires_at AS end FROM users WHERE id = $1', [user.id])).toEqual([{ end: null }]);
  await signIn('the next long password').expect(200);
});
