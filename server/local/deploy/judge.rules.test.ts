import { beforeEach, expect, test } from 'vitest';
import { httpDuration, registry } from '../../src/lib/metrics.ts';
import { answersIn, faultOf, nothing, p95, since, together } from './judge.rules.ts';

// What the server itself tells Prometheus, so that a metric that gets another name is noticed here.
const answered = async (count: number, seconds: number, { status = 200, route = '/api/budgets' } = {}) => {
  for (let one = 0; one < count; one++) httpDuration.labels({ method: 'GET', route, status }).observe(seconds);
  return answersIn(await registry.metrics());
};
beforeEach(() => httpDuration.reset());

test('answers are counted, errors among them, but for probes and streams', async () => {
  await answered(90, 0.02);
  await answered(10, 0.3, { status: 503, route: '/api/reports/dashboard' });
  await answered(50, 0.001, { route: '/readyz' });
  const all = await answered(5, 60, { route: '/api/events' });
  expect(all).toMatchObject({ requests: 100, errors: 10 });
  expect(p95(all)).toBeGreaterThan(250);
  expect(p95(all)).toBeLessThanOrEqual(500);
});

test('a while is what came since, of all servers together', async () => {
  const before = await answered(40, 1);
  const now = await answered(40, 0.004);
  expect(p95(since(now, before))).toBeLessThanOrEqual(5);
  expect(together([since(now, before), before]).requests).toBe(80);
  expect(p95(nothing)).toBe(0);
});

test('new servers are judged beside the stable ones, not by themselves', async () => {
  const stable = await answered(200, 0.04);
  httpDuration.reset();
  const slow = await answered(50, 0.4);
  expect(faultOf(slow, stable)).toMatch(/^p95 is \d+ ms/);
  expect(faultOf(slow, slow)).toBeUndefined();
  httpDuration.reset();
  await answered(45, 0.04);
  const failing = await answered(5, 0.001, { status: 500 });
  expect(faultOf(failing, stable)).toMatch(/^5 of 50 answers are errors/);
  expect(faultOf(failing, failing)).toBeUndefined();
});

test('a few answers are no judgement, nor is a p95 twice as high of next to nothing', async () => {
  const few = await answered(19, 2, { status: 500 });
  expect(faultOf(few, nothing)).toBeUndefined();
  httpDuration.reset();
  const quick = await answered(100, 0.002);
  httpDuration.reset();
  expect(faultOf(await answered(100, 0.04), quick)).toBeUndefined();
});
