import { beforeAll, describe, expect, test } from 'vitest';
import { createUser, password } from '../../../test/factories/index.ts';
import { api, as } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import type { AppError } from '../../lib/errors.ts';
import { hashPassword, isPassword } from '../../lib/passwords/passwords.ts';

const times = <Result>(count: number, work: () => Promise<Result>) => Array.from({ length: count }, work);
let hash: string;
beforeAll(async () => {
  hash = await hashPassword(password);
});

/** As many people sign in again and again as find room to wait. */
function startRush() {
  let isOver = false;
  const signInAgain = async () => {
    while (!isOver) await isPassword(hash, password, 'signIn');
  };
  const all = Promise.all(times(102, signInAgain));
  return {
    end: () => {
      isOver = true;
      return all;
    },
  };
}

describe('hashing', () => {
  test('serves everybody who signs in before the changes of passwords that came earlier', async () => {
    const done: string[] = [];
    const changes = times(15, () => hashPassword('some password').then(() => done.push('change')));
    const signIns = times(15, () => isPassword(hash, password, 'signIn').then(() => done.push('sign-in')));
    await Promise.all([...changes, ...signIns]);
    // Two changes had begun; another one begins when no sign-in waits any more.
    const nearTheEnd = done.lastIndexOf('sign-in', done.lastIndexOf('sign-in') - 1);
    expect(done.slice(0, nearTheEnd).filter((what) => what === 'change').length).toBeLessThanOrEqual(2);
  });

  test('refuses who would wait too long, and tells when to come back; signing in goes on meanwhile', async () => {
    const outcomes = times(40, () =>
      hashPassword('some password').then(
        () => 'done',
        (error: unknown) => `${(error as AppError).status} after ${(error as AppError).details.retryAfterSeconds}`,
      ),
    );
    await expect(isPassword(hash, password, 'signIn')).resolves.toBe(true);
    const all = await Promise.all(outcomes);
    expect(all.filter((outcome) => outcome === 'done')).toHaveLength(22);
    expect(all.filter((outcome) => outcome === '503 after 1')).toHaveLength(18);
    await expect(hashPassword('some password')).resolves.toContain('argon2id');
  });

  test('answers 503 in HTTP, and is open again afterwards', async () => {
    const { email } = await createUser('Viewer');
    const signIn = () => api.post('/api/auth/sign-in').send({ email, password });
    const rush = startRush();
    const refused = await signIn();
    expectProblem(refused, 503);
    expect(refused.headers['retry-after']).toBe('1');
    await rush.end();
    await signIn().expect(200);
  });

  test('of a password that is reset keeps no connection of the database waiting', async () => {
    const [admin, user] = [await as('Admin'), await createUser('Viewer')];
    const rush = startRush();
    const reset = admin.post(`/api/users/${user.id}/password`).then((response) => response);
    const waiting = [];
    for (let looks = 0; looks < 50; looks++)
      waiting.push(
        ...(await sql(
          `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
        )),
      );
    await rush.end();
    expect((await reset).status).toBe(200);
    expect(waiting).toEqual([]);
  });
});
