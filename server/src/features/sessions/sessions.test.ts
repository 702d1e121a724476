import pg from 'pg';
import request from 'supertest';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { startAnother } from '../../../test/harness/instances.ts';
import { createUser, createYear, password, sessionOf, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { proxyTo } from '../../../test/harness/tcp-proxy.ts';
import { config } from '../../config.ts';
import type { AppError } from '../../lib/errors.ts';
import * as sessions from './sessions.service.ts';

const signIn = (email: unknown, secret: unknown) => api.post('/api/auth/sign-in').send({ email, password: secret });
const me = (headers: Record<string, string>) => api.get('/api/auth/me').set(headers);
const cookieOf = (headers: Record<string, unknown>) => {
  const [cookie = ''] = headers['set-cookie'] as string[];
  return { name: cookie.split('=')[0], value: cookie.split(';')[0] ?? '', whole: cookie };
};
const minutes = (count: number) => count * 60_000;
/** Only the clock moves; timers run as ever. */
const atTime = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time });
afterEach(() => vi.useRealTimers());

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
        await sessions.signIn(name, 'wrong', { address: `10.0.${round}.1`, userAgent: '' }).catch(() => undefined);
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

describe('guessing passwords', () => {
  // However busy the machine is, no wait passes unless a test says so.
  beforeEach(() => void atTime(Date.now()));

  const guesser = { address: '198.51.100.7', userAgent: 'guesser' };
  const guess = (email: string, address = guesser.address) =>
    sessions.signIn(email, 'a wrong guess', { ...guesser, address });

  test('waits longer with each failure, also for the next address of the network, while the owner gets in from elsewhere', async () => {
    const { email } = await createUser('Viewer');
    const now = Date.now();
    for (let failure = 1; failure <= 5; failure++) await expect(guess(email)).rejects.toMatchObject({ status: 401 });

    await expect(guess(email)).rejects.toMatchObject({ status: 429, details: { retryAfterSeconds: 2 } });
    await expect(guess(email, '198.51.100.8')).rejects.toMatchObject({ status: 429 });
    await expect(sessions.signIn(email, password, guesser)).rejects.toMatchObject({ status: 429 });
    await expect(sessions.signIn(email, password, { address: '203.0.113.5', userAgent: '' })).resolves.toMatchObject({
      user: { email },
    });

    atTime(now + minutes(1));
    await expect(guess(email)).rejects.toMatchObject({ status: 401 });
    await expect(guess(email)).rejects.toMatchObject({ status: 429, details: { retryAfterSeconds: 4 } });
  });

  test('waits for accounts that do not exist as for those that do', async () => {
    const waits = async (email: string) => {
      for (let failure = 1; failure <= 5; failure++) await guess(email).catch(() => undefined);
      return guess(email).catch((error: unknown) => error);
    };
    const known = answerOf(await waits((await createUser('Viewer')).email));
    expect(known.status).toBe(429);
    expect(answerOf(await waits('nobody-at-all@example.com'))).toEqual(known);
  });

  test('forgets failures after a success', async () => {
    const { email } = await createUser('Viewer');
    for (let round = 0; round < 2; round++) {
      for (let failure = 1; failure <= 4; failure++) await expect(guess(email)).rejects.toMatchObject({ status: 401 });
      await sessions.signIn(email, password, guesser);
    }
  });

  /** What the caller is told; the log is told more. */
  const answerOf = (error: unknown) => {
    const { status, message, details } = error as AppError;
    return { status, message, retryAfterSeconds: details.retryAfterSeconds };
  };
  const statusOf = (error: unknown) => (error as AppError).status;
  const answersOf = (guesses: Promise<unknown>[]) => Promise.all(guesses.map((one) => one.then(() => 200, statusOf)));
  const countOf = (statuses: number[], status: number) => statuses.filter((one) => one === status).length;

  test('lets no more guesses through at once than one after the other', async () => {
    const { email } = await createUser('Viewer');
    for (const name of [email, 'nobody-in-parallel@example.com']) {
      const statuses = await answersOf(Array.from({ length: 45 }, () => guess(name)));
      expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([5, 40]);
    }
  });

  test('counts every spelling that finds the account as that account', async () => {
    const { id, email } = await createUser('Viewer');
    await sql('UPDATE users SET email = $2 WHERE id = $1', [id, `i${email}`]);
    const spellings = [
      `i${email}`,
      `I${email}`,
      `\u0130${email}`,
      `i${email}\u0085`,
      `\u2003i${email}`,
      `i${email} \u3000`,
    ];
    const found = [];
    for (const name of spellings)
      found.push(...(await sql('SELECT FROM users WHERE id = $1 AND name_key(email) = name_key($2)', [id, name])));
    expect(found.length).toBeGreaterThan(3);
    const waits = new Set<unknown>();
    for (let failure = 1; failure <= 5; failure++) await guess(`i${email}`).catch(() => undefined);
    for (const name of spellings) waits.add(await guess(name).catch(statusOf));
    expect([...waits]).toEqual([429]);
  });

  test('counts every spelling of a name that nobody has as one name', async () => {
    const spellings = [
      'No One@example.com',
      ' no one@example.com',
      'NO  ONE@EXAMPLE.COM',
      'no\tone@example.com',
      'no one@example.com ',
    ];
    for (const name of spellings) await expect(guess(name)).rejects.toMatchObject({ status: 401 });
    for (const name of spellings) await expect(guess(name)).rejects.toMatchObject({ status: 429 });
  });

  test.each([
    ['2001:db8:7::1', '2001:db8:7::2', '2001:db8:7:1::1'],
    ['2001:db8:8:1::9', '2001:0DB8:0008:0001:ffff::1', '2001:db8:8:2::9'],
    ['::ffff:192.0.2.9', '192.0.2.77', '192.0.3.9'],
  ])('counts %s and %s as one network, and %s as another', async (one, neighbour, stranger) => {
    const { email } = await createUser('Viewer');
    for (let failure = 1; failure <= 5; failure++) await guess(email, one).catch(() => undefined);
    await expect(guess(email, neighbour)).rejects.toMatchObject({ status: 429 });
    await expect(guess(email, stranger)).rejects.toMatchObject({ status: 401 });
  });

  describe('from many networks', () => {
    const network = (number: number) => `10.${number}.0.1`;
    const fromMany = (email: string, many: number) =>
      answersOf(Array.from({ length: many }, (_, number) => guess(email, network(number))));

    test('soon waits everywhere, except where the owner has been before', async () => {
      const { email } = await createUser('Viewer');
      const home = { address: '203.0.113.5', userAgent: '' };
      const signInFrom = (address: string) => sessions.signIn(email, password, { address, userAgent: '' });
      await sessions.signIn(email, password, home);

      const statuses = await fromMany(email, 60);

      // The owner's own first time at home was one of the twenty.
      expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([19, 41]);
      await expect(signInFrom('10.200.0.1')).rejects.toMatchObject({ status: 429 });
      await expect(signInFrom('203.0.113.77')).resolves.toMatchObject({ user: { email } });
      atTime(Date.now() + minutes(5));
      await expect(signInFrom('10.200.0.1')).resolves.toMatchObject({ user: { email } });
      await expect(signInFrom('10.200.0.1')).resolves.toMatchObject({ user: { email } });
    });

    test('waits as long for an account that does not exist', async () => {
      const answers = [];
      for (const email of [(await createUser('Viewer')).email, 'nobody-anywhere@example.com']) {
        const statuses = await fromMany(email, 30);
        const next = await guess(email, '10.200.0.1').catch(answerOf);
        answers.push({ refused: countOf(statuses, 429), next });
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[0]).toMatchObject({ refused: 10, next: { status: 429, retryAfterSeconds: 2 } });
    });
  });

  test('says in HTTP how long to wait', async () => {
    const { email } = await createUser('Viewer');
    for (let failure = 1; failure <= 5; failure++) await signIn(email, 'wrong').expect(401);
    const response = await signIn(email, password);
    expectProblem(response, 429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  });
});

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

describe('changing the password', () => {
  const change = (headers: Record<string, string>, current: string, next: string) =>
    api.post('/api/auth/password').set(headers).send({ current, next });
  const fresh = 'the next long password';

  test('ends every other session and the old one here, and goes on with a new one', async () => {
    const user = await createUser('Viewer');
    const [here, elsewhere] = [await sessionOf(user.id), await sessionOf(user.id)];
    await me(elsewhere).expect(200);

    const { body, headers } = await change(here, password, fresh).expect(200);

    await me(elsewhere).expect(401);
    await me(here).expect(401);
    const { body: now } = await me({ cookie: cookieOf(headers).value }).expect(200);
    expect(now.csrfToken).toBe(body.csrfToken);
    await signIn(user.email, password).expect(401);
    await signIn(user.email, fresh).expect(200);
  });

  test.each([
    ['a short one', 'elevenchars'],
    ['a common one', 'password1234'],
    ['a repeated one', 'abcabcabcabc'],
    ['a word with what everybody adds', 'Password123!'],
    ['a greeting and the year', 'Welcome@2026'],
    ['the same one', password],
    ['one of 257 bytes', 'x'.repeat(257)],
  ])('refuses %s', async (_what, next) => {
    const response = await change(await signedInAs('Viewer'), password, next);
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe('/next');
  });

  test('refuses one that contains the e-mail name', async () => {
    const user = await createUser('Viewer');
    const next = `xx ${user.email.split('@')[0]} yy`;
    const response = await change(await sessionOf(user.id), password, next);
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe('/next');
  });

  test('waits between guesses of the current one as signing in does, and shares its count', async () => {
    const user = await createUser('Viewer');
    const session = await sessionOf(user.id);
    const guesses = await Promise.all(Array.from({ length: 45 }, () => change(session, 'not this one', fresh)));
    expect(guesses.filter(({ status }) => status === 422)).toHaveLength(5);
    const refused = guesses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(40);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expectProblem(await change(session, password, fresh), 429);
    expectProblem(await signIn(user.email, password), 429);
  });

  test('wants the current one', async () => {
    const response = await change(await signedInAs('Viewer'), 'not this one', fresh);
    expect(expectProblem(response, 422).errors?.[0]?.pointer).toBe('/current');
  });

  test('refuses one with the name of its owner, and says what to do', async () => {
    const user = await createUser('Viewer');
    await sql('UPDATE users SET name = $2 WHERE id = $1', [user.id, 'Asha Krishnamurthy']);
    const response = await change(await sessionOf(user.id), password, 'krishnamurthy lives here');
    expect(expectProblem(response, 422).errors).toEqual([
      { pointer: '/next', code: 'rule', message: 'Leave out your name, your e-mail address and the company' },
    ]);
  });

  test('comes first for whoever has a temporary one', async () => {
    const user = await createUser('Editor');
    await sql('UPDATE users SET must_change_password = true WHERE id = $1', [user.id]);
    const session = await sessionOf(user.id);
    for (const address of ['/api/budgets', '/api/fiscal-years', '/api/roles', '/api/events'])
      expectProblem(await api.get(address).set(session), 403);
    const { body } = await me(session).expect(200);
    expect(body.user.mustChangePassword).toBe(true);

    const { headers } = await change(session, password, fresh).expect(200);

    await api
      .get('/api/budgets')
      .set({ cookie: cookieOf(headers).value })
      .expect(200);
  });
});
