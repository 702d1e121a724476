import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ApiClient } from '../local/api-client.ts';
import { admin, startInstance } from './harness/instances.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { ask, startSentinels, until } from './harness/sentinels.ts';
import { risingBudget } from './harness/under-fault.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const program = process.env['REDIS_SERVER_PATH'];
const limit = 400;

describe.skipIf(!program)('Redis that is watched by Sentinels dies, and another one takes its place', () => {
  let sentinels: Awaited<ReturnType<typeof startSentinels>>;
  let instances: Awaited<ReturnType<typeof startInstance>>[];
  const cacheOf = async ({ url }: (typeof instances)[number]) =>
    ((await (await fetch(`${url}/health`)).json()) as { cache: string }).cache;
  const both = () => Promise.all(instances.map(cacheOf));

  beforeAll(async () => {
    sentinels = await startSentinels(program!);
    const settings = {
      // Its host counts no more, its database does.
      REDIS_URL: 'redis://127.0.0.1:1/3',
      REDIS_SENTINELS: sentinels.list,
      CACHE_STALE_MS: '800',
      RATE_LIMIT_PER_USER: '1000000',
    };
    instances = await Promise.all([startInstance(settings), startInstance({ ...settings, LOG_LEVEL: 'warn' })]);
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    sentinels.stop();
  });

  test('no request fails, nothing is too old, limits hold, and the new one is used within seconds', async () => {
    await expect.poll(both, { timeout: 10_000 }).toEqual(['memory and Redis', 'memory and Redis']);
    const counted = await limited();
    const budget = await risingBudget();
    let backAfterMs = 0;
    let answered = 0;
    const fault = async () => {
      answered += await counted.ask(limit / 2);
      await sleep(500); // the counts are shared four times a second
      sentinels.kill(sentinels.first);
      answered += await counted.ask(limit / 4);
      await until(sentinels.second, async (redis) => (await redis.info('replication')).includes('role:master'));
      const promoted = performance.now();
      await expect.poll(both, { timeout: 10_000, interval: 50 }).toEqual(['memory and Redis', 'memory and Redis']);
      backAfterMs = performance.now() - promoted;
      answered += await counted.ask(limit);
      await sleep(1_500);
    };
    expect(await budget.readWhile(fault, [instances[0]!, instances[1]!])).toEqual([]);
    // What was sent to the one that died may count twice, and never less than once.
    expect(answered).toBeLessThanOrEqual(limit);
    expect(answered).toBeGreaterThan(limit * 0.9);
    expect(backAfterMs).toBeLessThan(5_000);
    expect(await ask(sentinels.second, async (redis) => (await redis.info('keyspace')).includes('db3:'))).toBe(true);
    expect(await brokenInvariants()).toEqual([]);
    await counted.stop();
  });

  /** A process with a small limit, asked by one person as often as that person may within a minute, and more. */
  async function limited() {
    const instance = await startInstance({
      REDIS_URL: 'redis://127.0.0.1:1/4', // counts of its own
      REDIS_SENTINELS: sentinels.list,
      RATE_LIMIT_PER_USER: String(limit),
    });
    const client = await ApiClient.signIn(instance.url, admin.email, admin.password);
    // All of it in one window: they begin with the minute.
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 45_000) await sleep(left + 100);
    return {
      stop: () => instance.stop(),
      /** How many of so many were answered; the others were too many. */
      async ask(times: number) {
        let answered = 0;
        for (let time = 0; time < times; time++) {
          const { status } = await fetch(`${instance.url}/api/currencies`, { headers: client.headers });
          if (status === 200) answered += 1;
          else expect(status).toBe(429);
        }
        return answered;
      },
    };
  }
});
