import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApiClient } from '../local/api-client.ts';
import { createEntity, createService, createYear, everyMonth } from './factories/index.ts';
import { admin, startInstance } from './harness/instances.ts';
import { proxyTo } from './harness/tcp-proxy.ts';
import { brokenInvariants } from './harness/invariants.ts';

/** A test that runs out of time goes on beside those that follow, and spoils them. */
vi.setConfig({ testTimeout: 120_000 });

type Instance = Awaited<ReturnType<typeof startInstance>>;
type Row = { id: number; version: number; budget: string };

let line: Awaited<ReturnType<typeof proxyTo>>;
let settings: Record<string, string>;
let [a, b] = [{} as Instance, {} as Instance];
let atA: ApiClient;
let atB: ApiClient;
let row: Row;

beforeAll(async () => {
  const year = await createYear('FY26');
  const { id: entityId } = await createEntity();
  const service = await createService({ entityId }, { planId: year.planId, months: everyMonth('1.00') });
  for (let other = 0; other < 20; other++)
    await createService({ entityId }, { planId: year.planId, months: everyMonth('2.00') });
  line = await proxyTo(process.env['DATABASE_READ_REPLICA_URL']!);
  // As they are run: who has not written may be given what was right a moment ago.
  settings = { DATABASE_READ_REPLICA_URL: line.url, CACHE_STALE_MS: '800' };
  // Both at once on an empty database: there is one first administrator, and each of them becomes ready.
  [a, b] = await Promise.all([startInstance(settings), startInstance(settings)]);
  atA = await ApiClient.signIn(a.url, admin.email, admin.password);
  atB = atA.at(b.url);
  row = (await atA.json(`/api/budgets/${service.id}?fy=FY26`)) as Row;
});

afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await line.cut();
});

async function setBudget(budget: string, at = atA) {
  row = (await at.json(`/api/budgets/${row.id}?fy=FY26`, {
    method: 'PATCH',
    version: row.version,
    body: { budget, reason: 'Test' },
  })) as Row;
}
const listed = async (at: ApiClient) =>
  (await at.json('/api/budgets?fy=FY26&limit=200')) as { data: Row[]; totals: { budget: string } };
const budgetIn = async (at: ApiClient) => (await listed(at)).data.find(({ id }) => id === row.id)?.budget;
const dashboardBudget = async (at: ApiClient) =>
  ((await at.json('/api/reports/dashboard?fy=FY26')) as { totals: { budget: string } }).totals.budget;
const metricsOf = async ({ metricsUrl }: Instance) => (await fetch(metricsUrl)).text();
const total = (budget: string) => `${480 + Number(budget)}.00`;

test('whoever wrote reads the write on every instance, in lists and in reports of the replica', async () => {
  for (let round = 1; round <= 125; round++) {
    const [writer, reader] = round % 2 ? [atA, atB] : [atB, atA];
    await setBudget(`${round}.00`, writer);
    expect(await budgetIn(reader)).toBe(`${round}.00`);
    expect(await dashboardBudget(reader)).toBe(total(`${round}`));
    expect(await budgetIn(writer)).toBe(`${round}.00`);
    expect(await dashboardBudget(writer)).toBe(total(`${round}`));
  }
});

test('everybody else sees it within a second', async () => {
  const other = await ApiClient.signIn(b.url, admin.email, admin.password);
  await budgetIn(other);
  await setBudget('777.00');
  const written = performance.now();
  while ((await budgetIn(other)) !== '777.00') expect(performance.now() - written).toBeLessThan(1_000);
});

test('200 cold requests on two instances load a page at most twice', async () => {
  await setBudget('1000.00');
  const misses = async (instance: Instance) =>
    Number(/cache_misses_total\{name="budgets\.list"\} (\d+)/.exec(await metricsOf(instance))?.[1] ?? 0);
  const before = (await misses(a)) + (await misses(b));
  const path = '/api/budgets?fy=FY26&limit=17&sort=-budget';
  await Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 ? atA : atB).text(path)));
  expect((await misses(a)) + (await misses(b)) - before).toBeLessThanOrEqual(2);
});

test.each(['is away', 'hangs'])(
  'while the replica %s, reports come from the primary, until it is back',
  async (how) => {
    const asOf = async () =>
      (
        await fetch(`${a.url}/api/reports/dashboard?fy=FY26&entity=${Math.ceil(Math.random() * 1e6)}`, {
          headers: atA.headers,
        })
      ).headers.get('x-data-as-of');
    expect(await asOf()).not.toBeNull();
    if (how === 'hangs') line.hang();
    else await line.cut();
    for (let request = 0; request < 20; request++) {
      await setBudget(`${2000 + request}.00`);
      expect(await dashboardBudget(atA)).toBe(total(`${2000 + request}`));
    }
    await line.mend();
    const mended = performance.now();
    while ((await asOf()) === null) {
      expect(performance.now() - mended).toBeLessThan(60_000);
      await sleep(200);
    }
  },
);

test('a replica that stands still is not believed', async () => {
  const replica = new Client({ connectionString: process.env['TEST_REPLICA_URL']! });
  await replica.connect();
  await replica.query('SELECT pg_wal_replay_pause()');
  try {
    await setBudget('3000.00');
    expect(await dashboardBudget(atA)).toBe(total('3000'));
    expect(await dashboardBudget(atB)).toBe(total('3000'));
  } finally {
    await replica.query('SELECT pg_wal_replay_resume()');
    await replica.end();
  }
});

test('a budget that was answered as saved survives kill -9 of the instance, every time', async () => {
  for (let cycle = 1; cycle <= 5; cycle++) {
    await setBudget(`${4000 + cycle}.00`);
    const pending = setBudget(`${5000 + cycle}.00`).then(
      () => true,
      () => false,
    );
    await a.stop('SIGKILL');
    const answered = await pending;
    a = await startInstance(settings);
    atA = atA.at(a.url);
    row = (await atA.json(`/api/budgets/${row.id}?fy=FY26`)) as Row;
    if (answered) expect(row.budget).toBe(`${5000 + cycle}.00`);
    else expect([`${4000 + cycle}.00`, `${5000 + cycle}.00`]).toContain(row.budget);
  }
  expect(await brokenInvariants()).toEqual([]);
});

/** How many lists an instance was asked for, answered or not. */
async function begun(instance: Instance) {
  const text = await metricsOf(instance);
  const answered = [...text.matchAll(/^http_requests_total\{.*\/api\/budgets".*\} (\d+)/gm)];
  const inFlight = Number(/^http_requests_in_flight (\d+)/m.exec(text)?.[1]);
  return answered.reduce((sum, [, count]) => sum + Number(count), inFlight);
}

test('stopping finishes what was begun: no request is lost', async () => {
  const answers: Promise<number>[] = [];
  const send = () =>
    fetch(`${b.url}/api/budgets?fy=FY26&q=${Math.random()}`, { headers: atB.headers }).then(({ status }) => status);
  const before = await begun(b);
  for (let request = 0; request < 30; request++) answers.push(send());
  await expect.poll(() => begun(b), { interval: 1 }).toBe(before + 30);
  const [stopped, at] = [b.stop(), performance.now()];
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  await stopped;
  // Connections that browsers keep open do not hold it up until it loses patience.
  expect(performance.now() - at).toBeLessThan(8_000);
  b = await startInstance(settings);
  atB = atB.at(b.url);
});

test('a right that is taken away ends on every instance at once', async () => {
  const { id } = (await atA.json('/api/users', {
    method: 'POST',
    body: { email: 'leaver@example.com', name: 'Leaver', role: 'Viewer', entityIds: null },
  })) as { id: number };
  const { temporaryPassword } = (await atA.json(`/api/users/${id}/password`, { method: 'POST' })) as {
    temporaryPassword: string;
  };
  const leaver = await ApiClient.signIn(b.url, 'leaver@example.com', temporaryPassword);
  await leaver.json('/api/auth/me');
  await atA.json(`/api/users/${id}`, { method: 'PATCH', version: 2, body: { disabled: true } });
  await sleep(1_000);
  await expect(leaver.json('/api/auth/me')).rejects.toThrow('401');
});

test('limits hold across instances', async () => {
  const few = { ...settings, RATE_LIMIT_PER_USER: '40' };
  const [c, d] = await Promise.all([startInstance(few), startInstance(few)]);
  try {
    const [atC, atD] = [atA.at(c.url), atA.at(d.url)];
    let refused = 0;
    for (let request = 0; request < 60; request++) {
      await (request % 2 ? atC : atD).text('/api/auth/me').catch(() => (refused += 1));
      await sleep(20);
    }
    // Each alone would have let all of its 30 through.
    expect(refused).toBeGreaterThan(5);
  } finally {
    await Promise.all([c.stop(), d.stop()]);
  }
});
