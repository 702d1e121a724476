import { Redis, type RedisOptions } from 'ioredis';
import { config, passwordNow } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { logger } from '../lib/logger.ts';
import { breaker } from '../lib/breakers.ts';
import { cacheErrors, gauge } from '../lib/metrics.ts';
import { notePart } from '../lib/tracing.ts';

const pauseAfterFailureMs = 1_000;

const options = {
  // Fails fast instead of queueing: a slow Redis must never slow an answer down.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 250,
  connectTimeout: 1_000,
  keepAlive: 10_000,
  enableAutoPipelining: true,
  retryStrategy: (times: number) => {
    // It may be another one since the last connection.
    if (redis) redis.options.password = decodeURIComponent(new URL(addressOf.redis()).password);
    return Math.min(times * 100, 2_000) + Math.random() * 100;
  },
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/** The one Redis that the Sentinels name, now and after each failover. They tell of it, so that no command has to fail first. */
function bySentinels(list: string) {
  const { username, password, pathname } = new URL(addressOf.redis());
  const sentinelPassword = passwordNow('REDIS_SENTINEL_PASSWORD');
  return {
    sentinels: list.split(',').map((one) => {
      const [host = '', port] = one.split(':');
      return { host, port: Number(port) };
    }),
    name: config.REDIS_SENTINEL_NAME,
    failoverDetector: true,
    sentinelCommandTimeout: 500,
    sentinelRetryStrategy: (times: number) => Math.min(times * 100, 1_000),
    ...(sentinelPassword && { sentinelPassword }),
    ...(username && { username }),
    ...(password && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1) || 0),
  } satisfies RedisOptions;
}

function connect(): Redis | undefined {
  if (config.REDIS_SENTINELS) return new Redis({ ...options, ...bySentinels(config.REDIS_SENTINELS) });
  return config.REDIS_URL ? new Redis(addressOf.redis(), options) : undefined;
}

/** Absent when not configured. */
export const redis: Redis | undefined = connect();

let lastComplaint = 0;
redis?.on('error', (error: Error) => {
  if (Date.now() - lastComplaint < 10_000) return;
  lastComplaint = Date.now();
  logger.warn('Redis is unavailable; this process goes on alone', { error });
});

let pausedUntil = 0;
const ofRedis = redis && breaker('redis', () => redis.status !== 'ready' || Date.now() < pausedUntil);
export const redisIsUsable = () => ofRedis?.isOpen === false;
export const redisState = () =>
  !redis ? ('none' as const) : redisIsUsable() ? ('in use' as const) : ('away' as const);
if (redis) {
  gauge('redis_up', 'Whether Redis answers', () => Number(redisIsUsable()));
  gauge('redis_memory_used_bytes', 'What Redis holds', () => memoryOfRedis('used_memory'));
  gauge('redis_memory_max_bytes', 'What Redis may hold; absent where it has no limit', () =>
    memoryOfRedis('maxmemory'),
  );
}

async function memoryOfRedis(field: string): Promise<number | undefined> {
  const info = await tryRedis((client) => client.info('memory'));
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info ?? '')?.[1]) || undefined;
}

/** Runs a command if Redis answers. After a failure Redis is left alone for a second: when it hangs, that costs time once. */
export async function tryRedis<Value>(command: (client: Redis) => Promise<Value>): Promise<Value | undefined> {
  if (!redis || !redisIsUsable()) return undefined;
  const started = performance.now();
  try {
    const value = await command(redis);
    notePart('redis', started, { 'db.system.name': 'redis' });
    return value;
  } catch (error) {
    cacheErrors.inc({ kind: 'command' });
    pausedUntil = Date.now() + pauseAfterFailureMs;
    logger.debug('A Redis command failed', { error });
    return undefined;
  }
}

export const closeRedis = () => redis?.disconnect();
