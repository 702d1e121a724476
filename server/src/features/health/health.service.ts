import type { Health } from '@opex/contracts/health';
import { currentVersions, notListeningSince } from '../../database/tags.ts';
import { redisState, tryRedis } from '../../cache/redis.ts';
import { replicasNow } from '../../database/replica.ts';
import { logger } from '../../lib/logger.ts';
import { within } from '../../lib/within.ts';
import * as repository from './health.repository.ts';

let state: 'starting' | 'serving' | 'stopping' = 'serving';
/** A process that is stopping does not begin to serve any more. */
export const become = (next: typeof state) => {
  if (state !== 'stopping') state = next;
};

let migrated = false;
/** Looking takes two steps at most, and a load balancer waits two seconds for both. */
const answerMs = 900;

/**
 * Whether to send requests here: the database answers, its tables are those of this build, and the process is not stopping. One that
 * was ready stays so when all processes lose the database: it still answers better than a load balancer with nobody behind it.
 */
export async function readiness(): Promise<{ ready: boolean; reason?: string }> {
  if (state !== 'serving') return { ready: false, reason: state };
  const { ready, reason } = await databaseReadiness();
  if (ready || !migrated) return { ready, ...(reason && { reason }) };
  lostAt ??= performance.now();
  const isAlone = performance.now() - lostAt > findsOutMs && (await othersReachIt());
  return isAlone ? { ready, ...(reason && { reason }) } : { ready: true, reason: `ready, but ${reason}` };
}

export async function databaseReadiness(): Promise<{ ready: boolean; reason?: string; cause?: unknown }> {
  try {
    await within(answerMs, repository.ping());
    if (!migrated) await compareWithBuild();
    lostAt = undefined;
    await tellOthers();
    return { ready: true };
  } catch (cause) {
    if (cause instanceof Behind) return { ready: false, reason: 'migrations are pending', cause };
    return { ready: false, reason: 'the database does not answer as it should', cause };
  }
}

/** A process without the database learns by Redis, where there is one, whether it is the only one. */
const sign = 'opex:database-answers';
/** Every process that is asked in time renews the sign before it is gone. */
const signLastsMs = 12_000;
/** When all lose the database, the last sign is gone by then. */
const findsOutMs = 15_000;
let lostAt: number | undefined;
let toldAt = -Infinity;

async function tellOthers() {
  if (performance.now() - toldAt < 1_000) return;
  toldAt = performance.now();
  await tryRedis((client) => client.set(sign, '1', 'PX', signLastsMs));
}

const othersReachIt = async () => (await tryRedis((client) => client.exists(sign))) === 1;

class Behind extends Error {}

/** A newer build may have migrated already: what it did suits this one too, until all processes are of the newer build. */
async function compareWithBuild() {
  const { pending, unknown } = await within(answerMs, repository.difference());
  if (pending.length > 0)
    throw new Behind(`The database lacks ${pending.length} migrations, from ${pending[0]} on: run the command migrate`);
  migrated = true;
  if (unknown.length > 0) logger.warn('The database was migrated by a newer build; this one goes on', { unknown });
}

/** One line for people. */
export async function summary(): Promise<Health> {
  const database = await databaseReadiness();
  return {
    status: state === 'serving' ? (database.reason ?? 'ok') : state,
    database: database.ready ? 'up' : 'down',
    databaseDownSince: database.ready ? null : (notListeningSince()?.toISOString() ?? null),
    replica: replicasInWords(),
    cache: cacheWords[redisState()],
    changes: currentVersions() ? 'listening' : 'interrupted',
    uptimeSeconds: Math.round(process.uptime()),
  };
}

const cacheWords = {
  none: 'memory',
  'in use': 'memory and Redis',
  away: 'memory (Redis is away)',
  full: 'memory (Redis is full)',
};

function replicasInWords() {
  const { state, all, inUse } = replicasNow();
  return state === 'in use' && inUse < all ? `${inUse} of ${all} in use` : state;
}
