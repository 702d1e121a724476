import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAnother } from '../../../test/harness/instances.ts';
import { startServer } from '../../../test/harness/server.ts';
import { createYear, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { createApp } from '../../app.ts';

const app = createApp();
let session: Awaited<ReturnType<typeof signedInAs>>;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  await createYear();
  session = await signedInAs('Admin');
  server = await startServer(app);
});
afterAll(() => server.close());

/** Counting starts anew with each minute of the clock, so a test of it begins while enough of one is left. */
async function minuteWithRoom({ seconds }: { seconds: number }) {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < seconds * 1_000) await sleep(left);
}

describe('too many requests', () => {
  test('from one address answer 429 and say when to come back', async () => {
    const other = await startAnother({ REDIS_URL: '', RATE_LIMIT_PER_ADDRESS: '3' });
    try {
      const ask = () => request(other.origin).get('/api/roles').set(session);
      await minuteWithRoom({ seconds: 5 });
      for (let count = 0; count < 3; count++) await ask().expect(200);
      const refused = await ask();
      expectProblem(refused, 429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
      await request(other.origin).get('/livez').expect(200);
    } finally {
      await other.stop();
    }
  });

  test('of one person answer 429, and other people go on', async () => {
    const other = await startAnother({ REDIS_URL: '', RATE_LIMIT_PER_USER: '3' });
    try {
      const ask = (who: Record<string, string>) => request(other.origin).get('/api/roles').set(who);
      const another = await signedInAs('Viewer');
      await minuteWithRoom({ seconds: 5 });
      for (let count = 0; count < 3; count++) await ask(session).expect(200);
      expectProblem(await ask(session), 429);
      await ask(another).expect(200);
    } finally {
      await other.stop();
    }
  });

  test('to sign in answer 429, and those who are in go on', async () => {
    const other = await startAnother({ REDIS_URL: '', SIGN_IN_LIMIT_PER_ADDRESS: '2' });
    try {
      const signIn = () =>
        request(other.origin)
          .post('/api/auth/sign-in')
          .send({ email: `${Math.random()}@example.com`, password: 'x' });
      for (let count = 0; count < 2; count++) await signIn().expect(401);
      const refused = await signIn();
      expectProblem(refused, 429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      await request(other.origin).get('/api/roles').set(session).expect(200);
    } finally {
      await other.stop();
    }
  });

  test('cannot be hidden behind a forged address', async () => {
    const other = await startAnother({ REDIS_URL: '', RATE_LIMIT_PER_ADDRESS: '2' });
    try {
      const ask = (address: string) =>
        request(other.origin)
          .get('/api/roles')
          .set(session)
          .set({ 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` });
      await minuteWithRoom({ seconds: 5 });
      await ask('203.0.113.1').expect(200);
      await ask('203.0.113.2').expect(200);
      await ask('203.0.113.3').expect(429);
    } finally {
      await other.stop();
    }
  });

  test.skipIf(!process.env['TEST_REDIS_URL'])('are counted across processes', async () => {
    const settings = { RATE_LIMIT_PER_USER: '40', REDIS_URL: `${process.env['TEST_REDIS_URL']}/14` };
    const [one, two] = [await startAnother(settings), await startAnother(settings)];
    try {
      const statuses: number[] = [];
      await minuteWithRoom({ seconds: 15 });
      for (let count = 0; count < 60; count++) {
        for (const { origin } of [one, two])
          statuses.push((await request(origin).get('/api/roles').set(session)).status);
        if (count % 5 === 0) await sleep(300);
      }
      const passed = statuses.filter((status) => status === 200).length;
      expect(statuses).toContain(429);
      expect(passed).toBeGreaterThanOrEqual(40);
      // Two processes without a common count would let 80 pass.
      expect(passed).toBeLessThan(80);
    } finally {
      await one.stop();
      await two.stop();
    }
  });
});
