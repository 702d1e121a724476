import type { CostsDaily, CostsForecast, CostsNow, CostsOptimization, SuggestedReplicas } from '@opex/contracts/costs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../app.ts';
import { createUser, sessionOf } from '../../../test/factories/index.ts';
import { startInstance } from '../../../test/harness/instances.ts';
import { startServer } from '../../../test/harness/server.ts';
import { sql } from '../../../test/harness/sql.ts';
import { registry } from '../../lib/metrics.ts';
import { clean, countUsage, watchCosts } from './costs.service.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await startServer(createApp());
  headers = await sessionOf((await createUser('Admin')).id);
  // Five weeks of three processes, of which each has half of a core and half of a GiB: busy from 8 to 18, nearly idle else.
  await sql(`
    INSERT INTO usage_hours SELECT hour, 3 * 3600, CASE WHEN extract(hour FROM hour AT TIME ZONE 'UTC') BETWEEN 8 AND 17 THEN 3000 ELSE 60 END, 3 * 3600 * 0.2, 1000
    FROM generate_series(date_trunc('hour', now(), 'UTC') - interval '35 days', date_trunc('hour', now(), 'UTC') - interval '1 hour', '1 hour') hour`);
});
afterAll(() => server.close());

const ask = async <Answer>(what: string) => {
  const response = await fetch(`${server.origin}/api/costs/${what}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

test('now: what runs, what it uses, and how today stands to its budget', async () => {
  const { perHour, processes, today, currency } = await ask<CostsNow>('realtime');
  expect(currency).toBe('USD');
  expect(processes).toBeGreaterThan(1);
  expect(processes).toBeLessThanOrEqual(3);
  expect(Number(perHour)).toBeCloseTo(processes * (0.5 * 0.032 + 0.5 * 0.0045), 1);
  expect(today).toMatchObject({ budget: '10.00', state: 'within' });
  expect(Number(today.expected)).toBeGreaterThanOrEqual(Number(today.soFar));
});

test('the last days: a whole one costs 24 hours of three processes', async () => {
  const { days } = await ask<CostsDaily>('daily');
  expect(days.length).toBeGreaterThanOrEqual(30);
  expect(days.at(-2)).toMatchObject({ cost: (24 * 3 * 0.01825).toFixed(2), processes: 3, requests: 24_000 });
});

test('the next thirty days, and how many processes each hour of the next day needs', async () => {
  const { days, weeks } = await ask<CostsForecast>('forecast');
  expect(days).toHaveLength(30);
  expect(weeks).toBe(4);
  for (const { cost } of days) expect(Number(cost)).toBeCloseTo(24 * 3 * 0.01825, 1);
  const { hours, most, confidence } = await ask<SuggestedReplicas>('replicas');
  expect(hours).toHaveLength(24);
  expect({ most, confidence }).toEqual({ most: 3, confidence: 'good' }); // 3 000 s of an hour, 0.35 of a core each
  expect(hours.filter(({ at }) => at.includes('T03'))).toMatchObject([{ replicas: 2 }]);
});

test('what could be saved', async () => {
  const { findings } = await ask<CostsOptimization>('optimization');
  expect(findings.map(({ what }) => what)).toContain('memory');
  for (const { savesPerMonth } of findings) expect(Number(savesPerMonth)).toBeGreaterThan(0);
});

test('a process counts what it used, all in the row of the hour, and Prometheus hears of the cost', async () => {
  await sql(`DELETE FROM usage_hours WHERE hour = date_trunc('hour', now(), 'UTC')`);
  await countUsage();
  await countUsage();
  const rows = await sql<{ cpu: number; seconds: number }>(
    `SELECT sum(cpu_seconds) AS cpu, sum(process_seconds) AS seconds FROM usage_hours WHERE hour >= date_trunc('hour', now(), 'UTC')`,
  );
  expect(rows[0]!.cpu).toBeGreaterThan(0);
  expect(rows[0]!.seconds).toBeGreaterThan(rows[0]!.cpu / 4);
  await watchCosts();
  const metrics = await registry.metrics();
  expect(metrics).toMatch(/^daily_budget 10$/m);
  expect(metrics).toMatch(/^cost_per_hour 0\.\d+$/m);
});

test('cleaning keeps the hours that a forecast looks at, and removes those before', async () => {
  const kept = () => sql<{ days: number }>(`SELECT count(*)::int / 24 AS days FROM usage_hours WHERE requests = 7`);
  await sql(`
    INSERT INTO usage_hours SELECT hour, 3600, 60, 3600, 7 FROM generate_series(
      date_trunc('day', now(), 'UTC') - interval '70 days', date_trunc('day', now(), 'UTC') - interval '60 days 1 hour', '1 hour') hour`);
  expect(await kept()).toEqual([{ days: 10 }]);
  await clean();
  expect(await kept()).toEqual([{ days: 4 }]);
});

test('where it is off there is nothing, and it says which setting that is', async () => {
  const off = await startInstance({ COSTS: 'off' });
  try {
    const response = await fetch(`${off.url}/api/costs/realtime`, { headers });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('COSTS is off');
  } finally {
    await off.stop();
  }
});
