import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, plainOf } from './answer.ts';
import { cached, compressFirst, compressWell, forgetAll, peekRedis } from './cache.ts';
import type { CachedRead } from './place.ts';
import { currentPosition, currentVersions, noteOwnWrite, startCacheTags, stopCacheTags } from '../database/tags.ts';
import { database } from '../database/database.ts';
import { fillsDiscarded, registry } from '../lib/metrics.ts';
import { redis } from './redis.ts';
import { inTransaction } from '../database/transaction.ts';

const read = (name: string, ttlSeconds = 300): CachedRead => ({
  name,
  params: { name },
  tags: ['figures'],
  ttlSeconds,
});
const valueOf = async (answer: Awaited<ReturnType<typeof cached>>) =>
  JSON.parse((await plainOf(answer)).toString()) as unknown;
const change = () => inTransaction(['figures'], () => Promise.resolve());
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5_000 });

const formsOf = ({ forms }: Answer) => Object.values(forms);
const bytesOf = (answer: Answer) => formsOf(answer).reduce((sum, form) => sum + form.length, 0);
const heldBy = (answer: Answer) => formsOf(answer).reduce((sum, form) => sum + form.buffer.byteLength, 0);

let counter = 0;
const fresh = () => `cache test ${counter++}`;

beforeEach(() => until(() => currentVersions() !== undefined));

/** The contract of the cache; it holds in the process alone, and with Redis behind it. */
describe.each(['the process alone', 'Redis behind it'])('with %s', (place) => {
  const alone = place === 'the process alone';
  beforeEach(async () => {
    if (alone) redis?.disconnect();
    else if (redis?.status !== 'ready') await redis?.connect();
  });

  test('loads once and then answers from what it kept', async () => {
    const load = vi.fn(() => Promise.resolve({ body: { amount: '1.00' } }));
    const name = fresh();
    const first = await cached(read(name), load);
    const second = await cached(read(name), load);
    expect(await valueOf(second)).toEqual({ amount: '1.00' });
    expect(second.etag).toBe(first.etag);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('lets equal misses wait for one load', async () => {
    const load = vi.fn(async () => (await sleep(20), { body: 1 }));
    const name = fresh();
    await Promise.all(Array.from({ length: 200 }, () => cached(read(name), load)));
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('never finds again what was loaded before a change', async () => {
    const name = fresh();
    let value = 'old';
    const load = () => Promise.resolve({ body: value });
    await cached(read(name), load);
    value = 'new';
    await change();
    expect(await valueOf(await cached(read(name), load))).toBe('new');
  });

  test('does not keep a fill that a change overtook', async () => {
    const name = fresh();
    let release: ((loaded: { body: string }) => void) | undefined;
    const slow = cached(read(name), () => new Promise((resolve) => (release = resolve)));
    await until(() => release !== undefined);
    await change();
    release?.({ body: 'stale' });
    await slow;
    expect(await valueOf(await cached(read(name), () => Promise.resolve({ body: 'current' })))).toBe('current');
  });

  test('keeps no error: the next one tries again', async () => {
    const name = fresh();
    await expect(cached(read(name), () => Promise.reject(new Error('database away')))).rejects.toThrow('database away');
    expect(await valueOf(await cached(read(name), () => Promise.resolve({ body: 'back' })))).toBe('back');
  });

  test('keeps empty answers too', async () => {
    const load = vi.fn(() => Promise.resolve({ body: null }));
    const name = fresh();
    await cached(read(name), load);
    await cached(read(name), load);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('loads again behind the answer shortly before an entry expires', async () => {
    const load = vi.fn(() => Promise.resolve({ body: load.mock.calls.length }));
    const name = fresh();
    await cached(read(name, 1), load);
    await sleep(850);
    expect(await valueOf(await cached(read(name, 1), load))).toBe(1);
    await expect.poll(async () => valueOf(await cached(read(name, 1), load))).toBe(2);
  });

  test('keeps the compressed form instead of the plain one, which is made again for those who take no other', async () => {
    const answer = await cached(read(fresh()), () => Promise.resolve({ body: 'x'.repeat(5000) }));
    await compressFirst(answer, 'gzip');
    expect(answer.forms.identity).toBeUndefined();
    expect((await plainOf(answer)).toString()).toBe(JSON.stringify('x'.repeat(5000)));
    expect(answer.forms.gzip?.length).toBeLessThan(200);
  });

  test('holds no more memory than it counts: small answers do not keep the large buffers they were made in', async () => {
    const answer = await cached(read(fresh()), () => Promise.resolve({ body: 'x'.repeat(1500) }));
    await compressFirst(answer, 'gzip');
    await compressWell(answer, 'br');
    expect(heldBy(answer)).toBe(bytesOf(answer));
  });

  test('counts every form of an answer, also those that were made later', async () => {
    const counted = async () =>
      Number(/ (\d+)$/m.exec(await registry.getSingleMetricAsString('cache_memory_bytes'))?.[1]);
    const before = await counted();
    const answer = await cached(read(fresh()), () => Promise.resolve({ body: 'x'.repeat(5000) }));
    await compressFirst(answer, 'gzip');
    await compressWell(answer, 'br');
    expect((await counted()) - before).toBe(answer.size());
  });

  test('asks the database each time while notices of changes are interrupted', async () => {
    const name = fresh();
    const load = vi.fn(() => Promise.resolve({ body: 1 }));
    await database.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opex-listener' AND datname = current_database()`;
    await until(() => currentVersions() === undefined);
    await cached(read(name), load);
    await cached(read(name), load);
    expect(load).toHaveBeenCalledTimes(2);
    await until(() => currentVersions() !== undefined);
  });
});

test('learns of changes that were made while it could not listen', async () => {
  const name = fresh();
  await cached(read(name), () => Promise.resolve({ body: 'old' }));
  await database.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opex-listener' AND datname = current_database()`;
  // A writer that crashed right after its commit: nobody but PostgreSQL knows of it.
  await database.$executeRaw`UPDATE cache_tags SET version = version + 1 WHERE tag = 'figures'`;
  await until(() => currentVersions() === undefined);
  await until(() => currentVersions() !== undefined);
  expect(await valueOf(await cached(read(name), () => Promise.resolve({ body: 'new' })))).toBe('new');
});

test('hears of a commit by somebody else within a second, also when the writer ended with it', async () => {
  const before = currentVersions()?.['figures'] ?? 0;
  const started = performance.now();
  await database.$executeRaw`UPDATE cache_tags SET version = version + 1 WHERE tag = 'figures'`;
  await until(() => (currentVersions()?.['figures'] ?? 0) > before);
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe('Redis', () => {
  let stand: ChildProcess | undefined;
  afterEach(() => stand?.kill('SIGKILL'));

  test('serves other processes, in the smallest form there is', async () => {
    if (redis?.status !== 'ready') await redis?.connect();
    const wanted = read(fresh());
    const answer = await cached(wanted, () => Promise.resolve({ body: 'x'.repeat(3000) }));
    await compressWell(answer, 'gzip');
    await sleep(50);
    forgetAll();
    const stored = await peekRedis(answer.place);
    expect(stored?.forms.gzip?.equals(answer.forms.gzip ?? Buffer.alloc(0))).toBe(true);
    expect(stored?.etag).toBe(answer.etag);
    expect((await plainOf(stored!)).toString()).toContain('xxx');
    expect(heldBy(stored!)).toBe(bytesOf(stored!));
  });

  test('is told that an answer is as small as it gets, also by a process that has let go of it: none compresses it again', async () => {
    if (redis?.status !== 'ready') await redis?.connect();
    const answer = await cached(read(fresh()), () => Promise.resolve({ body: 'x'.repeat(3000) }));
    await compressFirst(answer, 'gzip');
    const stored = async () => {
      forgetAll();
      return (await peekRedis(answer.place))?.isWellCompressed;
    };
    await expect.poll(stored).toBe(false);
    forgetAll();
    await compressWell(answer, 'gzip');
    await expect.poll(stored).toBe(true);
  });

  test('is not needed: killed, hung, flushed or absent, answers go on, and it is used again when it is back', async () => {
    const { freePort } = await import('../../local/ports.ts');
    const port = await freePort();
    vi.resetModules();
    const settings = { ...process.env, REDIS_URL: `redis://127.0.0.1:${port}` };
    vi.stubEnv('REDIS_URL', settings.REDIS_URL);
    const own = await import('./cache.ts');
    const tags = await import('../database/tags.ts');
    const own2 = await import('./redis.ts');
    await tags.startCacheTags();
    const quick = async (label: string) => {
      const started = performance.now();
      const answer = await own.cached({ ...read(`${label} ${fresh()}`) }, () => Promise.resolve({ body: label }));
      expect((await plainOf(answer)).toString()).toBe(JSON.stringify(label));
      return performance.now() - started;
    };
    const startRedis = async () => {
      stand = spawn(
        process.env['REDIS_SERVER_PATH']!,
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        { stdio: 'ignore' },
      );
      await vi.waitFor(() => expect(own2.redis?.status).toBe('ready'), { timeout: 5_000 });
    };

    await quick('absent at start');
    await startRedis();
    await quick('there');
    await own2.redis?.flushall();
    await quick('flushed');
    stand?.kill('SIGSTOP');
    expect(await quick('hung')).toBeLessThan(1_000);
    expect(own2.redisIsUsable()).toBe(false);
    await quick('hung, and known to be');
    stand?.kill('SIGCONT');
    await vi.waitFor(() => expect(own2.redisIsUsable()).toBe(true), { timeout: 5_000 });
    const ended = once(stand!, 'exit');
    stand?.kill('SIGKILL');
    await ended;
    await quick('killed');
    await startRedis();
    await vi.waitFor(
      async () => {
        const name = `back ${fresh()}`;
        const { place } = await own.cached(read(name), () => Promise.resolve({ body: 1 }));
        own.forgetAll();
        expect(await own.peekRedis(place)).toBeDefined();
      },
      { timeout: 5_000 },
    );

    await tags.stopCacheTags();
    own2.closeRedis();
    await (await import('../database/database.ts')).closeDatabase();
    vi.unstubAllEnvs();
  });
});

test('a change of one’s own counts only once there is a log position that holds it, so no older replica fills its key', async () => {
  const before = { position: currentPosition(), figures: currentVersions()?.['figures'] ?? 0 };
  await database.$executeRaw`UPDATE cache_tags SET version = version + 1 WHERE tag = 'figures'`;
  await noteOwnWrite({ figures: before.figures + 1 }, []);
  expect(currentVersions()?.['figures']).toBe(before.figures + 1);
  expect(currentPosition()).not.toBe(before.position);
});

test('an answer that is loaded while changes may be missed is given, not kept in the process, and counted', async () => {
  const discarded = async (of: string) =>
    (await fillsDiscarded.get()).values.find(({ labels }) => labels.name === of)?.value ?? 0;
  const name = fresh();
  const load = async () => {
    await stopCacheTags();
    return { body: 'in between' };
  };
  expect(await valueOf(await cached(read(name), load))).toBe('in between');
  await startCacheTags();
  expect(await discarded(name)).toBe(1);
});
