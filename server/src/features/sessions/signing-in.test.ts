import pg from 'pg';
import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { startAnother } from '../../../test/harness/instances.ts';
import { createUser, createYear, password, sessionOf } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { cookieOf, me, signIn } from '../../../test/harness/sign-in.ts';
import { sql } from '../../../test/harness/sql.ts';
import { config } from '../../config.ts';
import * as sessions from './sessions.service.ts';

/** Somebody waits for a row that another transaction has changed. */
const untilOneWaits = () =>
  expect
    .poll(() =>
      sql('SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()'),
    )
    .toHaveLength(1);

beforeAll(() => createYear());

describe('signing in', () => {
  test('answers who it is and a CSRF token, and sets a cookie that scripts and other sites cannot use', async () => {
    const user = await createUser('Editor');

    const { body, headers } = await signIn(user.email, password).expect(200);

    expect(body.user).toMatchObject({ id: user.id, email: user.email, role: 'Editor', entityIds: null });
    const cookie = cookieOf(headers);
    expect(cookie.name).toBe('opex');
    expect(cookie.whole).toMatch(/; Path=\/;.*HttpOnly; SameSite=Lax$/);
    expect(Buffer.from(cookie.value.split('=')[1] ?? '', 'base64url')).toHaveLength(32);
    const again = await me({ cookie: cookie.value }).expect(200);
    expect(again.body).toEqual(body);
  });

  test('finds the e-mail address in any case and with blanks around it', async () => {
    const user = await createUser('Viewer');
    await signIn(` ${user.email.toUpperCase()} `, password).expect(200);
  });

  test('keeps only a hash of the token and of the password', async () => {
    const user = await createUser('Viewer');
    const { headers } = await signIn(user.email, password).expect(200);
    const token = cookieOf(headers).value.split('=')[1] ?? '';
    const [stored] = await sql<{ everything: string }>(
      `SELECT (SELECT string_agg(s::text || encode(token_hash, 'escape'), '') FROM sessions s) || (SELECT string_agg(u::text, '') FROM users u) AS everything`,
    );
    expect(stored?.everything).toContain('argon2id');
    expect(stored?.everything).not.toContain(token);
    expect(stored?.everything).not.toContain(password);
  });

  test('gives a new session each time, whatever cookie came along', async () => {
    const user = await createUser('Viewer');
    const planted = 'opex=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const first = cookieOf((await signIn(user.email, password).set('cookie', planted).expect(200)).headers);
    const second = cookieOf((await signIn(user.email, password).set('cookie', first.value).expect(200)).headers);
    expect(new Set([planted, first.value, second.value]).size).toBe(3);
    await me({ cookie: planted }).expect(401);
    await me({ cookie: second.value }).expect(200);
  });

  test.each([
    ['of the same person', (email: string) => Promise.resolve(email)],
    ['of somebody else', async () => (await createUser('Editor')).email],
  ])('ends the live session that came along, on every instance: one %s', async (_whose, nextEmail) => {
    const before = await createUser('Viewer');
    const [old, elsewhere] = [await sessionOf(before.id), await sessionOf(before.id)];
    const other = await startAnother();
    const meThere = () => request(other.origin).get('/api/auth/me').set(old);
    try {
      await me(old).expect(200);
      await meThere().expect(200);

      const { headers } = await signIn(await nextEmail(before.email), password)
        .set('cookie', old.cookie)
        .expect(200);

      await me(old).expect(401);
      await expect.poll(async () => (await meThere()).status).toBe(401);
      await me(elsewhere).expect(200);
      await me({ cookie: cookieOf(headers).value }).expect(200);
    } finally {
      await other.stop();
    }
  });

  test('that fails leaves the session that came along', async () => {
    const user = await createUser('Viewer');
    const old = await sessionOf(user.id);
    await signIn(user.email, 'not the password').set('cookie', old.cookie).expect(401);
    await me(old).expect(200);
  });

  test('ignores a cookie of a session that is over', async () => {
    const user = await createUser('Viewer');
    const old = await sessionOf(user.id);
    await sql('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [user.id]);
    const { headers } = await signIn(user.email, password).set('cookie', old.cookie).expect(200);
    await me({ cookie: cookieOf(headers).value }).expect(200);
  });

  test.each([
    ['its password is being changed', `UPDATE users SET password_hash = 'another' WHERE id = $1`],
    ['it is being disabled', 'UPDATE users SET disabled_at = now() WHERE id = $1'],
  ])('gives no session to an account while %s', async (_what, change) => {
    const { id, email } = await createUser('Viewer');
    const changing = new pg.Client({ connectionString: config.DATABASE_URL });
    await changing.connect();
    try {
      await changing.query('BEGIN');
      await changing.query(change, [id]);
      await changing.query('DELETE FROM sessions WHERE user_id = $1', [id]);
      const answer = signIn(email, password).then((response) => response);
      await Promise.race([answer, untilOneWaits()]);
      await changing.query('COMMIT');
      expectProblem(await answer, 401);
      expect(await sql('SELECT FROM sessions WHERE user_id = $1', [id])).toEqual([]);
    } finally {
      await changing.end();
    }
  });

  test('answers alike for a wrong password, an unknown user and a disabled one', async () => {
    const [known, disabled] = [await createUser('Viewer'), await createUser('Viewer')];
    await sql('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
    const answers = [
      await signIn(known.email, 'not the password'),
      await signIn('nobody@example.com', 'not the password'),
      await signIn(disabled.email, password),
    ].map((response) => {
      const { requestId: _, ...body } = expectProblem(response, 401);
      const {
        date: _date,
        'x-request-id': _id,
        ratelimit: _limit,
        etag: _tag,
        ...headers
      } = response.headers as Record<string, string>;
      return { body, headers };
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.headers).not.toHaveProperty('set-cookie');
  });

  test('takes about as long for an unknown user as for a wrong password', async () => {
    const { email } = await createUser('Viewer');
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 15; round++) {
      for (const [who, name] of [
        ['known', email],
        ['unknown', 'nobody@example.com'],
      ] as const) {
        const started = performance.now();
        await sessions
          .signIn(name, 'wrong', { address: `10.0.${round}.1`, userAgent: '', device: '' })
          .catch(() => undefined);
        times[who].push(performance.now() - started);
      }
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[7]!;
    expect(median(times.unknown)).toBeGreaterThan(median(times.known) * 0.5);
    expect(median(times.unknown)).toBeLessThan(median(times.known) * 2);
  });

  test.each([
    ['an object for the e-mail', { email: { contains: '' }, password }, '/email'],
    ['an object for the password', { email: 'a@example.com', password: { $ne: null } }, '/password'],
    ['no password', { email: 'a@example.com' }, '/password'],
    ['a password of 257 bytes', { email: 'a@example.com', password: 'x'.repeat(257) }, '/password'],
    ['a password of 129 two-byte letters', { email: 'a@example.com', password: 'é'.repeat(129) }, '/password'],
    ['another field', { email: 'a@example.com', password, admin: true }, '/admin'],
  ])('refuses %s', async (_what, body, pointer) => {
    const response = await api.post('/api/auth/sign-in').send(body);
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe(pointer);
  });

  test('takes a password of 256 bytes', async () => {
    expectProblem(await signIn('nobody@example.com', 'x'.repeat(256)), 401);
  });
});
