import pg from 'pg';
import { config } from '../config.ts';
import { logger } from '../lib/logger.ts';
import { endWhatHangs, primaryPool, readWithinMs } from './database.ts';
import { isOverdue } from './problems.ts';
import { claimedIn, isSealed, sealSeen, type TagVersions } from './seen.ts';

/**
 * Families of cached answers. Each has a counter in PostgreSQL that is raised in the transaction of the
 * change and is part of every cache key: what was loaded before a change is never found after it, a crash
 * between commit and invalidation cannot happen, and Redis is not needed for being right.
 */
export const cacheTags = ['access', 'figures', 'masters'] as const;
export type CacheTag = (typeof cacheTags)[number];

const channels = ['opex_tags', 'opex_changes', 'opex_figures'] as const;
type Channel = Exclude<(typeof channels)[number], 'opex_tags'>;
const heartbeatMs = 1_000;
/** An open connection and a new one that are both silent this long have met a server that hangs. */
const silentMs = 1_000;
const connectWithinMs = 1_500;

let versions: TagVersions = {};
/** A write-ahead log position that holds every change counted in `versions`. */
let position = '0/0';
/** Tells one database, and one life of its server, from another: versions may start again after a restore. */
let epoch = '';
/** All processes of this database know it, and nobody else. */
let secret = '';
let connected = false;
let listener: pg.Client | undefined;
let heartbeat: NodeJS.Timeout | undefined;
let stopped = false;
/** A slow attempt must not be overtaken by the next: both would listen, and everything be told twice. */
let isBeating = false;
const subscribers: Record<Channel, Set<(payload: string) => void>> = {
  opex_changes: new Set(),
  opex_figures: new Set(),
};
const whenConnected = new Set<() => void>();

/** Undefined while this process may have missed a change: then nothing is answered from memory. */
export const currentVersions = (): Partial<Record<CacheTag, number>> | undefined => (connected ? versions : undefined);
export const currentPosition = () => position;
export const currentEpoch = () => epoch;

export const onChangeNotice = (handler: (payload: string) => void) => subscribers.opex_changes.add(handler);
/** Somebody wrote facts past the server, and left their figures due. */
export const onDueFigures = (handler: () => void) => subscribers.opex_figures.add(handler);
/** After a gap in listening: whoever follows changes must look up what was missed. */
export const onReconnect = (handler: () => void) => whenConnected.add(handler);

const raise = (next: TagVersions) => {
  const higher = Object.entries(next).filter(([tag, version]) => version > (versions[tag] ?? 0));
  if (higher.length > 0) versions = { ...versions, ...Object.fromEntries(higher) };
};

/** The position is read after the versions: it then holds every change they count. */
async function sync(client: Pick<pg.Client, 'query'>) {
  const limit = client === primaryPool ? { query_timeout: readWithinMs } : undefined;
  const tags = await client.query<{ tag: string; version: string }>({
    text: 'SELECT tag, version FROM cache_tags',
    ...limit,
  });
  const wal = await client.query<{ lsn: string }>({ text: 'SELECT pg_current_wal_insert_lsn() AS lsn', ...limit });
  position = laterPosition(position, wal.rows[0]?.lsn ?? position);
  raise(Object.fromEntries(tags.rows.map(({ tag, version }) => [tag, Number(version)])));
}

let queue: Promise<void> = Promise.resolve();
let waiting = 0;

/** One at a time on the listener's connection; a burst of notices needs one more look, not many. */
function syncSoon(client: pg.Client): Promise<void> {
  if (waiting > 0) return queue;
  waiting += 1;
  queue = queue.then(async () => {
    waiting -= 1;
    await sync(client).catch((error: unknown) => lose(client, error));
  });
  return queue;
}

export async function startCacheTags() {
  stopped = false;
  await listen();
  heartbeat = setInterval(() => void beat(), heartbeatMs);
  heartbeat.unref();
}

async function listen() {
  const client = new pg.Client({
    connectionString: config.DATABASE_URL,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: silentMs,
    keepAlive: true,
    application_name: 'opex-listener',
  });
  client.on('error', (error) => lose(client, error));
  client.on('end', () => lose(client));
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === 'opex_tags') void syncSoon(client);
    else for (const handler of subscribers[channel as Channel]) handler(payload);
  });
  try {
    await client.connect();
    await follow(client);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

async function follow(client: pg.Client) {
  for (const channel of channels) await client.query(`LISTEN ${channel}`);
  const { rows } = await client.query<{ epoch: string; secret: string }>(
    `SELECT oid || '-' || extract(epoch FROM pg_postmaster_start_time()) AS epoch,
      (SELECT value #>> '{}' FROM settings WHERE key = 'cursorSecret') AS secret
    FROM pg_database WHERE datname = current_database()`,
  );
  if (rows[0]?.epoch !== epoch) versions = {};
  epoch = rows[0]?.epoch ?? '';
  secret = rows[0]?.secret ?? '';
  await sync(client);
  listener = client;
  connected = true;
  for (const handler of whenConnected) handler();
}

function lose(client: pg.Client, error?: unknown) {
  if (listener !== client) return;
  listener = undefined;
  connected = false;
  if (!stopped)
    logger.warn('Change notices are interrupted; answers come from the database until they return', { error });
  void client.end().catch(() => undefined);
}

const hasStopped = () => stopped;

/** Also notices a connection that is open but dead, and changes made while nobody listened. */
async function beat() {
  if (stopped || isBeating) return;
  isBeating = true;
  const client = listener;
  try {
    if (client) await syncSoon(client);
    if (!listener && !hasStopped()) await listen();
  } catch (error) {
    if (isOverdue(error)) endWhatHangs(silentMs + connectWithinMs);
  } finally {
    isBeating = false;
  }
}

export async function stopCacheTags() {
  stopped = true;
  connected = false;
  clearInterval(heartbeat);
  const client = listener;
  listener = undefined;
  await client?.end();
}

const currentEnd = { text: 'SELECT pg_current_wal_insert_lsn() AS lsn', query_timeout: silentMs };

/** What a write reached, to be given to its caller. A reader that sends it back is never shown less. */
export async function noteOwnWrite(written: TagVersions): Promise<string | undefined> {
  // The change is kept already: that it cannot be dated must not turn it into an error.
  const { rows } = await primaryPool.query<{ lsn: string }>(currentEnd).catch(() => ({ rows: [] }));
  position = laterPosition(position, rows[0]?.lsn ?? position);
  // Not before the position: a reader between the two would fill the new key from a replica that is older.
  if (rows.length > 0) raise(written);
  return secret && Object.keys(written).length > 0 ? sealSeen(written, secret) : undefined;
}

/** Whether this process knows all that the caller has seen. What was not sealed by one of us is not heard. */
export const hasCaughtUpWith = (seen: string): boolean =>
  claimedIn(seen).every(([tag, version]) => !(tag in versions) || version <= (versions[tag] ?? 0)) ||
  !isSealed(seen, secret);

/** Brings this process up to what the caller has already seen, when the notice of it is still on its way. */
export async function catchUpWith(seen: string): Promise<void> {
  if (!hasCaughtUpWith(seen)) await sync(primaryPool);
}

function laterPosition(a: string, b: string) {
  const value = (lsn: string) => lsn.split('/').reduce((sum, part) => sum * 2n ** 32n + BigInt(`0x${part}`), 0n);
  return value(a) >= value(b) ? a : b;
}
