import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../local/ports.ts';
import { startInstance } from './harness/instances.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { scrape } from './harness/scrape.ts';
import { risingBudget } from './harness/under-fault.ts';

type Line = { message: string };
const away = 'Redis is away; this process goes on alone';
const full = 'Redis is full and takes nothing; this process goes on alone';
const inUse = 'Redis is in use again';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const program = process.env['REDIS_SERVER_PATH'];

describe.skipIf(!program)('whatever Redis does, two processes answer, and nothing that is too old', () => {
  let port: number;
  let child: ChildProcess;
  let client: Redis;
  let instances: Awaited<ReturnType<typeof startInstance>>[];
  let budget: Awaited<ReturnType<typeof risingBudget>>;

  const start = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn(program!, args, { stdio: 'ignore' });
    await vi.waitFor(() => client.ping(), { timeout: 5_000 });
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const keys = () => client.keys('opex:cache:*');
  /** What the log of an instance says of Redis while something is done. */
  async function toldWhile(work: () => Promise<unknown>) {
    const began = instances.map(({ log }) => log().length);
    await work();
    await expect.poll(() => Promise.all(instances.map(health))).toEqual(['memory and Redis', 'memory and Redis']);
    return instances.map(({ log }, index) => {
      const lines = log().slice(began[index]).trim().split('\n');
      return lines.filter((line) => line.includes('Redis')).map((line) => (JSON.parse(line) as Line).message);
    });
  }
  const health = async ({ url }: (typeof instances)[number]) =>
    ((await (await fetch(`${url}/health`)).json()) as { cache: string }).cache;

  beforeAll(async () => {
    port = await freePort();
    client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await start();
    budget = await risingBudget();
    const settings = { REDIS_URL: `redis://127.0.0.1:${port}`, CACHE_STALE_MS: '800', LOG_LEVEL: 'warn' };
    instances = await Promise.all([startInstance(settings), startInstance(settings)]);
  });
  afterEach(async () => {
    await expect
      .poll(() => Promise.all(instances.map(health)), { timeout: 5_000 })
      .toEqual(['memory and Redis', 'memory and Redis']);
    expect(await brokenInvariants()).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    client.disconnect();
    child.kill('SIGKILL');
  });

  const complaintsWhile = (fault: () => Promise<unknown>) => budget.readWhile(fault, [instances[0]!, instances[1]!]);
  /** Again and again, as long as a fault lasts, for answers are stored anew all the time. */
  async function forSomeTime(work: () => Promise<unknown>) {
    let times = 0;
    for (const end = performance.now() + 4_000; performance.now() < end; times++) {
      await work();
      await sleep(5);
    }
    return times;
  }

  test('it is killed, and comes back', async () => {
    const fault = async () => {
      await sleep(1_000);
      await kill();
      await sleep(2_500);
      await start();
      await sleep(1_500);
    };
    const told = await toldWhile(async () => expect(await complaintsWhile(fault)).toEqual([]));
    expect(told).toEqual([
      [away, inUse],
      [away, inUse],
    ]);
  });

  test('it hangs, and goes on', async () => {
    const fault = async () => {
      await sleep(1_000);
      child.kill('SIGSTOP');
      await sleep(3_000);
      child.kill('SIGCONT');
      await sleep(2_000);
    };
    expect(await complaintsWhile(fault)).toEqual([]);
  });

  test('it is flushed', async () => {
    expect(await complaintsWhile(() => forSomeTime(() => client.flushall()))).toEqual([]);
  });

  test('it is full', async () => {
    const fault = async () => {
      await client.config('SET', 'maxmemory', '1');
      await expect
        .poll(() => Promise.all(instances.map(health)))
        .toEqual(['memory (Redis is full)', 'memory (Redis is full)']);
      await sleep(3_000);
      const seen = await scrape(instances[0]!.metricsUrl);
      expect(['redis_full', 'redis_up', 'redis_memory_max_bytes'].map((name) => seen.value(name))).toEqual([1, 0, 1]);
      await client.config('SET', 'maxmemory', '0');
      await sleep(2_000);
    };
    const told = await toldWhile(async () => expect(await complaintsWhile(fault)).toEqual([]));
    expect(told).toEqual([
      [full, inUse],
      [full, inUse],
    ]);
  });

  const garbage: Record<string, (good: Buffer) => Buffer> = {
    'other bytes': ({ length }) => randomBytes(length),
    nothing: () => Buffer.alloc(0),
    'half of it': (good) => good.subarray(0, good.length / 2),
    'a header that is another thing': (good) => Buffer.concat([Buffer.from([2, 0, 0, 0]), Buffer.from('{}'), good]),
    'a header of the wrong kinds': (good) =>
      Buffer.concat([Buffer.from([25, 0, 0, 0]), Buffer.from('["identity",1,2,3,"sight"]'.slice(0, 25)), good]),
    'one other byte at the end': (good) =>
      Buffer.concat([good.subarray(0, -1), Buffer.from([(good.at(-1) ?? 0) ^ 255])]),
  };
  test.each(Object.entries(garbage))('it returns %s', async (_what, spoil) => {
    let spoilt = 0;
    const fault = () =>
      forSomeTime(async () => {
        for (const key of await keys()) {
          const good = await client.getBuffer(key);
          if (good) await client.set(key, spoil(good), 'KEEPTTL');
          spoilt += 1;
        }
      });
    expect(await complaintsWhile(fault)).toEqual([]);
    expect(spoilt).toBeGreaterThan(10);
  });

  test('it returns what it was given earlier', async () => {
    const old = new Map<string, Buffer>();
    let returned = 0;
    const fault = () =>
      forSomeTime(async () => {
        for (const key of await keys()) {
          const now = await client.getBuffer(key);
          if (!old.has(key) && now) old.set(key, now);
          if (now?.equals(old.get(key)!)) continue;
          await client.set(key, old.get(key)!, 'KEEPTTL');
          returned += 1;
        }
      });
    expect(await complaintsWhile(fault)).toEqual([]);
    expect(returned).toBeGreaterThan(10);
  });
});
