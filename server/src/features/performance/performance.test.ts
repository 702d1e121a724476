import type { Benchmark, Breakers, PerformanceNow } from '@opex/contracts/performance';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createUser, createYear, sessionOf } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { startInstance } from '../../../test/harness/instances.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { replicasNow } from '../../database/replica.ts';
import { breakers } from '../../lib/breakers.ts';
import { takeSecurityEvents } from '../../lib/security-log.ts';
import { countsOf, quantilesOf } from './performance.rules.ts';

let admin: Person;
beforeAll(async () => {
  await createYear('FY26');
  admin = await as('Admin');
});
afterEach(() => breakers.forEach((breaker) => (breaker.isHeld = false)));

const ask = async <Answer>(what: string) => (await admin.get(`/api/performance${what}`).expect(200)).body as Answer;
const run = async <Answer>(what: string, body?: object) =>
  (await admin.post(`/api/performance/${what}`).send(body).expect(200)).body as Answer;

test('tells how the process fares', async () => {
  const seen = await ask<PerformanceNow>('');
  expect(seen.memory.residentBytes).toBeGreaterThan(seen.memory.heapUsedBytes);
  expect(seen.cpuSeconds.user).toBeGreaterThan(0);
  expect(seen.busyShare).toBeGreaterThan(0);
  expect(seen.open.length).toBeGreaterThan(0);
  expect(seen.leakSuspected).toBeNull();
});

test('a profile names what the process works on, and nothing of what it works with', async () => {
  const answer = admin.post('/api/performance/cpu-profile?seconds=1');
  const [{ body, headers }] = await Promise.all([
    answer,
    ...Array.from({ length: 20 }, () => admin.get('/api/towers')),
  ]);
  const { nodes } = body as { nodes: { callFrame: { functionName: string; url: string } }[] };
  expect(nodes.map(({ callFrame }) => callFrame.url).join()).toContain('/http/serve.ts');
  expect(headers['content-disposition']).toContain('opex.cpuprofile');
});

test('a heap profile says where memory is taken', async () => {
  const answer = run<{ head: { children: unknown[] } }>('heap-profile?seconds=1');
  const [{ head }] = await Promise.all([answer, ...Array.from({ length: 20 }, () => admin.get('/api/towers'))]);
  expect(head.children.length).toBeGreaterThan(0);
});

test('one looks at a time', async () => {
  const [first, second] = await Promise.all([
    admin.post('/api/performance/cpu-profile?seconds=1'),
    new Promise((resolve) => setTimeout(resolve, 200)).then(() => admin.post('/api/performance/benchmark')),
  ]);
  expect(first.status).toBe(200);
  expectProblem(second, 409);
  await run('benchmark');
});

test('who leaves before the end makes room for the next', async () => {
  const left = admin.post('/api/performance/cpu-profile?seconds=10');
  left.end(() => undefined);
  const next = async () => (await admin.post('/api/performance/benchmark')).status;
  await vi.waitFor(async () => expect(await next()).toBe(409));
  left.abort();
  await vi.waitFor(async () => expect(await next()).toBe(200), { timeout: 5_000 });
});

test('the security log says who looked into what', async () => {
  takeSecurityEvents(true);
  await run('benchmark');
  expect(takeSecurityEvents(true)).toMatchObject([
    { event: 'process_examined', outcome: 'success', details: { what: 'benchmark' } },
  ]);
});

test('trifles are measured, and garbage is given back', async () => {
  const measured = await run<Benchmark>('benchmark');
  for (const part of [measured.hash, measured.json, measured.database, measured.sharedCache!]) {
    expect(part.p50Ms).toBeGreaterThan(0);
    expect(part.p95Ms).toBeGreaterThanOrEqual(part.p50Ms);
  }
  let held: string[] | undefined = Array.from({ length: 200_000 }, (_, number) => `a text of some length, ${number}`);
  expect(held.length).toBe(200_000);
  held = undefined;
  const { heapUsedBytes: before } = (await ask<PerformanceNow>('')).memory;
  await run('collect-garbage');
  expect((await ask<PerformanceNow>('')).memory.heapUsedBytes).toBeLessThan(before);
});

test('a replica that is held out of use is not asked until it is left to the process again', async () => {
  const stateOf = ({ data }: Breakers) => data.find(({ name }) => name === 'replica');
  await expect.poll(async () => stateOf(await ask<Breakers>('/breakers'))?.state).toBe('closed');
  expect(stateOf(await run('breakers', { name: 'replica', state: 'open' }))).toMatchObject({
    state: 'open',
    held: true,
  });
  expect(replicasNow().inUse).toBe(0);
  await admin.get('/api/reports/dashboard').expect(200);
  expect(stateOf(await run('breakers', { name: 'replica', state: 'automatic' }))?.held).toBe(false);
  expect(replicasNow().inUse).toBe(1);
  expectProblem(await admin.post('/api/performance/breakers').send({ name: 'moon', state: 'open' }), 404);
});

test('nobody may look where it is not wanted', async () => {
  expectProblem(await (await as('Approver')).get('/api/performance'), 403);
  const off = await startInstance({ PERFORMANCE: 'off' });
  try {
    const headers = await sessionOf((await createUser('Admin')).id);
    const response = await fetch(`${off.url}/api/performance`, { headers });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('PERFORMANCE is off');
  } finally {
    await off.stop();
  }
});

test('quantiles are of what was measured', () => {
  expect(quantilesOf([3, 1, 2])).toEqual({ times: 3, p50Ms: 2, p95Ms: 3 });
  expect(countsOf(['b', 'a', 'b'])).toEqual([
    { what: 'a', count: 1 },
    { what: 'b', count: 2 },
  ]);
});
