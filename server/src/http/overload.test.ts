import { connect } from 'node:net';
import { busyType } from '@opex/contracts/errors';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listen } from '../../test/harness/listen.ts';
import { hasRoomFor, kindOf } from './overload.rules.ts';

test('reports are given up first, then writes, then reads', () => {
  const most = { inWork: 100, lateMs: 200 };
  const left = (load: { inWork: number; lateMs: number }) =>
    (['report', 'write', 'read'] as const).filter((kind) => hasRoomFor(kind, load, most));
  expect(left({ inWork: 0, lateMs: 0 })).toEqual(['report', 'write', 'read']);
  expect(left({ inWork: 50, lateMs: 0 })).toEqual(['write', 'read']);
  expect(left({ inWork: 75, lateMs: 0 })).toEqual(['read']);
  expect(left({ inWork: 100, lateMs: 0 })).toEqual([]);
  expect(left({ inWork: 6, lateMs: 100 })).toEqual(['write', 'read']);
  expect(left({ inWork: 6, lateMs: 200 })).toEqual([]);
});

test('who is nearly alone is not turned away, however late the machine makes the process', () => {
  const most = { inWork: 100, lateMs: 200 };
  expect(hasRoomFor('report', { inWork: 5, lateMs: 5_000 }, most)).toBe(true);
  expect(hasRoomFor('report', { inWork: 6, lateMs: 5_000 }, most)).toBe(false);
});

test('who holds more is turned away sooner, and at the own limit always', () => {
  const most = { inWork: 100, lateMs: 200 };
  const isTakenOn = (held: number, load = { inWork: 0, lateMs: 0 }) =>
    hasRoomFor('read', load, most, { held, most: 10 });
  expect(isTakenOn(9)).toBe(true);
  expect(isTakenOn(10)).toBe(false);
  expect([0, 4, 5].map((held) => isTakenOn(held, { inWork: 50, lateMs: 0 }))).toEqual([true, true, false]);
  expect([0, 4, 5].map((held) => isTakenOn(held, { inWork: 10, lateMs: 100 }))).toEqual([true, true, false]);
});

test.each([
  ['GET', '/api/reports/dashboard?fy=FY26', 'report'],
  ['GET', '/api/budgets?fy=FY26', 'read'],
  ['GET', '/api/reportsque', 'read'],
  ['PATCH', '/api/budgets/1', 'write'],
  ['POST', '/api/auth/sign-in', 'write'],
])('%s %s is a %s', (method, url, kind) => expect(kindOf(method, url)).toBe(kind));

let server: Awaited<ReturnType<typeof listen>>;
const waiting: (() => void)[] = [];
beforeAll(async () => {
  vi.resetModules();
  vi.stubEnv('REQUESTS_IN_WORK_MAX', '4');
  vi.stubEnv('LATE_MS_MAX', '250');
  const { admit } = await import('./overload.ts');
  server = await listen((request, response) =>
    admit(request, response, () => {
      if (request.url?.startsWith('/api/slow')) waiting.push(() => response.end('done'));
      else response.end('at once');
    }),
  );
});
afterAll(() => server.close());
const get = (path: string, method = 'GET') => fetch(server.origin + path, { method, ...(method === 'POST' && { body: 'x'.repeat(100_000) }) }); // prettier-ignore

test('what there is no room for is refused at once, in words, and pages and health are not', async () => {
  const slow = [get('/api/slow/1'), get('/api/slow/2')];
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  const refused = await get('/api/reports/dashboard', 'GET');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(await refused.json()).toMatchObject({ type: busyType, status: 503, detail: expect.stringContaining('busy'), requestId: refused.headers.get('x-request-id') }); // prettier-ignore
  expect((await get('/api/budgets')).status).toBe(200);

  slow.push(get('/api/slow/3'));
  await vi.waitFor(() => expect(waiting).toHaveLength(3));
  expect((await get('/api/budgets', 'POST')).status).toBe(503);
  expect((await get('/api/budgets')).status).toBe(200);

  slow.push(get('/api/slow/4'));
  await vi.waitFor(() => expect(waiting).toHaveLength(4));
  const started = performance.now();
  const many = await Promise.all(Array.from({ length: 50 }, () => get('/api/budgets')));
  expect(many.every(({ status }) => status === 503)).toBe(true);
  expect(performance.now() - started).toBeLessThan(2_500); // fifty one after the other at fifty milliseconds each
  for (const path of ['/', '/health', '/readyz', '/api/events']) expect((await get(path)).status).toBe(200);

  for (const end of waiting) end();
  for (const answer of slow) expect((await answer).status).toBe(200);
  await vi.waitFor(async () => expect((await get('/api/reports/dashboard')).status).toBe(200));
});

test('a writer whose body does not come keeps nobody out', async () => {
  const { port } = new URL(server.origin);
  const stalled = Array.from({ length: 3 }, () => connect(Number(port), '127.0.0.1'));
  for (const socket of stalled)
    socket.write('POST /api/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"na');
  await vi.waitFor(async () => expect((await get('/api/budgets', 'POST')).status).toBe(503), { interval: 5 });
  await vi.waitFor(async () => expect((await get('/api/budgets', 'POST')).status).toBe(200));
  for (const socket of stalled) socket.destroy();
  await vi.waitFor(async () => expect((await get('/api/reports/x')).status).toBe(200));
});

test('a reader that goes away leaves its place', async () => {
  waiting.length = 0;
  for (let number = 0; number < 8; number++) {
    const leaving = new AbortController();
    const answer = fetch(`${server.origin}/api/slow`, { signal: leaving.signal });
    await vi.waitFor(() => expect(waiting.length).toBe(number + 1));
    leaving.abort();
    await expect(answer).rejects.toThrow();
  }
  await vi.waitFor(async () => expect((await get('/api/reports/x')).status).toBe(200));
});

test('a process that is late with everything takes on nothing dear until it has caught up', async () => {
  waiting.length = 0;
  const slow = get('/api/slow');
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  const until = performance.now() + 900;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 25));
  expect((await get('/api/reports/x')).status).toBe(503);
  await vi.waitFor(async () => expect((await get('/api/reports/x')).status).toBe(200));
  waiting[0]?.();
  await slow;
});
