import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../local/folders.ts';
import { type Postgres, startPostgres } from '../local/postgres.ts';
import { ownerOf } from '../local/processes.ts';
import { startReplica } from '../local/replica.ts';
import { verify } from '../src/verify/verify.ts';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { openPool } from '../src/database/database.ts';
import { applyMigrations } from '../src/database/migrate.ts';
import { ApiClient } from '../local/api-client.ts';
import { openStream } from './harness/event-stream.ts';
import { freeze, postmasterOf } from './harness/freeze.ts';
import { admin, startInstance } from './harness/instances.ts';
import { startRedis } from '../local/test-services.ts';

/** Servers of its own, which are stopped as a machine that hangs stops: SIGSTOP and SIGCONT. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const redisProgram = process.env['REDIS_SERVER_PATH'];
const closers: (() => unknown)[] = [];
let folder: string;
let primary: Postgres;
let replica: Postgres;
let settings: Record<string, string>;
let instance: Awaited<ReturnType<typeof startInstance>>;
let client: ApiClient;
let serviceId: number;
let thaw = () => {};

beforeAll(async () => {
  folder = temporaryFolder('opex-hung-');
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  primary = await startPostgres({ directory: join(folder, 'postgres'), durable: false });
  closers.push(primary.stop);
  replica = await startReplica(primary, { directory: join(folder, 'replica') });
  closers.push(replica.stop);
  settings = {
    DATABASE_URL: primary.url('postgres'),
    DATABASE_READ_REPLICA_URL: replica.url('postgres'),
    RATE_LIMIT_PER_USER: '1000000',
  };
  if (redisProgram) {
    const redis = await startRedis(redisProgram, folder);
    closers.push(redis.stop);
    settings['REDIS_URL'] = `redis://127.0.0.1:${redis.port}`;
  }
  await applyMigrations(primary.url('postgres'));
  instance = await startInstance(settings);
  closers.push(() => instance.stop());
  client = await ApiClient.signIn(instance.url, admin.email, admin.password);
  await sql(`INSERT INTO services (uid, service) VALUES ('HUNG-1', 'Hosting')`);
  serviceId = Number((await sql<{ id: number }>('SELECT id FROM services'))[0]?.id);
});

afterEach(() => thaw());
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function sql<Row extends object>(text: string): Promise<Row[]> {
  const connection = new Client({ connectionString: primary.url('postgres') });
  await connection.connect();
  try {
    return (await connection.query<Row>(text)).rows;
  } finally {
    await connection.end();
  }
}

const hang = (server: Postgres) => (thaw = freeze(postmasterOf(server.directory)));

/** The answer and how long it took; never from a cache. */
async function ask(path: string, options: RequestInit = {}, at = instance.url) {
  const began = performance.now();
  const answer = await fetch(at + path, { ...options, signal: AbortSignal.timeout(60_000) });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), text, ms: performance.now() - began };
}
type Asked = Awaited<ReturnType<typeof ask>>;
const list = () => ask(`/api/budgets?q=${randomUUID()}`, { headers: client.headers });
const dashboard = () =>
  ask(`/api/reports/dashboard?entity=${1 + Math.floor(Math.random() * 1e6)}`, { headers: client.headers });
const write = (owner: string, version: number, key: string = randomUUID()) =>
  ask(`/api/budgets/${serviceId}`, {
    method: 'PATCH',
    headers: {
      ...client.writeHeaders,
      'content-type': 'application/json',
      'if-match': `"v${version}"`,
      'idempotency-key': key,
    },
    body: JSON.stringify({ owner }),
  });

const versionNow = async () =>
  Number((await sql<{ version: number }>(`SELECT version FROM services WHERE id = ${serviceId}`))[0]?.version);

function expectUnavailable({ status, type, ms }: Asked, withinMs = 5_500) {
  expect([503, 504]).toContain(status);
  expect(type).toContain('application/problem+json');
  expect(ms).toBeLessThan(withinMs);
}

async function expectRecovery() {
  const began = performance.now();
  await expect
    .poll(async () => [(await ask('/readyz')).status, (await list()).status], { timeout: 20_000, interval: 100 })
    .toEqual([200, 200]);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await verify(primary.url('postgres'))).filter(({ ok }) => !ok)).toEqual([]);
}

describe('while PostgreSQL hangs', () => {
  test('every request is answered in time, readiness too, and all of it comes back by itself', async () => {
    for (let round = 0; round < 5; round++) await Promise.all([list(), list(), list(), dashboard()]);
    const version = await versionNow();
    const stream = await openStream(instance.url, client.headers);
    hang(primary);
    const [ready, ...answers] = await Promise.all([
      ask('/readyz'),
      ...Array.from({ length: 30 }, list),
      ...Array.from({ length: 5 }, dashboard),
      write('nobody', version),
      ask('/api/auth/me', { headers: client.headers }),
    ]);
    expect(ready).toMatchObject({ status: 200, text: 'ready, but the database does not answer as it should' });
    expect(ready.ms).toBeLessThan(2_000);
    // What is known by heart may still be answered.
    for (const answer of answers) if (answer.status !== 200) expectUnavailable(answer);
    expect(answers.filter(({ status }) => status !== 200).length).toBeGreaterThan(30);
    // Later it is known, and said at once.
    for (const answer of await Promise.all([list(), dashboard(), write('nobody', version)]))
      expectUnavailable(answer, 5_500);
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/health')).ms).toBeLessThan(3_000);

    // The page, which needs no database, goes on to be answered after half a minute.
    await sleep(30_000);
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask('/api/openapi.json')).status).toBe(200);
    expectUnavailable(await list(), 5_500);

    thaw();
    await expectRecovery();
    expect(await versionNow()).toBe(version);
    expect((await write('Asha', version)).status).toBe(200);
    expect(stream.ended).toBe(false);
    await expect.poll(() => stream.events.map(({ data }) => data['action'])).toEqual(['service.updated']);
    stream.close();
  });

  test('a write whose answer is cut says that it may be saved, and its key makes the repeat safe', async () => {
    await sql(`
      CREATE FUNCTION sleep_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER sleep_at_commit AFTER UPDATE ON cache_tags DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION sleep_at_commit()`);
    try {
      const version = await versionNow();
      const key = randomUUID();
      const pending = write('Ravi', version, key);
      await expect
        .poll(() => sql(`SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'COMMIT'`), { interval: 50 })
        .toHaveLength(1);
      hang(primary);
      const cut = await pending;
      expectUnavailable(cut, 6_500);
      expect(JSON.parse(cut.text).detail).toMatch(/may have been saved/);
      thaw();
      await expectRecovery();
      await expect.poll(async () => (await write('Ravi', version, key)).status).toBe(200);
      expect(await versionNow()).toBe(version + 1);
      expect(await sql(`SELECT FROM audit_entries WHERE changes->'owner'->>'to' = 'Ravi'`)).toHaveLength(1);
    } finally {
      await sql('DROP FUNCTION sleep_at_commit CASCADE');
    }
  });

  test('a process that is asked to end does so', async () => {
    const leaving = await startInstance(settings);
    const leaver = client.at(leaving.url);
    const streamed = await openStream(leaving.url, leaver.headers);
    hang(primary);
    const pending = ask(`/api/budgets?q=${randomUUID()}`, { headers: leaver.headers }, leaving.url).catch(
      () => undefined,
    );
    await sleep(100);
    const began = performance.now();
    await leaving.stop('SIGTERM');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(streamed.ended).toBe(true);
    await pending;
  });

  test('a process that starts says what it waits for, and serves once it is answered', async () => {
    hang(primary);
    const starting = await startInstance({ ...settings, LOG_LEVEL: 'warn' }, { waits: false });
    try {
      await expect.poll(() => starting.log(), { timeout: 30_000 }).toMatch(/Waiting for the database/);
      expect(await ask('/readyz', {}, starting.url)).toMatchObject({ status: 503, text: 'starting' });
      thaw();
      await expect.poll(async () => (await ask('/readyz', {}, starting.url)).status, { timeout: 10_000 }).toBe(200);
    } finally {
      await starting.stop();
    }
  });

  test('migrating ends with words', async () => {
    hang(primary);
    await expect(applyMigrations(primary.url('postgres'))).rejects.toThrow(/does not answer/);
  });
});

test('a connection that was waited for in vain is given to nobody else', async () => {
  const pool = openPool(() => primary.url('postgres'), 'one', { max: 1, query_timeout: 500 });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const pidOf = async (tx: Pick<typeof prisma, '$queryRaw'>) =>
    (await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)[0]?.pid ?? 0;
  try {
    let frozen = 0;
    await expect(
      prisma.$transaction(async (tx) => {
        frozen = await pidOf(tx);
        thaw = freeze(frozen);
        await pidOf(tx);
      }),
    ).rejects.toThrow('Query read timeout');
    expect(await pidOf(prisma)).not.toBe(frozen);
    thaw();
    expect(await pidOf(prisma)).not.toBe(frozen);
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
});

test('a pool without a free connection answers within 2.5 seconds', async () => {
  const small = await startInstance({ ...settings, DATABASE_READ_REPLICA_URL: '', DATABASE_POOL_MAX: '2' });
  const holder = new Client({ connectionString: primary.url('postgres') });
  await holder.connect();
  try {
    const at = client.at(small.url);
    await at.json('/api/auth/me');
    await holder.query(`BEGIN; LOCK services`);
    const waiting = Array.from({ length: 2 }, () =>
      ask(`/api/budgets?q=${randomUUID()}`, { headers: at.headers }, small.url),
    );
    await sleep(300);
    expectUnavailable(await ask(`/api/budgets?q=${randomUUID()}`, { headers: at.headers }, small.url), 2_500);
    await holder.query('ROLLBACK');
    await Promise.all(waiting);
  } finally {
    await holder.end();
    await small.stop();
  }
});

test('while the replica hangs, reports come from the primary, those that were asked of it too', async () => {
  expect((await dashboard()).status).toBe(200);
  hang(replica);
  const answers = await Promise.all(Array.from({ length: 10 }, dashboard));
  for (const { status, ms } of answers) {
    expect(status).toBe(200);
    expect(ms).toBeLessThan(4_000);
  }
  await sleep(2_500);
  expect((await dashboard()).ms).toBeLessThan(1_000);
  thaw();
  await expect
    .poll(async () => (await (await fetch(`${instance.url}/health`)).json()).replica, { timeout: 10_000 })
    .toBe('in use');
});

test.skipIf(!redisProgram)('while Redis hangs, answers go on, and it is used again once it goes on', async () => {
  const state = async () => (await (await fetch(`${instance.url}/health`)).json()).cache;
  await expect.poll(state).toBe('memory and Redis');
  thaw = freeze(ownerOf(join(folder, 'redis.pid'))!);
  for (let request = 0; request < 5; request++) {
    const { status, ms } = await list();
    expect(status).toBe(200);
    expect(ms).toBeLessThan(1_500);
  }
  expect((await write('Mira', await versionNow())).status).toBe(200);
  const late = await startInstance(settings);
  expect((await ask('/readyz', {}, late.url)).status).toBe(200);
  thaw();
  await expect.poll(state, { timeout: 5_000 }).toBe('memory and Redis');
  await expect
    .poll(async () => (await (await fetch(`${late.url}/health`)).json()).cache, { timeout: 5_000 })
    .toBe('memory and Redis');
  await late.stop();
});
