import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ApiClient } from '../local/api-client.ts';
import { openStream } from './harness/event-stream.ts';
import { admin, startInstance } from './harness/instances.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { sql } from './harness/sql.ts';
import { proxyTo } from './harness/tcp-proxy.ts';
import { risingBudget } from './harness/under-fault.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Two processes; the way of the second one to PostgreSQL and to the replica can be cut, and hang. */
type Instance = Awaited<ReturnType<typeof startInstance>>;
let toPrimary: Awaited<ReturnType<typeof proxyTo>>;
let toReplica: typeof toPrimary;
let [first, second] = [{} as Instance, {} as Instance];
let budget: Awaited<ReturnType<typeof risingBudget>>;
const settings = { CACHE_STALE_MS: '800' };

beforeAll(async () => {
  toPrimary = await proxyTo(process.env['DATABASE_URL']!);
  toReplica = await proxyTo(process.env['DATABASE_READ_REPLICA_URL']!);
  budget = await risingBudget();
  const proxied = { ...settings, DATABASE_URL: toPrimary.url, DATABASE_READ_REPLICA_URL: toReplica.url };
  [first, second] = await Promise.all([startInstance(settings), startInstance(proxied)]);
});
afterEach(async () => {
  const health = async ({ url }: Instance) => (await (await fetch(`${url}/health`)).json()) as object;
  await expect
    .poll(async () => Promise.all([health(first), health(second)]), { timeout: 60_000 })
    .toMatchObject(Array(2).fill({ status: 'ok', replica: 'in use', changes: 'listening' }));
  expect(await brokenInvariants()).toEqual([]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await Promise.all([toPrimary.cut(), toReplica.cut()]);
});

const complaintsWhile = (fault: () => Promise<unknown>, isAway = () => false) =>
  budget.readWhile(fault, [{ url: first.url }, { url: second.url, isAway }]);
const signIn = ({ url }: Instance) => ApiClient.signIn(url, admin.email, admin.password);

test('nobody is given what is too old while the connections for notices are lost, again and again', async () => {
  const fault = async () => {
    for (let time = 0; time < 25; time++) {
      await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opex-listener' AND datname = current_database()`,
      );
      await sleep(200);
    }
  };
  expect(await complaintsWhile(fault)).toEqual([]);
});

test.each(['cut', 'hang'] as const)(
  'nobody is given what is too old by a process whose way to PostgreSQL is %s',
  async (how) => {
    let isAway = false;
    const fault = async () => {
      await sleep(1_500);
      isAway = true;
      await toPrimary[how]();
      await sleep(4_000);
      await toPrimary.mend();
      await sleep(5_000);
      isAway = false;
      await sleep(500);
    };
    expect(await complaintsWhile(fault, () => isAway)).toEqual([]);
  },
);

test.each(['cut', 'hang'] as const)('everything is answered while the way to the replica is %s', async (how) => {
  const fault = async () => {
    await sleep(1_000);
    await toReplica[how]();
    await sleep(3_000);
    await toReplica.mend();
    await sleep(2_000);
  };
  expect(await complaintsWhile(fault)).toEqual([]);
});

test('nobody is given what is too old while the replica stands still', async () => {
  const replica = new Client({ connectionString: process.env['TEST_REPLICA_URL']! });
  await replica.connect();
  const fault = async () => {
    await replica.query('SELECT pg_wal_replay_pause()');
    await sleep(3_000);
    await replica.query('SELECT pg_wal_replay_resume()');
    await sleep(1_000);
  };
  try {
    expect(await complaintsWhile(fault)).toEqual([]);
  } finally {
    await replica.query('SELECT pg_wal_replay_resume()');
    await replica.end();
  }
});

test('what a process wrote that was killed while it committed is told by the others, and read within a second', async () => {
  await sql(`
    CREATE FUNCTION sleep_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER sleep_at_commit AFTER UPDATE ON cache_tags DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION sleep_at_commit()`);
  const reader = await signIn(second);
  const stream = await openStream(second.url, reader.headers);
  const isTold = () => stream.events.some(({ data }) => data['action'] === 'service.updated');
  const committing = () =>
    sql(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = 'PgSleep'`,
    );
  const before = await budget.shownTo(reader);
  try {
    // Once a second a server looks whether its client is still there; then it takes back what it was about to keep.
    for (let attempt = 1; !isTold(); attempt++) {
      expect(attempt).toBeLessThan(10);
      const writer = await signIn(first);
      const written = budget.edit(writer).catch(() => 'not answered');
      await expect.poll(committing, { interval: 10 }).toHaveLength(1);
      await first.stop('SIGKILL');
      expect(await written).toBe('not answered');
      await vi.waitFor(() => expect(isTold()).toBe(true), { timeout: 1_500, interval: 10 }).catch(() => undefined);
      if (!isTold()) {
        expect(await budget.shownTo(reader)).toEqual(before);
        first = await startInstance(settings);
      }
    }
    const told = performance.now();
    await expect.poll(() => budget.shownTo(reader), { interval: 10 }).not.toEqual(before);
    expect(performance.now() - told).toBeLessThan(1_000);
  } finally {
    stream.close();
    await sql('DROP FUNCTION sleep_at_commit CASCADE');
    await first.stop('SIGKILL');
    first = await startInstance(settings);
  }
});

test('a reader whose process was killed is told by another one what it missed, and by the same one once it is back', async () => {
  const [editor, reader] = [await signIn(second), await signIn(first)];
  const stream = await openStream(first.url, reader.headers);
  await budget.edit(editor);
  await expect.poll(() => stream.events).toHaveLength(1);
  const headers = { ...reader.headers, 'last-event-id': String(stream.events[0]?.id) };
  await first.stop('SIGKILL');
  await expect.poll(() => stream.ended).toBe(true);
  for (let time = 0; time < 3; time++) await budget.edit(editor);
  const elsewhere = await openStream(second.url, headers);
  await expect.poll(() => elsewhere.events).toHaveLength(3);
  first = await startInstance(settings);
  const again = await openStream(first.url, headers);
  await expect.poll(() => again.events).toHaveLength(3);
  await budget.edit(editor);
  const idsOf = ({ events }: typeof again) => events.map(({ id }) => id);
  await expect.poll(() => idsOf(again)).toHaveLength(4);
  await expect.poll(() => idsOf(elsewhere)).toEqual(idsOf(again));
  for (const open of [elsewhere, again]) open.close();
});
