import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../local/api-client.ts';
import { createService, createYear, everyMonth } from './factories/index.ts';
import { signedInAs } from './factories/users.ts';
import { admin, startInstance } from './harness/instances.ts';
import { runCommand } from './harness/run-command.ts';
import { scrape, type Scraped } from './harness/scrape.ts';
import { sql } from './harness/sql.ts';
import { proxyTo } from './harness/tcp-proxy.ts';

/** Of a running process: what is done moves the figure that tells it. */
let redisWay: Awaited<ReturnType<typeof proxyTo>>;
let instance: Awaited<ReturnType<typeof startInstance>>;
let person: ApiClient;
let year: Awaited<ReturnType<typeof createYear>>;

beforeAll(async () => {
  year = await createYear('FY26');
  await createService({ uid: 'A' }, { planId: year.planId, months: everyMonth('1.00') });
  redisWay = await proxyTo(process.env['REDIS_URL']!);
  instance = await startInstance({ REDIS_URL: redisWay.url, CACHE_STALE_MS: '900' });
  person = await ApiClient.signIn(instance.url, admin.email, admin.password);
});
afterAll(async () => {
  await instance.stop();
  await redisWay.cut();
});

const look = () => scrape(instance.metricsUrl);
/** How much the figure grew by the work. */
async function grown(work: () => Promise<unknown>, name: string, ...labels: string[]) {
  const before = await look();
  await work();
  return ((await look()).value(name, ...labels) ?? 0) - (before.value(name, ...labels) ?? 0);
}
const send = (
  path: string,
  { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
) =>
  fetch(instance.url + path, {
    ...init,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(20_000),
  });
const dashboard = '/api/reports/dashboard?fy=FY26';

describe('of requests', () => {
  test('an answer that was not meant to be is an error of the application', async () => {
    await sql('ALTER TABLE security_events RENAME TO events_elsewhere');
    const failing = () => send('/api/security-events', { headers: person.headers });
    expect(await grown(failing, 'application_errors_total', 'where="request"')).toBe(1);
    await sql('ALTER TABLE events_elsewhere RENAME TO security_events');
  });

  test('connections are counted while they are open', async () => {
    const count = async () => (await look()).value('active_connections') ?? 0;
    const sockets = Array.from({ length: 50 }, () => connect(Number(new URL(instance.url).port), '127.0.0.1'));
    await expect.poll(count).toBeGreaterThanOrEqual(50);
    for (const socket of sockets) socket.destroy();
    await expect.poll(count).toBeLessThan(50);
  });

  test('a repeat under the same key is a replay', async () => {
    const [{ id } = { id: 0 }] = await sql<{ id: number }>('SELECT id FROM services');
    const body = JSON.stringify({ text: 'Said once' });
    const headers = { ...person.writeHeaders, 'idempotency-key': 'twice' };
    const twice = async () => {
      for (const status of [201, 201]) {
        const answer = await send(`/api/services/${id}/remarks`, { method: 'POST', headers, body });
        expect(answer.status, await answer.text()).toBe(status);
      }
    };
    expect(await grown(twice, 'idempotency_replays_total')).toBe(1);
  });
});

describe('of people', () => {
  test('attempts to sign in, what was refused and what came from elsewhere are told apart', async () => {
    const before = await look();
    const body = (password: string) => JSON.stringify({ email: 'nobody@example.com', password });
    const attempts = ['1', '2', '3', '4', '5', '6', '7'].map((guess) => body(`a wrong guess ${guess}`));
    const statuses: number[] = [];
    for (const one of attempts) statuses.push((await send('/api/auth/sign-in', { method: 'POST', body: one })).status);
    await ApiClient.signIn(instance.url, admin.email, admin.password);
    expect((await send('/api/users', { headers: await signedInAs('Viewer') })).status).toBe(403);
    expect((await send('/api/vendors', { method: 'POST', headers: person.headers, body: '{}' })).status).toBe(403);
    const after = await look();
    const more = (name: string, ...labels: string[]) =>
      (after.value(name, ...labels) ?? 0) - (before.value(name, ...labels) ?? 0);
    const refused = statuses.filter((status) => status === 429).length;
    expect(refused).toBeGreaterThan(0);
    expect(more('auth_attempts_total', 'result="failure"')).toBe(attempts.length - refused);
    expect(more('auth_attempts_total', 'result="refused"')).toBe(refused);
    expect(more('auth_lockouts_total')).toBe(refused);
    expect(more('auth_attempts_total', 'result="success"')).toBe(1);
    expect(more('authz_denied_total')).toBe(1);
    expect(more('csrf_rejected_total')).toBe(1);
  });
});

describe('of the database', () => {
  test('callers who wait for a connection are timed, by pool', async () => {
    const reads = () => person.text('/api/users?limit=5');
    expect(await grown(reads, 'db_pool_acquire_seconds_count', 'pool="primary"')).toBeGreaterThan(0);
    const now = await look();
    expect(now.value('db_pool_max', 'pool="primary"')).toBe(10);
    expect(now.value('db_pool_size', 'pool="replica"')).toBeGreaterThan(0);
  });

  test('reports say which database answered, and why that one', async () => {
    const anew = async () => {
      await sql('SELECT raise_cache_tags(VARIADIC ARRAY[$1])', ['figures']);
      await expect.poll(() => person.text(dashboard)).toContain('totals');
    };
    const asked = await grown(anew, 'db_reads_total');
    expect(asked).toBeGreaterThan(0);
    expect((await look()).value('db_reads_total', 'target="replica"', 'reason="in use"')).toBeGreaterThan(0);
    expect((await look()).value('db_replica_lag_seconds')).toBeGreaterThanOrEqual(0);
    expect((await look()).value('circuit_breaker_state', 'name="replica"')).toBe(0);
  });

  test('without a replica and Redis nothing is said of them', async () => {
    const alone = await startInstance({ DATABASE_READ_REPLICA_URL: '', REDIS_URL: '' });
    const client = await ApiClient.signIn(alone.url, admin.email, admin.password);
    await client.text(dashboard);
    const now = await scrape(alone.metricsUrl);
    await alone.stop();
    const told = [...now.names].filter((name) => /^redis_|replica|circuit/.test(name));
    expect(told).toEqual([]);
    expect(now.value('db_reads_total', 'target="primary"', 'reason="no replica"')).toBeGreaterThan(0);
  });
});

describe('of the cache', () => {
  test('what a second reader is given, and what is given for the moment after a change', async () => {
    const other = await ApiClient.signIn(instance.url, admin.email, admin.password);
    const list = '/api/budgets?fy=FY26&limit=50';
    await other.text(list);
    expect(await grown(() => other.text(list), 'cache_hits_total', 'layer="memory"')).toBeGreaterThan(0);

    const [row] = ((await person.json(list)) as { data: { id: number; version: number }[] }).data;
    const readsAfterWrite = async () => {
      await person.json(`/api/budgets/${row!.id}?fy=FY26`, {
        method: 'PATCH',
        version: row!.version,
        body: { budget: '99.00', reason: 'Test' },
      });
      await other.text(dashboard);
      await other.text(list);
    };
    await other.text(dashboard);
    expect(await grown(readsAfterWrite, 'cache_stale_served_total')).toBeGreaterThan(0);
  });

  test('how full Redis is; that it does not answer, and that it does again', async () => {
    const before = await look();
    expect(before.value('redis_up')).toBe(1);
    expect(before.value('circuit_breaker_state', 'name="redis"')).toBe(0);
    expect(before.value('redis_memory_used_bytes')).toBeGreaterThan(100_000);
    redisWay.hang();
    const read = () => person.text(`/api/budgets?fy=FY26&limit=${1 + Math.floor(Math.random() * 400)}`);
    await expect
      .poll(async () =>
        (await read(), look()).then((now) => [
          now.value('redis_up'),
          now.value('circuit_breaker_state', 'name="redis"'),
        ]),
      )
      .toEqual([0, 1]);
    expect((await look()).value('cache_errors_total', 'kind="command"')).toBeGreaterThan(
      before.value('cache_errors_total', 'kind="command"') ?? 0,
    );
    await redisWay.mend();
    await expect.poll(async () => (await look()).value('redis_up')).toBe(1);
  });
});

describe('of the process', () => {
  test('what it uses and what it may use', async () => {
    const now = await look();
    const used = now.value('process_resident_memory_bytes') ?? 0;
    expect(now.value('process_memory_limit_bytes')).toBeGreaterThan(used);
    expect(now.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });
});

describe('of what is proved', () => {
  const verify = async () => (await runCommand(['verify'])).code;
  const told = (now: Scraped) => [
    now.value('ledger_invariant_violations'),
    now.value('verify_last_run_timestamp_seconds'),
  ];

  test('what "verify" found is told by every process, from its first run on', async () => {
    expect(told(await look())).toEqual([undefined, undefined]);
    const from = Date.now() / 1000 - 1;
    expect(await verify()).toBe(0);
    expect((await look()).value('ledger_invariant_violations')).toBe(0);
    expect((await look()).value('verify_last_run_timestamp_seconds')).toBeGreaterThan(from);
  });

  test('a log that was rewritten is told by who looks at it, and by the next "verify"', async () => {
    await sql(`ALTER TABLE audit_entries DISABLE TRIGGER USER;
      UPDATE audit_entries SET reason = 'another' WHERE id = 1; ALTER TABLE audit_entries ENABLE TRIGGER USER`);
    const looks = () => person.text('/api/audit/verify');
    expect(await grown(looks, 'audit_chain_verify_failures_total')).toBe(1);
    expect(await verify()).toBe(1);
    expect((await look()).value('ledger_invariant_violations')).toBeGreaterThan(0);
  });
});
