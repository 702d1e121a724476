import { spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkout, temporaryFolder } from './folders.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { exitOf, startOf, waitUntil } from './processes.ts';
import { keepReplica, startReplica } from './replica.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // real servers on a busy machine

let folder: string;
let directory: string;
const started: Postgres[] = [];

// One data directory for all of them: making it takes longer than everything else.
beforeAll(() => {
  folder = temporaryFolder('opex-local-test-');
  directory = join(folder, 'postgres');
});

afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.stop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(): Promise<Postgres> {
  const server = await startPostgres({ directory, durable: false, options: ['shared_buffers=16MB'] });
  started.push(server);
  return server;
}

async function follow(primary: Postgres): Promise<Postgres> {
  const replica = await startReplica(primary, { directory: join(folder, 'replica') });
  started.push(replica);
  return replica;
}

async function query(server: Postgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client(server.url('postgres'));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = () => Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0]);

describe('the embedded PostgreSQL', () => {
  test('keeps its data and its address from one start to the next', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS a');
    await first.stop();
    const second = await start();
    expect(second.url('postgres')).toBe(first.url('postgres'));
    expect(await query(second, 'SELECT a, current_setting($$TimeZone$$) AS zone FROM kept')).toEqual([
      { a: 1, zone: 'UTC' },
    ]);
  });

  test('refuses a wrong password', async () => {
    const server = await start();
    const client = new pg.Client(server.url('postgres').replace(server.password, 'wrong'));
    await expect(client.connect()).rejects.toThrow('password authentication failed');
  });

  test('takes another port when somebody else has its own by now', async () => {
    const first = await start();
    await first.stop();
    const other = createServer().listen(first.port, '127.0.0.1');
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await query(second, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
    other.close();
  });

  test('keeps its log from one start to the next, and puts a long one aside', async () => {
    const log = `${directory}.log`;
    const first = await start();
    await expect(query(first, 'SELECT 1 / 0')).rejects.toThrow('division by zero');
    await first.stop();
    await (await start()).stop();
    const kept = readFileSync(log, 'utf8');
    expect(kept).toContain('division by zero');
    expect(kept.match(/ready to accept connections/g)?.length).toBeGreaterThanOrEqual(2);

    truncateSync(log, 10_000_001);
    await start();
    expect(statSync(`${log}.1`).size).toBe(10_000_001);
    expect(statSync(log).size).toBeLessThan(10_000);
  });

  test('recovers what was committed before a crash', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE committed AS SELECT 1 AS a');
    first.kill();
    await first.ended;
    expect(await query(await start(), 'SELECT a FROM committed')).toEqual([{ a: 1 }]);
  });

  test('ends the server that a killed supervisor left behind, and starts its own', async () => {
    const supervisor = spawnSupervisor();
    await waitUntil(() => supervisor.output().includes('up'), { seconds: 20 });
    await expect(start()).rejects.toThrow(`in use by process ${supervisor.pid}`);
    const orphan = postmaster();
    supervisor.kill();
    await supervisor.ended;
    expect(startOf(orphan)).toBeDefined();
    expect(await query(await start(), 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
    expect(postmaster()).not.toBe(orphan);
    expect(startOf(orphan)).toBeUndefined();
  });

  test('is not misled by a process that has got the number of the dead server', async () => {
    const first = await start();
    first.kill();
    await first.ended;
    const lock = join(directory, 'postmaster.pid');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid)));
    expect(await query(await start(), 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });
});

function spawnSupervisor() {
  const script = `
    const { startPostgres } = await import('${checkout}/server/local/postgres.ts');
    await startPostgres({ directory: '${directory}', durable: false });
    console.log('up');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: checkout });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { pid: child.pid ?? 0, output: () => output, ended: exitOf(child), kill: () => child.kill('SIGKILL') };
}

describe('its replica', () => {
  const seenBy = async (replica: Postgres, sql: string) => {
    let rows: unknown[] = [];
    await waitUntil(async () => (rows = await query(replica, sql).catch(() => [])).length > 0, { seconds: 10 });
    return rows;
  };

  test('shows what the primary commits, and refuses to be written to', async () => {
    const primary = await start();
    await query(primary, 'CREATE TABLE before AS SELECT 1 AS a');
    const replica = await follow(primary);
    await query(primary, 'CREATE TABLE after AS SELECT 2 AS a');
    expect(await seenBy(replica, 'SELECT a FROM before UNION SELECT a FROM after ORDER BY a')).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
    await expect(query(replica, 'CREATE TABLE refused ()')).rejects.toThrow('read-only transaction');
  });

  test('is started again at its address when it is killed, and not when it is stopped', async () => {
    const primary = await start();
    const said: string[] = [];
    const replica = await keepReplica(primary, { directory: join(folder, 'replica') }, (line) => said.push(line));
    try {
      const pid = Number(readFileSync(join(replica.directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await waitUntil(() => !replica.isRunning(), { seconds: 10 });
      await query(primary, 'CREATE TABLE meanwhile AS SELECT 3 AS a');
      const rows = () => query(replica as Postgres, 'SELECT a FROM meanwhile').catch(() => []);
      await waitUntil(async () => (await rows()).length > 0, { seconds: 30 });
      expect(await rows()).toEqual([{ a: 3 }]);
      expect(said).toEqual([expect.stringContaining('It is started again')]);
    } finally {
      await replica.stop();
    }
    expect(replica.isRunning()).toBe(false);
    expect(said).toHaveLength(1);
  });

  test('catches up after a restart, and is copied anew when it cannot', async () => {
    const primary = await start();
    const first = await follow(primary);
    // Where in the log of the primary a copy begins: of no two copies the same.
    const beginning = "SELECT pg_read_file('backup_label.old') AS label";
    const label = await query(first, beginning);
    await first.stop();
    await query(primary, 'CREATE TABLE missed AS SELECT 1 AS a');
    const second = await follow(primary);
    expect(await seenBy(second, 'SELECT a FROM missed')).toEqual([{ a: 1 }]);
    expect(await query(second, beginning)).toEqual(label);

    await query(second, 'SELECT pg_promote()');
    await second.stop();
    const third = await follow(primary);
    expect(await query(third, 'SELECT pg_is_in_recovery() AS follows')).toEqual([{ follows: true }]);
    expect(await query(third, beginning)).not.toEqual(label);
  });
});
