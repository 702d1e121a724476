import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';

// Other tests read at once what another person wrote; these are of a process as it is run.
vi.resetModules();
vi.stubEnv('CACHE_STALE_MS', '600');
const { plainOf } = await import('./answer.ts');
const { cached, cachedPart } = await import('./cache.ts');
const { inTransaction, touch } = await import('../database/transaction.ts');
const { currentVersions, startCacheTags, stopCacheTags } = await import('../database/tags.ts');
const { currentRequest, runInRequest } = await import('../lib/request-context.ts');

await startCacheTags();
afterAll(async () => {
  await stopCacheTags();
  (await import('./redis.ts')).closeRedis();
  await (await import('../database/database.ts')).closeDatabase();
});

/** Others may be given what was right a moment ago; who wrote never is. */

let counter = 0;
const read = (needs?: { facets: string[]; services?: number[] }) => ({
  ...{ name: 'stale test', params: { number: counter++ }, tags: ['figures'] as const, ttlSeconds: 300 },
  needs,
});
const valueOf = async (answer: Awaited<ReturnType<typeof cached>>) =>
  JSON.parse((await plainOf(answer)).toString()) as unknown;

/** A value that somebody changes, and how often it was loaded. */
function stored(value: string) {
  const it = { value, loads: 0, load: () => Promise.resolve({ body: ((it.loads += 1), it.value) }) };
  return it;
}
/** In a request of its own, as every write is; what it has seen written goes with the next one. */
const inRequest = <Result>(seen: string | undefined, work: () => Promise<Result>) =>
  new Promise<{ result: Result; seen: string | undefined }>((resolve, reject) =>
    runInRequest(
      { requestId: 'test', encoding: 'identity', seen: seen === undefined ? [] : [seen] },
      () => void work().then((result) => resolve({ result, seen: currentRequest()?.wrote }), reject),
    ),
  );
const write = (change: () => void, services: number[] = [], facets?: string[]) =>
  inRequest(undefined, () =>
    inTransaction(['figures'], (tx) => {
      change();
      if (facets) touch(tx, services, facets);
      return Promise.resolve();
    }),
  );

beforeEach(() => vi.waitFor(() => expect(currentVersions()).toBeDefined()));

test('others get the old answer for a moment, and soon the new one, without anybody waiting', async () => {
  const [it, wanted] = [stored('old'), read()];
  await cached(wanted, it.load);
  await write(() => (it.value = 'new'));
  expect(await valueOf(await cached(wanted, it.load))).toBe('old');
  await expect.poll(async () => valueOf(await cached(wanted, it.load)), { interval: 20, timeout: 550 }).toBe('new');
  expect(it.loads).toBe(2);
});

test('who wrote gets nothing older, nor does who comes after with what was seen', async () => {
  const [it, wanted] = [stored('old'), read()];
  await cached(wanted, it.load);
  const { seen } = await write(() => (it.value = 'new'));
  expect(seen).toBeDefined();
  expect(await valueOf((await inRequest(seen, () => cached(wanted, it.load))).result)).toBe('new');
});

test('a load that had begun before the write is not enough for who wrote', async () => {
  const [it, wanted] = [stored('old'), read()];
  let release: (() => void) | undefined;
  const slow = cached(wanted, async () => {
    const { value } = it;
    await new Promise<void>((resolve) => (release = resolve));
    return { body: value };
  });
  await vi.waitFor(() => expect(release).toBeDefined());
  const { seen } = await write(() => (it.value = 'new'));
  const mine = inRequest(seen, () => cached(wanted, it.load));
  await sleep(20);
  release?.();
  expect(await valueOf(await slow)).toBe('old');
  expect(await valueOf((await mine).result)).toBe('new');
});

test('after a second nobody gets it, also when nobody asked meanwhile', async () => {
  const [it, wanted] = [stored('old'), read()];
  await cached(wanted, it.load);
  await write(() => (it.value = 'new'));
  await sleep(650);
  expect(await valueOf(await cached(wanted, it.load))).toBe('new');
});

test('is not loaded for every write when many come in a row', async () => {
  const [it, wanted] = [stored('0'), read()];
  await cached(wanted, it.load);
  for (let number = 1; number <= 20; number++) {
    await write(() => (it.value = String(number)));
    await cached(wanted, it.load);
  }
  await sleep(400);
  expect(await valueOf(await cached(wanted, it.load))).toBe('20');
  expect(it.loads).toBeLessThan(8);
});

test('what a change does not concern stays, also for who made it', async () => {
  const [it, wanted] = [stored('same'), read({ facets: ['vendor'], services: [7] })];
  await cached(wanted, it.load);
  const { seen } = await write(() => undefined, [8], ['description']);
  await inRequest(seen, () => cached(wanted, it.load));
  expect(it.loads).toBe(1);
  for (const concerning of [{ services: [7], facets: ['description'] }, { services: [8], facets: ['vendor'] }, {}]) {
    const before = it.loads;
    const { seen: later } = await write(() => undefined, concerning.services, concerning.facets);
    await inRequest(later, () => cached(wanted, it.load));
    expect(it.loads).toBe(before + 1);
  }
});

test('an answer is not put together of older parts', async () => {
  const [it, whole, part] = [stored('old'), read(), read()];
  const load = async () => ({ body: await cachedPart(part, async () => (await it.load()).body) });
  await cached(whole, load);
  await write(() => (it.value = 'new'));
  await cached(whole, load);
  await expect.poll(async () => valueOf(await cached(whole, load)), { interval: 20, timeout: 550 }).toBe('new');
});

test('a load that fails behind an answer is tried again', async () => {
  const [it, wanted] = [stored('old'), read()];
  await cached(wanted, it.load);
  await write(() => (it.value = 'new'));
  let failures = 0;
  const failing = () => ((failures += 1), Promise.reject(new Error('database away')));
  expect(await valueOf(await cached(wanted, failing))).toBe('old');
  await vi.waitFor(() => expect(failures).toBe(1));
  await expect.poll(async () => valueOf(await cached(wanted, it.load)), { interval: 20, timeout: 550 }).toBe('new');
});
