import { beforeAll, describe, expect, test } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { createUser, createYear, password, sessionOf, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { cookieOf, me, signIn } from '../../../test/harness/sign-in.ts';
import { sql } from '../../../test/harness/sql.ts';

beforeAll(() => createYear());

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
