import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { config } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { isOverdue } from './problems.ts';
import { logger } from '../lib/logger.ts';
import { notePart } from '../lib/tracing.ts';
import { connectionWait, gaugeOfEach, queryDuration } from '../lib/metrics.ts';

/** The primary, or a transaction on it. */
export type Db = Prisma.TransactionClient;

/**
 * Drivers read times as UTC, whatever zone the server keeps. A statement whose caller has gone is ended within a second,
 * and a connection whose other end is silent is given up, so that neither holds its locks on.
 */
export const sessionOptions = '-c TimeZone=UTC -c client_connection_check_interval=1000 -c tcp_user_timeout=10000';

/** The server ends a statement after this; only a server that hangs takes longer, and then this side ends it. */
const statementMs = 15_000;
const overdueAfterMs = statementMs + 1_000;
/** No read of a request may take longer, whatever the reason. */
export const readWithinMs = 4_500;

const patience = new AsyncLocalStorage<number>();
/** For the little work whose statements may take longer. */
export const withPatience = <Result>(milliseconds: number, work: () => Promise<Result>) =>
  patience.run(milliseconds, work);

export function openPool(address: () => string, label: string, more: pg.PoolConfig = {}, Pool = pg.Pool) {
  const pool = new Pool({
    Client: clientOf(address),
    max: config.DATABASE_POOL_MAX,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementMs,
    query_timeout: overdueAfterMs,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 20_000,
    keepAlive: true,
    application_name: `opex-${label}`,
    options: sessionOptions,
    ...more,
  });
  // A lost connection without a listener would end the process. The pool listens to idle connections only. The borrower
  // of a lost connection learns of it when the next statement fails.
  pool.on('error', (error) => logger.warn('A database connection was lost', { database: label, error }));
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('connect', closeWhenOverdue);
  measureWaiting(pool, label);
  pools.set(label, pool);
  return pool;
}

const pools = new Map<string, pg.Pool>();
const gaugeOfPools = (name: string, help: string, read: (pool: pg.Pool) => number) =>
  gaugeOfEach(name, help, 'pool', () => [...pools].map(([label, pool]) => [label, read(pool)]));
gaugeOfPools('db_pool_size', 'Open connections', ({ totalCount }) => totalCount);
gaugeOfPools('db_pool_max', 'Connections that may be open at most', ({ options }) => options.max);
gaugeOfPools('db_pool_idle', 'Idle connections', ({ idleCount }) => idleCount);
gaugeOfPools('db_pool_waiting', 'Requests waiting for a connection', ({ waitingCount }) => waitingCount);

type Connect = (callback?: (...found: unknown[]) => void) => Promise<pg.PoolClient> | undefined;
function measureWaiting(pool: pg.Pool, label: string) {
  const waits = connectionWait.labels({ pool: label });
  const connect = pool.connect.bind(pool) as Connect;
  const measured: Connect = (callback) => {
    const stop = waits.startTimer();
    if (!callback) return connect()?.finally(stop);
    return connect((...found) => {
      stop();
      callback(...found);
    });
  };
  pool.connect = measured as pg.Pool['connect'];
}

/** The address is asked for again with every connection, because its password can change. */
const clientOf = (address: () => string) =>
  class extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      super({ ...options, connectionString: address() });
    }
  };

/** A statement that was given up may still be answered later. So its connection is closed, and no other statement gets it. */
function closeWhenOverdue(client: pg.PoolClient) {
  client.query = ((config: pg.QueryConfig, ...rest: unknown[]) => {
    const limit = patience.getStore();
    // A stream, such as COPY, says itself what it waits for.
    const isStatement = typeof config === 'object' && !('submit' in config);
    const limited = limit && isStatement ? { ...config, query_timeout: limit } : config;
    const query = pg.Client.prototype.query.bind(client as unknown as pg.Client) as (...all: unknown[]) => unknown;
    const answer = query(limited, ...rest);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => isOverdue(error) && void (client as unknown as pg.Client).end());
    return answer;
  }) as typeof client.query;
}

/** For a caller that has found out that the server hangs: ends every statement of this pool that waits for an answer. */
export function watchHangs(pool: pg.Pool, label: string) {
  const borrowed = new Set<pg.PoolClient>();
  let lastAnswerAt = performance.now();
  pool.on('acquire', (client) => borrowed.add(client));
  pool.on('release', (error, client) => {
    borrowed.delete(client);
    if (!(error as unknown)) lastAnswerAt = performance.now();
  });
  return (silentForMs: number) => {
    if (borrowed.size === 0 || performance.now() - lastAnswerAt < silentForMs) return;
    logger.warn('The database hangs; what waits for it is answered without it', {
      database: label,
      waiting: borrowed.size,
    });
    for (const client of borrowed) void (client as unknown as pg.Client).end();
  };
}

const lent = new AsyncLocalStorage<{ client?: pg.PoolClient }>();

/** Tells which connection Prisma borrows for a transaction. COPY and prepared statements, which Prisma cannot say, go over it. */
class PrimaryPool extends pg.Pool {
  override connect: pg.Pool['connect'] = (...callback: unknown[]) => {
    const connect = super.connect.bind(this) as (...given: unknown[]) => Promise<pg.PoolClient>;
    if (callback.length > 0) return connect(...callback);
    return connect().then((client) => {
      const loan = lent.getStore();
      if (loan) loan.client ??= client;
      return client;
    });
  };
}

/**
 * Transactions of the server settle the figures that they made due before they commit. So the database sends no notice
 * about them, and refuses a commit that leaves figures due.
 */
const settles = '-c opex.settles=on';

export const primaryPool = openPool(
  addressOf.primary,
  'primary',
  { options: `${sessionOptions} ${settles}` },
  PrimaryPool,
);
export const endWhatHangs = watchHangs(primaryPool, 'primary');

/** The primary: for every write, and for every read on which a write may be based. */
export const database = new PrismaClient({ adapter: new PrismaPg(primaryPool) }).$extends({
  query: {
    async $allOperations({ model, operation, args, query }) {
      const stop = queryDuration.startTimer({ operation, table: model ?? 'raw' });
      const started = performance.now();
      try {
        return (await query(args)) as unknown;
      } finally {
        stop();
        notePart(`${model ?? 'raw'}.${operation}`, started, { 'db.system.name': 'postgresql' });
      }
    },
  },
});

/** A transaction, and the connection it is on. */
export const withConnection = <Result>(
  work: (tx: Db, connection: pg.PoolClient) => Promise<Result>,
  options: { maxWait: number; timeout: number },
): Promise<Result> =>
  lent.run({}, () => database.$transaction((tx) => work(tx as Db, lent.getStore()?.client as pg.PoolClient), options));

export async function closeDatabase() {
  await database.$disconnect();
  await primaryPool.end();
}
