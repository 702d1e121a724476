import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from './harness/server.ts';
import { createUser, createYear, sessionOf, signedInAs } from './factories/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  await createYear();
  server = await startServer();
});
afterAll(() => server.close());

async function ask(path: string, headers: Record<string, string>) {
  const response = await fetch(server.origin + path, { headers });
  await response.arrayBuffer();
  return response.status;
}

const megabyte = 2 ** 20;
async function heapNow() {
  // What ended with the last request is let go of a moment later.
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / megabyte;
}

/** Megabytes that stay behind `count` requests, beyond what a few of them leave. */
async function keptAfter(count: number, send: (number: number) => Promise<number>, status: number) {
  const few = async (from: number, to: number) => {
    for (let number = from; number < to; number += 10) {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => send(number + index)));
      expect(new Set(answers)).toEqual(new Set([status]));
    }
  };
  await few(0, 50);
  const before = await heapNow();
  await few(50, 50 + count);
  return (await heapNow()) - before;
}

/** As long as it may be, and never the same. */
const long = (number: number, length = 7_500) => `${number}-`.padEnd(length, 'x');

test('cookies of strangers leave nothing behind', async () => {
  const kept = await keptAfter(2_000, (number) => ask('/api/towers', { cookie: `junk=${long(number)}` }), 401);
  expect(kept).toBeLessThan(2); // all together they were 15
});

test('a session keeps what it knows of its caller, and not the header that its token came in', async () => {
  const { id } = await createUser('Viewer');
  const cookies: string[] = [];
  while (cookies.length < 550) cookies.push((await sessionOf(id)).cookie);
  const kept = await keptAfter(
    500,
    (number) => ask('/api/towers', { cookie: `junk=${long(number)}; ${cookies[number]}` }),
    200,
  );
  expect(kept).toBeLessThan(2); // all together they were 4
});

test('addresses with long filters are remembered by their fingerprints', async () => {
  const viewer = await signedInAs('Viewer');
  const wide = (number: number, length: number) => encodeURIComponent(String(number).padEnd(length, '€'));
  const address = (number: number) =>
    `/api/towers?q=${wide(number, 200)}&name.like=${wide(number, 200)}&name.ne=${wide(number, 390)}`;
  expect(address(1_000).length).toBeGreaterThan(7_000);
  const kept = await keptAfter(800, (number) => ask(address(number), viewer), 200);
  expect(kept).toBeLessThan(3); // all together they were 5, and as much again as parameters
});
