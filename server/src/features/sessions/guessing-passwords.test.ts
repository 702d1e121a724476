import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createUser, createYear, password } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { signIn } from '../../../test/harness/sign-in.ts';
import { sql } from '../../../test/harness/sql.ts';
import type { AppError } from '../../lib/errors.ts';
import * as sessions from './sessions.service.ts';

const minutes = (count: number) => count * 60_000;
/** Only the clock moves; timers run as ever. */
const atTime = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time });
afterEach(() => vi.useRealTimers());

beforeAll(() => createYear());

describe('guessing passwords', () => {
  // However busy the machine is, no wait passes unless a test says so.
  beforeEach(() => void atTime(Date.now()));

  const guesser = { address: '198.51.100.7', userAgent: 'guesser', device: 'of a stranger' };
  const guess = (email: string, address = guesser.address) =>
    sessions.signIn(email, 'a wrong guess', { ...guesser, address });

  test('waits longer with each failure, also for the next address of the network, while the owner gets in from elsewhere', async () => {
    const { email } = await createUser('Viewer');
    const now = Date.now();
    for (let failure = 1; failure <= 5; failure++) await expect(guess(email)).rejects.toMatchObject({ status: 401 });

    await expect(guess(email)).rejects.toMatchObject({ status: 429, details: { retryAfterSeconds: 2 } });
    await expect(guess(email, '198.51.100.8')).rejects.toMatchObject({ status: 429 });
    await expect(sessions.signIn(email, password, guesser)).rejects.toMatchObject({ status: 429 });
    await expect(
      sessions.signIn(email, password, { ...guesser, address: '203.0.113.5', device: 'of the owner' }),
    ).resolves.toMatchObject({
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
      const home = { ...guesser, address: '203.0.113.5', device: 'at home' };
      const signInFrom = (address: string) => sessions.signIn(email, password, { ...guesser, address });
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

  describe('while a colleague at the same network guesses', () => {
    const own = { ...guesser, device: 'the laptop of the owner' };
    const guessUntilAllWait = async (email: string) => {
      for (let failure = 1; failure <= 5; failure++) await guess(email).catch(() => undefined);
      await expect(guess(email)).rejects.toMatchObject({ status: 429 });
    };

    test('the owner gets in with the browser of earlier days, and from another network too', async () => {
      const { email } = await createUser('Viewer');
      await sessions.signIn(email, password, own);
      await guessUntilAllWait(email);

      await expect(sessions.signIn(email, password, own)).resolves.toMatchObject({ user: { email } });
      await answersOf(Array.from({ length: 30 }, (_, number) => guess(email, `10.${number}.0.1`)));
      await expect(sessions.signIn(email, password, { ...own, address: '192.0.2.200' })).resolves.toBeDefined();
    });

    test('guesses from the browser of the owner wait as any others do', async () => {
      const { email } = await createUser('Viewer');
      await sessions.signIn(email, password, own);
      const guesses = Array.from({ length: 45 }, () => sessions.signIn(email, 'a wrong guess', own));
      const statuses = await answersOf(guesses);
      expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([5, 40]);
    });

    test('a browser counts only for those who signed in with it', async () => {
      const [one, other] = [await createUser('Viewer'), await createUser('Viewer')];
      await sessions.signIn(one.email, password, own);
      await guessUntilAllWait(other.email);
      await expect(sessions.signIn(other.email, password, own)).rejects.toMatchObject({ status: 429 });
    });

    test('over HTTP the browser keeps a cookie that outlives the session and that nobody can make up', async () => {
      const { email } = await createUser('Viewer');
      const deviceOf = ({ headers }: { headers: Record<string, unknown> }) =>
        (headers['set-cookie'] as string[]).find((cookie) => cookie.startsWith('opex-device=')) ?? '';
      const first = deviceOf(await signIn(email, password).expect(200));
      expect(first).toMatch(/^opex-device=[\w-]{43}; Max-Age=7776000; Path=\/;.*HttpOnly; SameSite=Lax$/);
      const cookie = first.split(';')[0] ?? '';
      for (let failure = 1; failure <= 5; failure++) await signIn(email, 'wrong').expect(401);

      expectProblem(await signIn(email, password), 429);
      expectProblem(await signIn(email, password).set('cookie', `opex-device=${'A'.repeat(43)}`), 429);
      const again = await signIn(email, password).set('cookie', cookie).expect(200);
      expect(deviceOf(again).split(';')[0]).toBe(cookie);
    });

    test('remembers of one account as many places as a person may have, the latest', async () => {
      const { id, email } = await createUser('Viewer');
      for (let number = 0; number < 3; number++)
        await sessions.signIn(email, password, { ...own, device: `${number}` });
      await sql(
        `INSERT INTO known_networks SELECT $1, 'device:' || number, now() - interval '1 day' FROM generate_series(1, 200) AS number`,
        [id],
      );
      await sessions.clean();
      const [kept] = await sql(
        `SELECT count(*)::int AS places, (count(*) FILTER (WHERE last_used_at > now() - interval '1 hour'))::int AS latest FROM known_networks WHERE user_id = $1`,
        [id],
      );
      expect(kept).toEqual({ places: 100, latest: 4 });
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
