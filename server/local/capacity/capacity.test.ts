import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { capacityFile, capacityPage } from './files.ts';
import { type Assumptions, type Measured, planFor } from './model.rules.ts';

test('the page is that of its inputs as they are: else run npm run capacity', () => {
  expect(readFileSync(capacityFile, 'utf8')).toBe(capacityPage());
});

const row = { processes: 1, rate: 100, writeShare: 0.05, sent: 1_000, failed: 0, serverSeconds: 5, postgresSeconds: 3, hitRate: 0.9, megabytes: 200, bytes: 2_000, p95: 10 }; // prettier-ignore
const measured: Measured = { at: '2026-11-25', machine: 'a machine', rows: [row] };
const assumptions: Assumptions = {
  people: [150],
  secondsBetweenRequests: 1.5,
  row: { rate: 100, writeShare: 0.05 },
  pod: { cpu: 0.5, memoryGiB: 0.5, targetCpu: 0.7, fewest: 3, most: 8 },
  database: { targetCpu: 0.6, instances: 2, memoryGiBPerCore: 4, fewestCores: 1, storageGiB: 10, maxConnections: 300 },
  poolPerPod: 20,
  cache: { memoryGiB: 1 },
  workHours: 100,
  prices: { currency: 'USD', of: 'a test', coreHour: 1, memoryGiBHour: 0.1, databaseCoreHour: 2, storageGiBMonth: 1, trafficGiB: 1, loadBalancerMonth: 10 }, // prettier-ignore
};

test('pods are what the processor time of all requests needs at the share that the autoscaler keeps', () => {
  // 1 500 people, 1 000 requests a second of 5 ms: 5 cores, 0.35 of them a pod; 3 ms of PostgreSQL: 3 cores at 60 %.
  const plan = planFor(1_500, measured, assumptions);
  expect(plan).toMatchObject({ rate: 1_000, writes: 50, pods: 15, databaseCores: 5, connections: 300, megabits: 16 });
  expect(plan.serverCores).toBeCloseTo(5);
  // 15 pods x 730 h x (0.5 + 0.05), 2 databases x (5 cores x 730 h x 2.4 + 10 GiB)
  expect(plan.cost.servers).toBeCloseTo(6_022.5);
  expect(plan.cost.databases).toBeCloseTo(17_540);
  expect(plan.cost.month).toBeCloseTo(plan.cost.servers + plan.cost.databases + plan.cost.rest);
});

test('a few people have the fewest pods, and none is free', () => {
  expect(planFor(10, measured, assumptions)).toMatchObject({ pods: 3, databaseCores: 1 });
});

test('a row that was not measured is said to be missing', () => {
  const other = { ...assumptions, row: { rate: 400, writeShare: 0 } };
  expect(() => planFor(10, measured, other)).toThrow('no row of 400/s with 0 % writes');
});
