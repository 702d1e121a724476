import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import * as z from 'zod/mini';
import { addressOf } from '../lib/addresses.ts';
import { logger } from '../lib/logger.ts';
import { endWhatHangs, primaryPool, readWithinMs } from './database.ts';
import { isOverdue } from './problems.ts';
import { claimedIn, isSealed, latestOf, sealSeen, type TagVersions } from './seen.ts';
import { TagLog, type TagChange } from './tag-log.ts';

/**
 * Families of cached answers. Each has a counter in PostgreSQL that is raised in the transaction of the
 * change; an answer says as of which counts it was loaded. So a crash between commit and invalidation cannot happen, and Redis is not
 * needed for being right.
 */
export const cacheTags = ['access', 'figures', 'masters'] as const;
export type CacheTag = (typeof cacheTags)[number];
/** The facet of a change that may be about anything. */
export const anything = '*';

const channels = ['opex_tags', 'opex_changes', 'opex_figures', 'opex_jobs'] as const;
type Channel = Exclude<(typeof channels)[number], 'opex_tags'>;
/** A lost connection is noticed after both together, and nobody may be given what is older than a second. */
const heartbeatMs = 400;
const doubtAfterMs = 500;
/** When an open connection and a new one are both silent for this long, the server hangs. */
const silentMs = 1_000;
const connectWithinMs = 1_500;

let versions: TagVersions = {};
const logs = new Map<string, TagLog>();
/** A write-ahead log position that holds every change counted in `versions`. */
let position = '0/0';
/** Names one database and one life of its server, because versions may start again after a restore. */
let epoch = '';
/** Known to all processes of this database and to no caller. */
let secret = '';
let connected = false;
let lostAt = new Date(performance.timeOrigin);
/** The connection is open and does not answer: changes may be missed. */
let isDoubted = false;
let listener: pg.Client | undefined;
let heartbeat: NodeJS.Timeout | undefined;
let stopped = false;
/** The next attempt waits for a slow one. Otherwise both would listen, and every change would be told twice. */
let isBeating = false;
const subscribers: Record<Channel, Set<(payload: string) => void>> = {
  opex_changes: new Set(),
  opex_figures: new Set(),
  opex_jobs: new Set(),
};
const whenConnected = new Set<() => void>();

/** Undefined while this process may have missed a change: then nothing is answered from memory. */
export const currentVersions = (): Partial<Record<CacheTag, number>> | undefined =>
  connected && !isDoubted ? versions : undefined;
/** Undefined while this process listens to the primary. */
export const notListeningSince = (): Date | undefined => (connected ? undefined : lostAt);
export const currentPosition = () => position;
export const currentEpoch = () => epoch;

export const onChangeNotice = (handler: (payload: string) => void) => subscribers.opex_changes.add(handler);
/** Calls the handler when another program wrote facts and left their figures due. */
export const onDueFigures = (handler: () => void) => subscribers.opex_figures.add(handler);
/** Calls the handler when a job was added, has another state or came further. */
export const onJobNotice = (handler: (payload: string) => void) => subscribers.opex_jobs.add(handler);
/** Calls the handler after a gap in listening. Code that follows changes must look up the changes of the gap. */
export const onReconnect = (handler: () => void) => whenConnected.add(handler);

/** Undefined for a tag that no change has raised yet. */
export const logOf = (tag: CacheTag): TagLog | undefined => logs.get(tag);

function raise(tag: string, version: number, described: ReadonlyMap<number, TagChange>) {
  if (version <= (versions[tag] ?? 0)) return;
  const log = logs.get(tag);
  if (log) log.raise(version, described);
  else logs.set(tag, new TagLog(version));
  versions = { ...versions, [tag]: version };
}

/** The position is read after the versions, so it holds every change that they count. */
const whatIsNew = {
  name: 'tags.new',
  text: `
    SELECT (SELECT json_agg(json_build_array(tag, version)) FROM cache_tags) AS tags,
      (SELECT json_agg(json_build_array(change.tag, change.version, services, facets,
          extract(epoch FROM clock_timestamp() - at) * 1000) ORDER BY change.tag, change.version)
       FROM unnest($1::text[], $2::bigint[]) AS known (tag, version)
       JOIN cache_changes change ON change.tag = known.tag AND change.version > known.version) AS changes,
      pg_current_wal_insert_lsn() AS lsn`,
};
const newRow = z.object({
  tags: z.nullable(z.array(z.tuple([z.string(), z.number()]))),
  changes: z.nullable(z.array(z.tuple([z.string(), z.number(), z.array(z.number()), z.array(z.string()), z.number()]))),
  lsn: z.string(),
});

/** Learns which changes came since this process last looked. */
async function sync(client: Pick<pg.Client, 'query'>) {
  const { rows } = await client.query({
    ...whatIsNew,
    values: [Object.keys(versions), Object.values(versions)],
    ...(client === primaryPool && { query_timeout: readWithinMs }),
  });
  const { tags, changes, lsn } = z.parse(newRow, rows[0]);
  position = laterPosition(position, lsn);
  const now = Date.now();
  const described = new Map<string, Map<number, TagChange>>();
  for (const [tag, version, services, facets, age] of changes ?? []) {
    const ofTag = described.get(tag) ?? new Map<number, TagChange>();
    described.set(tag, ofTag);
    ofTag.set(version, { version, at: now - age, touched: facets.includes(anything) ? null : { services, facets } });
  }
  // The position comes first. A reader between the two would otherwise fill the new cache key from a replica that is older.
  for (const [tag, version] of tags ?? []) raise(tag, version, described.get(tag) ?? new Map<number, TagChange>());
}

let queue: Promise<void> = Promise.resolve();
let waiting = 0;

/** The listener's connection looks once at a time. After a burst of notices one more look is enough. */
function syncSoon(client: pg.Client): Promise<void> {
  if (waiting > 0) return queue;
  waiting += 1;
  queue = queue.then(async () => {
    waiting -= 1;
    await sync(client).catch((error: unknown) => lose(client, error));
  });
  return queue;
}

const untold: { channel: Channel; payload: string }[] = [];
let isTelling = false;
/** Tells a burst in parts, so that streams can send in between what is written to them. */
const toldAtOnce = 20;

/** A reader that is told of a change may ask for it at once, so this process has to know of the change first. */
async function tellSoon(client: pg.Client, channel: Channel, payload: string) {
  untold.push({ channel, payload });
  if (isTelling) return;
  isTelling = true;
  while (untold.length > 0) {
    let known = untold.length;
    await syncSoon(client);
    for (; known > 0; known -= toldAtOnce) {
      for (const news of untold.splice(0, Math.min(known, toldAtOnce)))
        for (const handler of subscribers[news.channel]) handler(news.payload);
      await nextTurn();
    }
  }
  isTelling = false;
}

export async function startCacheTags() {
  stopped = false;
  await listen();
  heartbeat = setInterval(() => void beat(), heartbeatMs);
  heartbeat.unref();
}

async function listen() {
  const client = new pg.Client({
    connectionString: addressOf.primary(),
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: silentMs,
    keepAlive: true,
    application_name: 'opex-listener',
  });
  client.on('error', (error) => lose(client, error));
  client.on('end', () => lose(client));
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === 'opex_tags') void syncSoon(client);
    // No cached answer follows from jobs.
    else if (channel === 'opex_jobs') for (const handler of subscribers.opex_jobs) handler(payload);
    else void tellSoon(client, channel as Channel, payload);
  });
  try {
    await client.connect();
    await follow(client);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

const lifeRow = z.object({ epoch: z.string(), secret: z.string() });

async function follow(client: pg.Client) {
  for (const channel of channels) await client.query(`LISTEN ${channel}`);
  const { rows } = await client.query(
    `SELECT oid || '-' || extract(epoch FROM pg_postmaster_start_time()) AS epoch,
      (SELECT value #>> '{}' FROM settings WHERE key = 'cursorSecret') AS secret
    FROM pg_database WHERE datname = current_database()`,
  );
  const life = z.parse(lifeRow, rows[0]);
  if (life.epoch !== epoch) {
    versions = {};
    logs.clear();
  }
  ({ epoch, secret } = life);
  await sync(client);
  listener = client;
  connected = true;
  for (const handler of whenConnected) handler();
}

function lose(client: pg.Client, error?: unknown) {
  if (listener !== client) return;
  listener = undefined;
  connected = false;
  lostAt = new Date();
  if (!stopped)
    logger.warn('Change notices are interrupted; answers come from the database until they return', { error });
  void client.end().catch(() => undefined);
}

const hasStopped = () => stopped;

/** Also finds a connection that is open but dead, and changes that were made while this process did not listen. */
async function beat() {
  if (stopped || isBeating) return;
  isBeating = true;
  const client = listener;
  let isAnswered = false;
  // A process that was busy itself reads first what has come meanwhile.
  const doubt = setTimeout(() => setImmediate(() => (isDoubted = !isAnswered)), doubtAfterMs);
  try {
    if (client) await syncSoon(client);
    isAnswered = true;
    if (!listener && !hasStopped()) await listen();
  } catch (error) {
    if (isOverdue(error)) endWhatHangs(silentMs + connectWithinMs);
  } finally {
    clearTimeout(doubt);
    isDoubted = false;
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

/** The versions that a write reached, to be given to its caller. A reader that sends them back is never shown less. */
export async function noteOwnWrite(written: TagVersions, seen: readonly string[]): Promise<string | undefined> {
  if (Object.keys(written).length === 0) return undefined;
  // The change is kept already. A failure to look it up must not make the write look like a failure.
  await sync(primaryPool).catch(() => undefined);
  if (!secret) return undefined;
  // What no process knows was written to a database that is no more.
  const isKnown = ([tag, version]: [string, number]) => version <= (versions[tag as CacheTag] ?? 0);
  const claims = seen.filter((one) => isSealed(one, secret)).flatMap((one) => claimedIn(one).filter(isKnown));
  return sealSeen(latestOf([...claims, ...Object.entries(written)]), secret);
}

/** Every change that this process has told its readers of. A reader that was told sends it along when it asks again. */
export const seenSoFar = (): string | undefined => {
  const { figures, masters } = versions;
  return secret && connected && figures && masters ? sealSeen({ figures, masters }, secret) : undefined;
};

/** Whether this process knows every change that the caller has seen. A claim that no process of ours sealed counts as none. */
export const hasCaughtUpWith = (seen: readonly string[]): boolean =>
  seen.every(
    (claims) =>
      claimedIn(claims).every(([tag, version]) => !(tag in versions) || version <= (versions[tag] ?? 0)) ||
      !isSealed(claims, secret),
  );

/** Looks up the changes that the caller has already seen, when the notices of them are still on their way. */
export async function catchUpWith(seen: readonly string[]): Promise<void> {
  if (!hasCaughtUpWith(seen)) await sync(primaryPool);
}

function laterPosition(a: string, b: string) {
  const value = (lsn: string) => lsn.split('/').reduce((sum, part) => sum * 2n ** 32n + BigInt(`0x${part}`), 0n);
  return value(a) >= value(b) ? a : b;
}

/** What every process has heard of long ago. */
export const forgetOldChanges = () =>
  primaryPool.query(`DELETE FROM cache_changes WHERE at < now() - interval '5 minutes'`);
