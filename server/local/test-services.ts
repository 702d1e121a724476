import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApplicationRole } from './application-role.ts';
import { temporaryFolder } from './folders.ts';
import { freePort } from './ports.ts';
import { endOrphan, startPostgres } from './postgres.ts';
import { claim, endProcess, exitOf, hasEnded, ownerOf, recordOwner, waitUntil } from './processes.ts';
import { startReplica } from './replica.ts';
import { findTools } from './tools.ts';

const prefix = 'opex-test-';

export interface TestServices {
  /** What tests read: TEST_DATABASE_URL (as owner), TEST_APPLICATION_URL, TEST_REPLICA_URL, TEST_REDIS_URL, REDIS_SERVER_PATH, CHROMIUM_PATH. */
  env: Record<string, string>;
  stop: () => Promise<void>;
}

/** Starts PostgreSQL with a replica, and Redis where it is installed, in a temporary folder on free ports. */
export async function startTestServices({ withReplica = true } = {}): Promise<TestServices> {
  await sweepLeftOvers();
  const folder = temporaryFolder(prefix);
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  try {
    claim(join(folder, 'tests.owner'));
    const tools = findTools();
    const env: Record<string, string> = {};
    const primary = await startPostgres({ directory: join(folder, 'postgres'), durable: false });
    closers.push(primary.stop);
    env.TEST_DATABASE_URL = primary.url('postgres');
    env.TEST_APPLICATION_URL = (await makeApplicationRole(env.TEST_DATABASE_URL))(env.TEST_DATABASE_URL);
    if (withReplica) {
      const replica = await startReplica(primary, { directory: join(folder, 'replica') });
      closers.push(replica.stop);
      env.TEST_REPLICA_URL = replica.url('postgres');
    }
    if (tools.redis) {
      const redis = await startRedis(tools.redis, folder);
      closers.push(redis.stop);
      env.TEST_REDIS_URL = `redis://127.0.0.1:${redis.port}`;
      env.REDIS_SERVER_PATH = tools.redis;
    }
    if (tools.chromium) env.CHROMIUM_PATH = tools.chromium;
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A Redis that keeps nothing, as tests and measurements want it. */
export async function startRedis(
  program: string,
  folder: string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const port = await freePort();
  const logFile = join(folder, 'redis.log');
  const log = openSync(logFile, 'w');
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const ended = exitOf(child);
  if (child.pid === undefined) await ended; // rejects: it could not even be run
  recordOwner(join(folder, 'redis.pid'), child.pid);
  const stop = async () => {
    if (child.pid !== undefined && !hasEnded(child)) await endProcess(child.pid, 'SIGTERM', 5);
    await ended;
  };
  const isReady = () => readFileSync(logFile, 'utf8').includes('Ready to accept connections');
  const answered = await waitUntil(() => isReady() || hasEnded(child), { seconds: 10 });
  if (answered && isReady()) return { port, stop };
  await stop();
  throw new Error(`${program} did not start:\n${readFileSync(logFile, 'utf8')}`);
}

/** Ends and removes what earlier runs left behind that were killed. */
async function sweepLeftOvers(): Promise<void> {
  const minuteAgo = Date.now() - 60_000; // a younger one may be about to say whose it is
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(prefix)) continue;
    const found = statSync(folder, { throwIfNoEntry: false }); // another run may just have ended and removed it
    if (!found || found.mtimeMs > minuteAgo) continue;
    if (ownerOf(join(folder, 'tests.owner')) !== undefined) continue;
    const redis = ownerOf(join(folder, 'redis.pid'));
    if (redis !== undefined) await endProcess(redis, 'SIGTERM', 5);
    for (const server of ['replica', 'postgres']) {
      if (existsSync(join(folder, server))) await endOrphan(join(folder, server));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
