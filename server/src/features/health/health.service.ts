import { currentVersions } from '../../database/tags.ts';
import { redisIsUsable } from '../../cache/redis.ts';
import { replicaInUse } from '../../database/replica.ts';
import { config } from '../../config.ts';
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

/** Whether to send requests here: the database answers, its tables are those of this build, and the process is not stopping. */
export async function readiness(): Promise<{ ready: boolean; reason?: string }> {
  return state === 'serving' ? databaseReadiness() : { ready: false, reason: state };
}

export async function databaseReadiness(): Promise<{ ready: boolean; reason?: string; cause?: unknown }> {
  try {
    await within(answerMs, repository.ping());
    if (!migrated) await compareWithBuild();
    return { ready: true };
  } catch (cause) {
    if (cause instanceof Behind) return { ready: false, reason: 'migrations are pending', cause };
    return { ready: false, reason: 'the database does not answer as it should', cause };
  }
}

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
export async function summary() {
  const [{ ready, reason }, database] = await Promise.all([readiness(), databaseReadiness()]);
  return {
    status: ready ? 'ok' : (reason ?? 'not ready'),
    database: database.ready ? 'up' : 'down',
    replica: config.DATABASE_READ_REPLICA_URL ? (replicaInUse() ? 'in use' : 'not in use') : 'none',
    cache: config.REDIS_URL ? (redisIsUsable() ? 'memory and Redis' : 'memory (Redis is away)') : 'memory',
    changes: currentVersions() ? 'listening' : 'interrupted',
    uptimeSeconds: Math.round(process.uptime()),
  };
}
