import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { account, makeFolder } from './folders.ts';
import { freePort } from './ports.ts';
import { claim, commandOf, endProcess, exitOf, hasEnded, runQuietly, waitUntil } from './processes.ts';

const majorVersion = '18';

export interface PostgresOptions {
  /** The data directory. Beside it lie `<directory>.json` (port and password), `.log` and `.owner`. */
  directory: string;
  /** Further settings, as in `['work_mem=64MB']`. */
  options?: string[];
  /** False where the data may be lost with the machine: tests. */
  durable?: boolean;
}

export interface Postgres {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
  readonly settings: readonly string[];
  /** Settles when the server has ended, for whatever cause. */
  readonly ended: Promise<unknown>;
  isRunning(): boolean;
  url(databaseName: string): string;
  stop: () => Promise<void>;
  /** As a crash would end it. */
  kill(): void;
}

export interface Connection {
  port: number;
  password: string;
}

const smallMachine = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=200',
  'shared_buffers=256MB',
  'random_page_cost=1.1',
  'jit=off',
  'wal_level=replica',
  'max_wal_size=1GB',
  // A replica that stays away longer than this is made anew, instead of filling the disk.
  'max_slot_wal_keep_size=1GB',
  'hot_standby_feedback=on',
  'wal_receiver_status_interval=1s',
];
const forgetful = ['fsync=off', 'full_page_writes=off'];

/** Starts the server of this directory, which is made when missing and recovered when it was left behind. */
export async function startPostgres({ directory, options = [], durable = true }: PostgresOptions): Promise<Postgres> {
  const path = resolve(directory);
  makeFolder(dirname(path));
  const release = claim(`${path}.owner`);
  try {
    await endOrphan(path);
    if (!existsSync(path)) await initialise(path, durable);
    return await launch(path, [...smallMachine, ...(durable ? [] : forgetful), ...options], release);
  } catch (error) {
    release();
    throw error;
  }
}

async function initialise(directory: string, durable: boolean): Promise<void> {
  const { initdb } = await findBinaries();
  const password = randomBytes(24).toString('base64url');
  saveConnection(directory, { port: await freePort(), password });
  // Made under another name, so that an interrupted attempt is never taken for a database.
  const unfinished = makeDataFolder(`${directory}.new`, account);
  const passwordFile = `${directory}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const args = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--auth=scram-sha-256'];
  args.push('--wal-segsize=1'); // what is archived every few minutes is whole segments, however empty
  args.push('--username=postgres', `--pwfile=${passwordFile}`, `--pgdata=${unfinished}`);
  if (!durable) args.push('--no-sync');
  try {
    await runQuietly(initdb, args, { cwd: '/', env: environment(), ...account });
  } finally {
    rmSync(passwordFile);
  }
  renameSync(unfinished, directory);
}

/** An empty folder that only the account of the server can read. */
export function makeDataFolder(path: string, owner: { uid: number; gid: number } | undefined): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}

/** Nothing of the caller's PG* variables may reach the server. */
const environment = (): NodeJS.ProcessEnv => ({ LC_ALL: 'C', PATH: process.env.PATH });

export function saveConnection(directory: string, connection: Connection): void {
  writeFileSync(`${directory}.json`, JSON.stringify(connection), { mode: 0o600 });
}

export function readConnection(directory: string): Connection {
  return JSON.parse(readFileSync(`${directory}.json`, 'utf8')) as Connection;
}

export const urlOf = ({ port, password }: Connection, databaseName: string): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/${databaseName}`;

/** Ends the server that a killed supervisor left behind. */
export async function endOrphan(directory: string): Promise<void> {
  const lock = join(directory, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const [pid = '', ...rest] = readFileSync(lock, 'utf8').split('\n');
  if (commandOf(Number(pid))?.includes(directory)) {
    await endProcess(Number(pid), 'SIGINT', 20);
  }
  // PostgreSQL takes any process with the number of its dead one for itself, but never its own parent; it still
  // checks for survivors that use the old shared memory. Removing the file would lose that check.
  if (existsSync(lock)) writeFileSync(lock, [process.pid, ...rest].join('\n'));
}

/** Starts the server of an existing directory and waits until it answers. */
export async function launch(directory: string, settings: readonly string[], release: () => void): Promise<Postgres> {
  requireVersion(directory);
  const { postgres } = await findBinaries();
  const { uid, gid } = statSync(directory);
  const connection = readConnection(directory);
  const isOver = after(20);
  for (;;) {
    connection.port = await freePort(connection.port);
    saveConnection(directory, connection);
    const { log, from } = openLog(`${directory}.log`);
    const args = ['-D', directory, ...[`port=${connection.port}`, ...settings].flatMap((setting) => ['-c', setting])];
    const child = spawn(postgres, args, {
      cwd: '/',
      env: environment(),
      stdio: ['ignore', log, log],
      // Its own process group: Ctrl-C in a terminal is for the supervisor, which stops things in order.
      detached: true,
      ...(account ? { uid, gid } : {}),
    });
    closeSync(log);
    const ended = exitOf(child);
    if (child.pid === undefined) await ended; // rejects: it could not even be run
    if (await isReady(directory, child, ended))
      return supervise({ directory, settings, ...connection }, child, ended, release);
    const words = readFileSync(`${directory}.log`).subarray(from).toString();
    const passes = /Address already in use|shared memory block/.test(words);
    if (!passes || isOver()) throw new Error(`PostgreSQL did not start in ${directory}:\n${words.trimEnd()}`);
    await sleep(200);
  }
}

const logBytes = 10_000_000;

/** Goes on where earlier starts ended: what led to a crash is read after the next start. A long one becomes `.log.1`. */
function openLog(file: string): { log: number; from: number } {
  if (existsSync(file) && statSync(file).size > logBytes) renameSync(file, `${file}.1`);
  const log = openSync(file, 'a', 0o600);
  return { log, from: fstatSync(log).size };
}

function after(seconds: number): () => boolean {
  const end = Date.now() + seconds * 1000;
  return () => Date.now() > end;
}

function requireVersion(directory: string): void {
  const version = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return;
  throw new Error(
    `${directory} holds data of PostgreSQL ${version}, and this is ${majorVersion}. Move it away to start anew.`,
  );
}

/** The eighth line of postmaster.pid says so, as pg_ctl knows too. */
async function isReady(directory: string, child: ChildProcess, ended: Promise<number>): Promise<boolean> {
  const lock = join(directory, 'postmaster.pid');
  const saysReady = () => {
    const lines = existsSync(lock) ? readFileSync(lock, 'utf8').split('\n') : [];
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
  };
  // Recovery after a crash, and of a backup, may take its time.
  if (await waitUntil(() => hasEnded(child) || saysReady(), { seconds: 900 })) return !hasEnded(child);
  child.kill('SIGQUIT');
  await ended;
  return false;
}

function supervise(
  server: Pick<Postgres, 'directory' | 'settings'> & Connection,
  child: ChildProcess,
  ended: Promise<number>,
  release: () => void,
): Postgres {
  // The last resort when this process ends without stop(): the server then shuts down on its own.
  const onExit = () => child.kill('SIGINT');
  process.once('exit', onExit);
  void ended.then(() => {
    process.off('exit', onExit);
    release();
  });
  return {
    ...server,
    ended,
    isRunning: () => !hasEnded(child),
    url: (databaseName) => urlOf(server, databaseName),
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      if (child.pid !== undefined && !hasEnded(child)) await endProcess(child.pid, 'SIGINT', 30);
      await ended;
    },
  };
}
