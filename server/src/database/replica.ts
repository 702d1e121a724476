import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { config } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { currentPosition } from './tags.ts';
import { openPool, primaryPool, readWithinMs, sessionOptions, watchHangs } from './database.ts';
import { isOverdue, isUnreachable, isWriteConflict } from './problems.ts';
import { logger } from '../lib/logger.ts';
import { breaker, gauge, reportReads } from '../lib/metrics.ts';

const pool = config.DATABASE_READ_REPLICA_URL
  ? openPool(addressOf.replica, 'replica', {
      // Reports take a fraction of this time. When it is over, the primary still has time to answer.
      query_timeout: 2_000,
      // Reports use the same indexes for every reader. Planning each one anew would take as long as the report.
      options: `${sessionOptions} -c plan_cache_mode=force_generic_plan`,
    })
  : undefined;
const endWhatHangs = pool && watchHangs(pool, 'replica');
const maxLagSeconds = 10;
const maxLagBytes = 1_000_000;
const patienceMs = 60;
/** A server that does not answer a trifle in this time hangs. */
const hangsAfterMs = 1_000;

let usable = pool !== undefined;
let watch: NodeJS.Timeout | undefined;
let lagSeconds: number | undefined;
gauge('db_replica_lag_seconds', 'How far the replica is behind', () => lagSeconds);
if (pool) breaker('replica', () => !usable);

export type ReportSource = { client: pg.PoolClient; fromReplica: boolean };

/**
 * Reads for reports. The replica answers when it is up, does not lag, and already holds every change this
 * process knows of (it has caught up with the caller before); otherwise the primary does.
 */
export async function onReplica<Result>(read: (source: ReportSource) => Promise<Result>): Promise<Result> {
  const answer = await tryReplica(read);
  const isAnswered = typeof answer === 'object';
  reportReads.inc(isAnswered ? { target: 'replica', reason: 'in use' } : { target: 'primary', reason: answer });
  return isAnswered ? answer.result : borrow(primaryPool, (client) => read({ client, fromReplica: false }));
}

/** Why the replica did not answer. */
type Reason = 'no replica' | 'not in use' | 'behind' | 'ended the read' | 'away';

async function tryReplica<Result>(
  read: (source: ReportSource) => Promise<Result>,
): Promise<{ result: Result } | Reason> {
  if (!pool || !usable) return pool ? 'not in use' : 'no replica';
  try {
    return await borrow(pool, async (client) =>
      (await holdsWhatIsKnown(client)) ? { result: await read({ client, fromReplica: true }) } : 'behind',
    );
  } catch (error) {
    // A replica that follows the primary may have to end a statement. Neither the replica nor the statement is at fault.
    if (isWriteConflict(error)) return 'ended the read';
    if (!isUnreachable(error)) throw error;
    usable = false;
    logger.warn('The replica does not answer; reports come from the primary', { error });
    return 'away';
  }
}

async function borrow<Result>(from: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await from.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true); // it may still wait for an answer
    throw error;
  }
}

const heldRow = z.object({ held: z.boolean().nullable() });

async function holdsWhatIsKnown(client: pg.PoolClient) {
  const deadline = performance.now() + patienceMs;
  const question = {
    name: 'replica.holds',
    text: 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS held',
    values: [currentPosition()],
    query_timeout: hangsAfterMs,
  };
  for (;;) {
    const { rows } = await client.query(question);
    if (z.parse(heldRow, rows[0]).held) return true;
    if (performance.now() > deadline) return false;
    await sleep(3);
  }
}

/** Once a second: is it there, and how far behind? */
export function watchReplica() {
  if (!pool) return;
  watch = setInterval(() => void measure(pool), 1_000);
  watch.unref();
}

const head = { text: 'SELECT pg_current_wal_lsn() AS lsn', query_timeout: readWithinMs };
const distance = {
  text: `SELECT pg_last_wal_replay_lsn() AS lsn,
    coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) AS seconds`,
  query_timeout: hangsAfterMs,
};
const headRow = z.object({ lsn: z.string() });
const distanceRow = z.object({ lsn: z.string().nullable(), seconds: z.coerce.number() });
const behindRow = z.object({ bytes: z.coerce.number() });

async function measure(replica: pg.Pool) {
  try {
    const [primary, standby] = await Promise.all([primaryPool.query(head), replica.query(distance)]);
    const { lsn } = z.parse(headRow, primary.rows[0]);
    const replayed = z.parse(distanceRow, standby.rows[0]);
    const behind = await primaryPool.query('SELECT pg_wal_lsn_diff($1, $2) AS bytes', [lsn, replayed.lsn]);
    const { bytes } = z.parse(behindRow, behind.rows[0]);
    const seconds = bytes > 0 ? replayed.seconds : 0;
    lagSeconds = seconds;
    const fit = !(seconds > maxLagSeconds && bytes > maxLagBytes);
    if (fit !== usable)
      logger.warn(fit ? 'The replica is in use again' : 'The replica lags; reports come from the primary', {
        seconds,
        bytes,
      });
    usable = fit;
  } catch (error) {
    usable = false;
    lagSeconds = undefined;
    if (isOverdue(error)) endWhatHangs?.(hangsAfterMs);
  }
}

export const replicaInUse = () => usable;

export async function closeReplica() {
  clearInterval(watch);
  await pool?.end();
}
