import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { config } from '../config.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { logger } from './logger.ts';
import { gauge, queryDuration } from './metrics.ts';

/** The primary, or a transaction on it. */
export type Db = Prisma.TransactionClient;

/** Drivers read times as UTC, whatever zone the server keeps. */
export const inUtc = '-c TimeZone=UTC';

export function openPool(connectionString: string, label: string, more: pg.PoolConfig = {}) {
  const pool = new pg.Pool({
    connectionString,
    max: config.DATABASE_POOL_MAX,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 20_000,
    keepAlive: true,
    application_name: `opex-${label}`,
    options: inUtc,
    ...more,
  });
  // Without listeners a lost connection would end the process. The pool hears the idle ones only; of a borrowed one the
  // next statement fails, which its borrower hears.
  pool.on('error', (error) => logger.warn('A database connection was lost', { database: label, error }));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export const primaryPool = openPool(config.DATABASE_URL, 'primary');

/** The primary: every write, and every read that somebody may follow with a write. */
export const database = new PrismaClient({ adapter: new PrismaPg(primaryPool) }).$extends({
  query: {
    async $allOperations({ model, operation, args, query }) {
      const stop = queryDuration.startTimer({ operation, table: model ?? 'raw' });
      try {
        return (await query(args)) as unknown;
      } finally {
        stop();
      }
    },
  },
});

gauge('db_pool_size', 'Open connections of the primary pool', () => primaryPool.totalCount);
gauge('db_pool_idle', 'Idle connections of the primary pool', () => primaryPool.idleCount);
gauge('db_pool_waiting', 'Requests waiting for a connection', () => primaryPool.waitingCount);

export async function closeDatabase() {
  await database.$disconnect();
  await primaryPool.end();
}
