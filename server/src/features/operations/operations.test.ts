import type { Operations } from '@opex/contracts/operations';
import { beforeAll, expect, test } from 'vitest';
import { createYear } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { sql } from '../../../test/harness/sql.ts';
import { quantileOf } from './counted.rules.ts';
import { findingsOf } from './operations.rules.ts';

let admin: Person;
beforeAll(async () => {
  await createYear('FY26');
  admin = await as('Admin');
});
const look = async () => (await admin.get('/api/operations').expect(200)).body as Operations;

test('tells how the process runs, and who else listens to this database', async () => {
  await admin.get('/api/towers').expect(200);
  const seen = await look();
  expect(seen.requests.answered).toBeGreaterThan(0);
  expect(seen.process.memoryLimitBytes).toBeGreaterThan(seen.process.memoryBytes);
  expect(seen.pools.map(({ name }) => name)).toEqual(['primary', 'replica']);
  expect(seen.sharedCache).toBe('in use');
  expect(seen.processes).toHaveLength(1);
  expect(seen.statements.dearest.length).toBeGreaterThan(3);
  expect(seen.statements.dearest[0]!.seconds).toBeGreaterThanOrEqual(seen.statements.dearest[1]!.seconds);
});

test('what "verify" found last is said, and that it was never asked', async () => {
  expect((await look()).findings.map(({ what }) => what)).toContain(
    'Nobody has looked yet whether every figure is right',
  );
  await sql(`INSERT INTO verifications (at, broken) VALUES (now() - interval '30 hours', 2)`);
  const { findings, verification } = await look();
  expect(verification?.broken).toBe(2);
  const told = findings.filter(({ what }) => what.startsWith('"verify"'));
  expect(told.map(({ severity }) => severity)).toEqual(['critical', 'warning']);
  for (const { what, todo } of findings) for (const words of [what, todo]) expect(words).toMatch(/^["A-Z\d].*[^.]$/);
});

test('each thing that is wrong is found, and nothing else', async () => {
  const seen = await look();
  const at = new Date().toISOString();
  const well = {
    ...seen,
    checkedAt: at,
    sealedAt: at,
    verification: { at, broken: 0 },
    backup: { takenAt: at, restoredAt: at, isArchiveFailing: false },
    requests: { answered: 10_000, failed: 9, turnedAway: 0, p95Ms: 20 },
    process: { ...seen.process, memoryBytes: 80, memoryLimitBytes: 100, eventLoopP99Ms: 12 },
    cache: { ...seen.cache, found: 900, loaded: 100 },
    replica: { state: 'in use', lagSeconds: 0 },
  } satisfies Omit<Operations, 'findings'>;
  expect(findingsOf(well)).toEqual([]);
  const pool = { name: 'primary', max: 20, open: 20, idle: 0, waiting: 0 };
  const wrong: [Partial<Operations>, 'critical' | 'warning'][] = [
    [{ requests: { ...well.requests, failed: 600 } }, 'critical'],
    [{ requests: { ...well.requests, failed: 20 } }, 'warning'],
    [{ requests: { ...well.requests, turnedAway: 3 } }, 'warning'],
    [{ requests: { ...well.requests, p95Ms: 1_500 } }, 'warning'],
    [{ process: { ...well.process, memoryBytes: 95 } }, 'critical'],
    [{ process: { ...well.process, memoryBytes: 88 } }, 'warning'],
    [{ process: { ...well.process, eventLoopP99Ms: 400 } }, 'warning'],
    [{ pools: [{ ...pool, waiting: 2 }] }, 'critical'],
    [{ pools: [pool] }, 'warning'],
    [{ replica: { state: 'not in use', lagSeconds: null } }, 'warning'],
    [{ replica: { state: 'in use', lagSeconds: 8 } }, 'warning'],
    [{ sharedCache: 'away' }, 'warning'],
    [{ sharedCache: 'full' }, 'warning'],
    [{ cache: { ...well.cache, found: 700, loaded: 600 } }, 'warning'],
    [{ sealedAt: null }, 'warning'],
    [{ verification: { at, broken: 1 } }, 'critical'],
    [{ backup: { ...well.backup, takenAt: null } }, 'warning'],
    [{ backup: { ...well.backup, isArchiveFailing: true } }, 'critical'],
    [{ backup: { ...well.backup, restoredAt: '2020-01-01T00:00:00Z' } }, 'warning'],
    [{ verification: { at: '2020-01-01T00:00:00Z', broken: 0 } }, 'warning'],
  ];
  for (const [change, severity] of wrong)
    expect(
      findingsOf({ ...well, ...change }).map((finding) => finding.severity),
      JSON.stringify(change),
    ).toEqual([severity]);
});

test('a quantile is found between the limits of its bucket', () => {
  const bucket = (le: number | string, value: number) => ({ metricName: 'x_bucket', labels: { le }, value });
  const counted = { x: [bucket(1, 50), bucket(2, 100), bucket('+Inf', 100)] };
  expect(quantileOf(counted, 'x', 0.75)).toBe(1.5);
  expect(quantileOf(counted, 'x', 0.25)).toBe(0.5);
  expect(quantileOf({ x: [bucket(1, 0), bucket('+Inf', 4)] }, 'x', 0.95)).toBe(1);
  expect(quantileOf({ x: [bucket(1, 0), bucket('+Inf', 0)] }, 'x', 0.95)).toBeUndefined();
});
