import request from 'supertest';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { startAnother } from '../../../test/harness/instances.ts';
import { createUser, createYear, password, sessionOf, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { cookieOf, me } from '../../../test/harness/sign-in.ts';
import { sql } from '../../../test/harness/sql.ts';
import { proxyTo } from '../../../test/harness/tcp-proxy.ts';
import { config } from '../../config.ts';
const minutes = (count: number) => count * 60_000;
/** Only the clock moves; timers run as ever. */
const atTime = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time });
afterEach(() => vi.useRealTimers());

beforeAll(() => createYear());

describe('a session', () => {
  test('ends with signing out: the cookie is taken back and worth nothing', async () => {
    const session = await signedInAs('Viewer');
    const { headers } = await api.post('/api/auth/sign-out').set(session).expect(204);
    expect(cookieOf(headers).whole).toMatch(/^opex=;.*Expires=Thu, 01 Jan 1970/);
    expectProblem(await me(session), 401);
  });

  test('ends after half an hour without a request', async () => {
    const session = await signedInAs('Viewer');
    const start = Date.now();
    await me(session).expect(200);
    atTime(start + minutes(29));
    await me(session).expect(200);
    atTime(start + minutes(29 + 31));
    await me(session).expect(401);
  });

  test('that was last seen long ago is not revived by a process that never met it', async () => {
    const user = await createUser('Viewer');
    const session = await sessionOf(user.id);
    await sql(`UPDATE sessions SET last_seen_at = now() - interval '31 minutes' WHERE user_id = $1`, [user.id]);
    await me(session).expect(401);
  });

  test('ends after twelve hours, however busy', async () => {
    const session = await signedInAs('Viewer');
    const start = Date.now();
    for (let at = 0; at < 12 * 60; at += 25) {
      atTime(start + minutes(at));
      await me(session).expect(200);
    }
    atTime(start + minutes(12 * 60 + 1));
    await me(session).expect(401);
  });

  test('is listed with its device, and the current one is marked', async () => {
    const user = await createUser('Viewer');
    const [here, elsewhere] = [await sessionOf(user.id), await sessionOf(user.id)];
    await sessionOf((await createUser('Viewer')).id);

    const { body } = await api.get('/api/auth/sessions').set(here).expect(200);

    expect(body.data).toHaveLength(2);
    expect(body.data.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect(body.data[0]).toMatchObject({ address: '127.0.0.1', userAgent: 'test' });
    const other = body.data.find(({ current }: { current: boolean }) => !current);
    await api
      .delete(`/api/auth/sessions/${String(other.id)}`)
      .set(here)
      .expect(204);
    await me(elsewhere).expect(401);
    await me(here).expect(200);
  });

  test('of somebody else cannot be ended', async () => {
    const other = await createUser('Viewer');
    const theirs = await sessionOf(other.id);
    const [row] = await sql<{ id: number }>('SELECT id FROM sessions WHERE user_id = $1', [other.id]);
    expectProblem(await api.delete(`/api/auth/sessions/${row?.id}`).set(await signedInAs('Admin')), 404);
    await me(theirs).expect(200);
  });

  test('can end all others of the same person', async () => {
    const user = await createUser('Viewer');
    const [here, second, third] = [await sessionOf(user.id), await sessionOf(user.id), await sessionOf(user.id)];
    const stranger = await signedInAs('Viewer');
    await me(second).expect(200);
    await api.delete('/api/auth/sessions').set(here).expect(204);
    await me(second).expect(401);
    await me(third).expect(401);
    await me(here).expect(200);
    await me(stranger).expect(200);
  });

  test('answers 503 and keeps the cookie while the store is away, and goes on when it is back', async () => {
    const session = await signedInAs('Viewer');
    const way = await proxyTo(config.DATABASE_URL);
    const other = await startAnother({ DATABASE_URL: way.url, DATABASE_READ_REPLICA_URL: '' });
    try {
      await request(other.origin).get('/api/auth/me').set(session).expect(200);
      await way.cut();
      const away = await request(other.origin).get('/api/auth/me').set(session);
      expectProblem(away, 503);
      expect(away.headers['retry-after']).toBe('1');
      expect(away.headers).not.toHaveProperty('set-cookie');
      await way.mend();
      await request(other.origin).get('/api/auth/me').set(session).expect(200);
    } finally {
      await other.stop();
      await way.cut();
    }
  });

  test('has a cookie that only https carries where the public address is https', async () => {
    const { email } = await createUser('Viewer');
    const other = await startAnother({ PUBLIC_URL: 'https://opex.example.com' });
    try {
      const { headers } = await request(other.origin)
        .post('/api/auth/sign-in')
        .set('host', 'opex.example.com')
        .send({ email, password })
        .expect(200);
      expect(cookieOf(headers).name).toBe('__Host-opex');
      expect(cookieOf(headers).whole).toMatch(/; Path=\/;.*HttpOnly; Secure; SameSite=Lax$/);
      expect(cookieOf(headers).whole).not.toMatch(/Domain/i);
      expect(headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
    } finally {
      await other.stop();
    }
  });
});
