import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { budgets } from '../../loadtests/budgets.ts';
import { createEntity, createService, createYear, everyMonth } from './factories/index.ts';
import { admin, startInstance } from './harness/instances.ts';
import { forget, seen } from './harness/k6/seen.ts';

/** The suites are for k6. Where that is not to be had, they run here on a stand-in of its modules: one user, a few rounds. */
type Suite = {
  options: {
    thresholds: Record<string, string[]>;
    stages?: { duration: string; target: number }[];
    scenarios?: object;
  };
  setup?: () => unknown;
  default: (data: unknown) => void;
};

const folder = join(import.meta.dirname, '../../loadtests/suites');
const names = readdirSync(folder);
const rounds = 12;
let server: Awaited<ReturnType<typeof startInstance>>;

beforeAll(async () => {
  const { planId } = await createYear('FY26');
  const { id: entityId } = await createEntity();
  for (let index = 0; index < 8; index++) await createService({ entityId }, { planId, months: everyMonth('1.00') });
  server = await startInstance();
  vi.stubGlobal('__ENV', { OPEX_URL: server.url, OPEX_EMAIL: admin.email, OPEX_PASSWORD: admin.password });
});
afterAll(() => server.stop());
beforeEach(forget);

const run = async (name: string) => {
  const suite = (await import(join(folder, name))) as Suite;
  const company = suite.setup?.();
  for (let round = 0; round < rounds; round++) suite.default(company);
  return suite;
};

test('there are suites', () => expect(names.length).toBeGreaterThan(4));

describe.each(names)('%s', (name) => {
  test('gets what it asks for: every request and every check is right', async () => {
    await run(name);
    expect(seen.requests.filter(({ status }) => status < 200 || status > 299)).toEqual([]);
    expect(seen.failedChecks).toEqual([]);
    expect(seen.requests.length).toBeGreaterThanOrEqual(rounds);
    expect(seen.checks).toBeGreaterThanOrEqual(rounds);
  });

  test('has thresholds that k6 can read, each of a budget that there is', async () => {
    const { options } = (await import(join(folder, name))) as Suite;
    const metric = /^(http_req_duration|http_req_failed|checks)(\{(name|at):[\w-]+\})?$/;
    const limit = /^(avg|rate|p\(\d\d\))<\d+(\.\d+)?$|^rate>0\.\d+$/;
    expect(Object.keys(options.thresholds).filter((key) => !metric.test(key))).toEqual([]);
    const limits = Object.values(options.thresholds).flat();
    expect(limits.filter((text) => !limit.test(text))).toEqual([]);
    const named = Object.keys(options.thresholds).flatMap((key) => /\{name:([\w-]+)\}/.exec(key)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((budget) => !(budget in budgets))).toEqual([]);
    expect(options.stages ?? options.scenarios).toBeDefined();
  });
});

test('everything that a day asks for is right, an edit among it', async () => {
  const { edit, ...reads } = await import('../../loadtests/lib/day.ts');
  const { setup } = await import('../../loadtests/lib/product.ts');
  const company = setup();
  for (const read of [reads.dashboard, reads.tracker, reads.search, reads.service, reads.months]) read(company);
  for (let time = 0; time < 3; time++) edit(company);
  expect(seen.failedChecks).toEqual([]);
  expect(seen.requests.filter(({ method, status }) => method === 'PATCH' && status === 200)).toHaveLength(3);
});

test('a check that does not hold is a failure of the suite', async () => {
  const { ask, setup } = await import('../../loadtests/lib/product.ts');
  ask('dashboard', '/api/reports/dashboard?fy=FY99', setup(), () => true);
  expect(seen.failedChecks).toEqual(['dashboard is right']);
});
