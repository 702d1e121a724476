import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { addressOf } from '../lib/addresses.ts';
import { currentPosition } from './tags.ts';
import { openPool, primaryPool, readWithinMs, sessionOptions, watchHangs } from './database.ts';
import { isOverdue, isUnreachable, isWriteConflict } from './problems.ts';
import { logger } from '../lib/logger.ts';
import { breaker } from '../lib/breakers.ts';
import { gauge, reportReads } from '../lib/metrics.ts';

const maxLagSeconds = 10;
const maxLagBytes = 1_000_000;
const patienceMs = 60;
/** A server that does not answer a trifle in this time hangs. */
const hangsAfterMs = 1_000;
/** A reader who waited for two that hang has no time for a third. */
const askedAtMost = 2;

export type ReportSource = { client: pg.PoolClient; fromReplica: boolean };
/** Why no replica answered. */
type Reason = 'no replica' | 'not in use' | 'behind' | 'ended the read' | 'away';
type Read<Result> = (source: ReportSource) => Promise<Result>;

class Replica {
  readonly label: string;
  readonly #pool: pg.Pool;
  readonly #endWhatHangs: (silentForMs: number) => void;
  readonly #breaker;
  isUsable = true;
  lagSeconds: number | undefined;

  constructor(position: number) {
    this.label = position === 0 ? 'replica' : `replica ${position + 1}`;
    this.#pool = openPool(() => addressOf.replicas()[position] ?? '', this.label, {
      // Reports take a fraction of this time. When it is over, the primary still has time to answer.
      query_timeout: 2_000,
      // Reports use the same indexes for every reader. Planning each one anew would take as long as the report.
      options: `${sessionOptions} -c plan_cache_mode=force_generic_plan`,
    });
    this.#endWhatHangs = watchHangs(this.#pool, this.label);
    this.#breaker = breaker(this.label, () => !this.isUsable);
  }

  get isAsked(): boolean {
    return !this.#breaker.isOpen;
  }

  async answer<Result>(read: Read<Result>): Promise<{ result: Result } | Reason> {
    try {
      return await borrow(this.#pool, async (client) =>
        (await holdsWhatIsKnown(client)) ? { result: await read({ client, fromReplica: true }) } : 'behind',
      );
    } catch (error) {
      // A replica that follows the primary may have to end a statement. Neither the replica nor the statement is at fault.
      if (isWriteConflict(error)) return 'ended the read';
      if (!isUnreachable(error)) throw error;
      this.isUsable = false;
      logger.warn('A replica does not answer; reports come from elsewhere', { database: this.label, error });
      return 'away';
    }
  }

  async measure() {
    try {
      const [primary, standby] = await Promise.all([primaryPool.query(head), this.#pool.query(distance)]);
      const { lsn } = z.parse(headRow, primary.rows[0]);
      const replayed = z.parse(distanceRow, standby.rows[0]);
      const behind = await primaryPool.query('SELECT pg_wal_lsn_diff($1, $2) AS bytes', [lsn, replayed.lsn]);
      const { bytes } = z.parse(behindRow, behind.rows[0]);
      const seconds = bytes > 0 ? replayed.seconds : 0;
      this.lagSeconds = seconds;
      const fit = !(seconds > maxLagSeconds && bytes > maxLagBytes);
      if (fit !== this.isUsable)
        logger.warn(fit ? 'A replica is in use again' : 'A replica lags; reports come from elsewhere', {
          database: this.label,
          seconds,
          bytes,
        });
      this.isUsable = fit;
    } catch (error) {
      this.isUsable = false;
      this.lagSeconds = undefined;
      if (isOverdue(error)) this.#endWhatHangs(hangsAfterMs);
    }
  }

  close = () => this.#pool.end();
}

const replicas = addressOf.replicas().map((_, position) => new Replica(position));
let watch: NodeJS.Timeout | undefined;
let turn = 0;
gauge('db_replica_lag_seconds', 'How far the replica is behind that is furthest behind', () => {
  const known = replicas.flatMap(({ lagSeconds }) => lagSeconds ?? []);
  return known.length > 0 ? Math.max(...known) : undefined;
});

/** Those in use, another one first each time. */
function inTurn(): Replica[] {
  const usable = replicas.filter(({ isAsked }) => isAsked);
  const first = turn++ % Math.max(1, usable.length);
  return [...usable.slice(first), ...usable.slice(0, first)];
}

/**
 * Reads for reports. A replica answers when it is up, does not lag, and already holds every change this
 * process knows of (it has caught up with the caller before); otherwise the primary does.
 */
export async function onReplica<Result>(read: Read<Result>): Promise<Result> {
  let reason: Reason = replicas.length > 0 ? 'not in use' : 'no replica';
  for (const replica of inTurn().slice(0, askedAtMost)) {
    const answer = await replica.answer(read);
    if (typeof answer === 'object') {
      reportReads.inc({ target: 'replica', reason: 'in use' });
      return answer.result;
    }
    reason = answer;
  }
  reportReads.inc({ target: 'primary', reason });
  return borrow(primaryPool, (client) => read({ client, fromReplica: false }));
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

/** Once a second: is each of them there, and how far behind? */
export function watchReplica() {
  if (replicas.length === 0) return;
  watch = setInterval(() => {
    for (const replica of replicas) void replica.measure();
  }, 1_000);
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

export function replicasNow() {
  const [all, inUse] = [replicas.length, replicas.filter(({ isAsked }) => isAsked).length];
  const state = all === 0 ? ('none' as const) : inUse > 0 ? ('in use' as const) : ('not in use' as const);
  return { state, all, inUse };
}

export async function closeReplica() {
  clearInterval(watch);
  await Promise.all(replicas.map((replica) => replica.close()));
}
