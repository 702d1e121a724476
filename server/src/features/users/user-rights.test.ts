import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createEntity,
  createService,
  createUser,
  createYear,
  everyMonth,
  password,
} from '../../../test/factories/index.ts';
import { api, as, asUser, type Person } from '../../../test/harness/as.ts';
import { startAnother } from '../../../test/harness/instances.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';

let admin: Person;
let year: Awaited<ReturnType<typeof createYear>>;

beforeAll(async () => {
  year = await createYear();
  admin = await as('Admin');
});
const patch = (id: number, version: number, body: object, who = admin) =>
  who.patch(`/api/users/${id}`).set('if-match', `"v${version}"`).send(body);

describe('a change of rights', () => {
  test('of the role takes effect on the next request, in both directions', async () => {
    const user = await createUser('Viewer');
    const session = await asUser(user.id);
    const addTower = (name: string) => session.post('/api/towers').send({ name });
    expectProblem(await addTower('As Viewer'), 403);
    await patch(user.id, 1, { role: 'Approver' }).expect(200);
    await addTower('As Approver').expect(201);
    await patch(user.id, 2, { role: 'Viewer' }).expect(200);
    expectProblem(await addTower('As Viewer again'), 403);
  });

  test('of the scope takes effect on the next request', async () => {
    const [one, two] = [await createEntity(), await createEntity()];
    const line = { planId: year.planId, months: everyMonth('10.00') };
    const [first, second] = [
      await createService({ entityId: one.id }, line),
      await createService({ entityId: two.id }, line),
    ];
    const user = await createUser('Viewer', [one.id]);
    const session = await asUser(user.id);
    const seen = async () => {
      const { body } = await session.get('/api/budgets').expect(200);
      return body.data.map(({ id }: { id: number }) => id);
    };
    expect(await seen()).toEqual([first.id]);
    await patch(user.id, 1, { entityIds: [two.id] }).expect(200);
    expect(await seen()).toEqual([second.id]);
    await patch(user.id, 2, { entityIds: [] }).expect(200);
    expect(await seen()).toEqual([]);
    await patch(user.id, 3, { entityIds: null }).expect(200);
    expect(await seen()).toEqual(expect.arrayContaining([first.id, second.id]));
  });

  test('shuts a disabled user out at once, here and in other processes, and the session does not come back with them', async () => {
    const user = await createUser('Viewer');
    const session = await asUser(user.id);
    const other = await startAnother();
    try {
      const there = () => request(other.origin).get('/api/auth/me').set(session.headers);
      await there().expect(200);
      await session.get('/api/auth/me').expect(200);

      await patch(user.id, 1, { disabled: true }).expect(200);

      expectProblem(await session.get('/api/auth/me'), 401);
      await expect.poll(async () => (await there()).status, { timeout: 5_000 }).toBe(401);
      await patch(user.id, 2, { disabled: false }).expect(200);
      expectProblem(await session.get('/api/auth/me'), 401);
    } finally {
      await other.stop();
    }
  });

  test('by a temporary password ends every session of the user', async () => {
    const user = await createUser('Viewer');
    const session = await asUser(user.id);
    await session.get('/api/auth/me').expect(200);
    const { body } = await admin.post(`/api/users/${user.id}/password`).expect(200);
    expectProblem(await session.get('/api/auth/me'), 401);
    await api.post('/api/auth/sign-in').send({ email: user.email, password: body.temporaryPassword }).expect(200);
  });

  test('by a temporary password no browser is known any more, so none passes by a wait', async () => {
    const user = await createUser('Viewer');
    await api.post('/api/auth/sign-in').send({ email: user.email, password }).expect(200);
    const places = async () => (await sql('SELECT network FROM known_networks WHERE user_id = $1', [user.id])).length;
    expect(await places()).toBeGreaterThan(0);
    await admin.post(`/api/users/${user.id}/password`).expect(200);
    expect(await places()).toBe(0);
  });

  test('is in the audit log, with what it was and is, and without any password', async () => {
    const user = await createUser('Viewer');
    await patch(user.id, 1, { role: 'Editor' }).expect(200);
    const { body: reset } = await admin.post(`/api/users/${user.id}/password`).expect(200);
    const { body, text } = await admin.get('/api/audit').query({ subjectType: 'user', subjectId: user.id }).expect(200);
    expect(body.data).toMatchObject([
      { action: 'user.password-reset' },
      { action: 'user.updated', changes: { role: { from: 'Viewer', to: 'Editor' } } },
    ]);
    expect(text).not.toContain(reset.temporaryPassword);
  });

  test('needs the version it is based on', async () => {
    const { id } = await createUser('Viewer');
    const send = (match?: string) =>
      admin
        .patch(`/api/users/${id}`)
        .set(match === undefined ? {} : { 'if-match': match })
        .send({ name: 'New name' });
    expectProblem(await send(), 428);
    for (const match of ['*', 'W/"v1"', '"1"', 'v1', '"v1", "v2"', '"v0x1"', '""'])
      expectProblem(await send(match), 400);
    const stale = await send('"v7"');
    expectProblem(stale, 412);
    expect(stale.headers.etag).toBe('"v1"');
    await send('"v1"').expect(200);
  });

  test('by two at once on one version: one is done, the other refused', async () => {
    const { id } = await createUser('Viewer');
    const answers = await Promise.all([patch(id, 1, { name: 'One' }), patch(id, 1, { name: 'Two' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test('of nobody, or to nothing, is refused', async () => {
    expectProblem(await patch(2_000_000_000, 1, { name: 'Nobody' }), 404);
    expectProblem(await patch((await createUser('Viewer')).id, 1, {}), 422);
    expectProblem(await admin.post('/api/users/2000000000/password'), 404);
  });
});

describe('the last administrator', () => {
  const onlyAdmins = async (...ids: number[]) => {
    await sql(`UPDATE users SET disabled_at = now() WHERE role = 'Admin' AND id <> ALL ($1)`, [ids]);
    await sql(`UPDATE cache_tags SET version = version + 1 WHERE tag = 'access'`);
  };

  test.each([
    ['given another role', { role: 'Approver' }],
    ['disabled', { disabled: true }],
    ['limited to some entities', { entityIds: [] }],
  ])('cannot be %s', async (_how, change) => {
    const last = await createUser('Admin');
    const session = await asUser(last.id);
    await onlyAdmins(last.id);
    // Neither one who sees only a part nor one who is locked out counts.
    await createUser('Admin', []);
    expectProblem(await patch(last.id, 1, change, session), 409);
    await patch(last.id, 1, { name: 'Still here' }, session).expect(200);

    const second = await createUser('Admin');
    await patch(last.id, 2, change, await asUser(second.id)).expect(200);
  });

  test('remains when two administrators remove each other at the same moment', async () => {
    const [one, two] = [await createUser('Admin'), await createUser('Admin')];
    const [first, second] = [await asUser(one.id), await asUser(two.id)];
    await onlyAdmins(one.id, two.id);

    const answers = await Promise.all([
      patch(one.id, 1, { role: 'Viewer' }, second),
      patch(two.id, 1, { role: 'Viewer' }, first),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const left = await sql(`SELECT FROM users WHERE role = 'Admin' AND disabled_at IS NULL AND all_entities`);
    expect(left).toHaveLength(1);
    admin = await as('Admin');
  });
});
