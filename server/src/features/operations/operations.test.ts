import type { Operations } from '@opex/contracts/operations';
import { beforeAll, expect, test, vi } from 'vitest';
import { createYear } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { startServer } from '../../../test/harness/server.ts';
import { sql } from '../../../test/harness/sql.ts';
import { logger } from '../../lib/logger.ts';
import { quantileOf } from './counted.rules.ts';
import { keepCounts } from './lately.service.ts';
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
  await sql(`INSERT INTO verifications (at, broken, words) VALUES (now() - interval '30 hours', 2, 'parents end: 7')`);
  const { findings, verification } = await look();
  expect(verification?.broken).toBe(2);
  expect(findings.map(({ what }) => what)).toContain('"verify" found 2 rules broken, the first: parents end: 7');
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
    verification: { at, broken: 0, words: '' },
    backup: { takenAt: at, restoredAt: at, isArchiveFailing: false },
    lately: { answered: 10_000, failed: 9, turnedAway: 0, p95Ms: 20 },
    proxies: { trusted: 1, fewer: 0, asSaid: 100, more: 5 },
    process: { ...seen.process, memoryBytes: 80, memoryLimitBytes: 100, eventLoopP99Ms: 12 },
    cache: { ...seen.cache, found: 900, loaded: 100 },
    replica: { state: 'in use', lagSeconds: 0 },
  } satisfies Omit<Operations, 'findings'>;
  expect(findingsOf(well)).toEqual([]);
  const pool = { name: 'primary', max: 20, open: 20, idle: 0, waiting: 0 };
  const wrong: [Partial<Operations>, 'critical' | 'warning'][] = [
    [{ lately: { ...well.lately, failed: 600 } }, 'critical'],
    [{ lately: { ...well.lately, failed: 20 } }, 'warning'],
    [{ lately: { ...well.lately, turnedAway: 3 } }, 'warning'],
    [{ lately: { ...well.lately, p95Ms: 1_500 } }, 'warning'],
    [{ proxies: { trusted: 0, fewer: 0, asSaid: 1, more: 30 } }, 'warning'],
    [{ proxies: { trusted: 2, fewer: 30, asSaid: 1, more: 0 } }, 'warning'],
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
    [{ verification: { at, broken: 1, words: '' } }, 'critical'],
    [{ backup: { ...well.backup, takenAt: null } }, 'warning'],
    [{ backup: { ...well.backup, isArchiveFailing: true } }, 'critical'],
    [{ backup: { ...well.backup, restoredAt: '2020-01-01T00:00:00Z' } }, 'warning'],
    [{ verification: { at: '2020-01-01T00:00:00Z', broken: 0, words: '' } }, 'warning'],
  ];
  for (const [change, severity] of wrong)
    expect(
      findingsOf({ ...well, ...change }).map((finding) => finding.severity),
      JSON.stringify(change),
    ).toEqual([severity]);
});

test('what failed is said while it is so, and when it was last', async () => {
  const startedAt = Date.now();
  await sql('ALTER TABLE towers RENAME TO towers_away');
  await admin.get('/api/towers?q=nothing').expect(500);
  await sql('ALTER TABLE towers_away RENAME TO towers');
  const hasFailed = async () => (await look()).findings.some(({ what }) => what.includes('have failed'));
  expect(await hasFailed()).toBe(true);
  expect(Date.parse((await look()).requests.lastFailedAt!)).toBeGreaterThanOrEqual(startedAt - 1_000);
  for (let minute = 0; minute < 6; minute++) await keepCounts();
  expect(await hasFailed()).toBe(false);
  expect((await look()).requests.failed).toBe(1);
});

test('proxies that TRUST_PROXY does not know of are told of once', async () => {
  const warned: unknown[] = [];
  vi.spyOn(logger, 'warn').mockImplementation((line: unknown) => (warned.push(line), logger));
  const server = await startServer();
  const ask = () => fetch(`${server.origin}/api/openapi.json`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  for (let times = 0; times < 20; times++) await ask();
  for (let minute = 0; minute < 2; minute++) await keepCounts();
  const words =
    'Requests come through more proxies than TRUST_PROXY=0 says, so limits count all callers as one address';
  expect((await look()).findings.map(({ what }) => what)).toContain(words);
  expect(warned).toEqual([expect.stringContaining(words)]);
});

test('a quantile is found between the limits of its bucket', () => {
  const bucket = (le: number | string, value: number) => ({ metricName: 'x_bucket', labels: { le }, value });
  const counted = { x: [bucket(1, 50), bucket(2, 100), bucket('+Inf', 100)] };
  expect(quantileOf(counted, 'x', 0.75)).toBe(1.5);
  expect(quantileOf(counted, 'x', 0.25)).toBe(0.5);
  expect(quantileOf({ x: [bucket(1, 0), bucket('+Inf', 4)] }, 'x', 0.95)).toBe(1);
  expect(quantileOf({ x: [bucket(1, 0), bucket('+Inf', 0)] }, 'x', 0.95)).toBeUndefined();
});
