import { Redis, type RedisOptions } from 'ioredis';
import { config, passwordNow } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { logger } from '../lib/logger.ts';
import { breaker } from '../lib/breakers.ts';
import { cacheErrors, gauge } from '../lib/metrics.ts';
import { together } from '../lib/together.ts';
import { notePart } from '../lib/tracing.ts';

const probeEveryMs = 1_000;

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

/** Why this process does without Redis. The log tells of its beginning and of its end, and of nothing between. */
let trouble: 'away' | 'full' | undefined;

function notice(error: unknown) {
  const found = (error as Error).message.startsWith('OOM') ? 'full' : 'away';
  if (found === trouble) return;
  trouble = found;
  const what = found === 'full' ? 'Redis is full and takes nothing' : 'Redis is away';
  logger.warn(`${what}; this process goes on alone`, { error });
}

/** Nothing else is asked of a Redis in trouble. It is a write, because a full Redis answers reads. */
const probe = together(async () => {
  if (!trouble || redis?.status !== 'ready') return;
  try {
    await redis.set('opex:probe', '1', 'PX', 1);
    trouble = undefined;
    logger.warn('Redis is in use again');
  } catch (error) {
    notice(error);
  }
});

const connectionLost = () => notice(new Error('The connection was closed'));
redis
  ?.on('error', notice)
  .on('close', connectionLost)
  .on('ready', () => void probe());
if (redis) setInterval(() => void probe(), probeEveryMs).unref();

const ofRedis = redis && breaker('redis', () => redis.status !== 'ready' || trouble !== undefined);
export const redisIsUsable = () => ofRedis?.isOpen === false;
export function redisState(): 'none' | 'in use' | 'away' | 'full' {
  if (!redis) return 'none';
  return redisIsUsable() ? 'in use' : (trouble ?? 'away');
}
if (redis) {
  gauge('redis_up', 'Whether Redis answers and takes what it is given', () => Number(redisIsUsable()));
  gauge('redis_full', '1 while Redis takes nothing because its memory is full', () => Number(trouble === 'full'));
  gauge('redis_memory_used_bytes', 'What Redis holds', () => memoryOfRedis('used_memory'));
  gauge('redis_memory_max_bytes', 'What Redis may hold; absent where it has no limit', () =>
    memoryOfRedis('maxmemory'),
  );
}

async function memoryOfRedis(field: string): Promise<number | undefined> {
  if (redis?.status !== 'ready' || trouble === 'away') return undefined;
  const info = await redis.info('memory').catch(() => undefined);
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info ?? '')?.[1]) || undefined;
}

/** Runs a command if Redis answers. After a failure Redis is left alone until a probe succeeds: when it hangs, that costs time once. */
export async function tryRedis<Value>(command: (client: Redis) => Promise<Value>): Promise<Value | undefined> {
  if (!redis || !redisIsUsable()) return undefined;
  const started = performance.now();
  try {
    const value = await command(redis);
    notePart('redis', started, { 'db.system.name': 'redis' });
    return value;
  } catch (error) {
    cacheErrors.inc({ kind: 'command' });
    notice(error);
    return undefined;
  }
}

export const closeRedis = () => redis?.off('close', connectionLost).disconnect();
