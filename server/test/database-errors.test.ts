import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { createTower } from './factories/index.ts';
import { sql } from './harness/sql.ts';
import { proxyTo } from './harness/tcp-proxy.ts';
import { config } from '../src/config.ts';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { database, openPool, primaryPool } from '../src/database/database.ts';
import { isConnectionLoss, isWriteConflict } from '../src/database/problems.ts';
import { toAppError } from '../src/http/to-app-error.ts';
import { AppError } from '../src/lib/errors.ts';
import { transactionRetries } from '../src/lib/metrics.ts';
import { inside } from '../src/database/inside.ts';
import { inTransaction } from '../src/database/transaction.ts';

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('This was meant to fail');
    },
    (error: unknown) => error,
  );

/** Ways in which the database really refuses; each by the driver alone and through Prisma where both are used. */
const nobody = new PrismaClient({ adapter: new PrismaPg({ connectionString: 'postgres://nobody@127.0.0.1:1/none' }) });
const small = openPool(() => config.DATABASE_URL, 'small', { max: 1 });
const nowhere = openPool(() => 'postgres://nobody@127.0.0.1:1/none', 'nowhere', { max: 1 });
afterAll(() => Promise.all([small.end(), nowhere.end(), nobody.$disconnect()]));

const withOldPassword = () => {
  const url = new URL(config.DATABASE_URL);
  url.password = 'the one before';
  return url.href;
};

const raise = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'secret words' USING ERRCODE = '${state}'; END $$`;
const inPrisma = (text: string) => database.$transaction((tx) => tx.$executeRawUnsafe(text));
const slowly = (db: { query: (text: string) => Promise<unknown> }) =>
  db.query(`SET statement_timeout = 20; SELECT pg_sleep(5)`);

const cases: [what: string, status: number, fail: () => Promise<unknown>][] = [
  ['a duplicate, by Prisma', 409, async () => database.tower.create({ data: { name: (await createTower()).name } })],
  [
    'a duplicate, in SQL by Prisma',
    409,
    async () => database.$executeRaw`INSERT INTO towers (name) VALUES (${(await createTower()).name})`,
  ],
  [
    'a duplicate, by pg',
    409,
    async () => primaryPool.query('INSERT INTO towers (name) VALUES ($1)', [(await createTower()).name]),
  ],
  [
    'a record that is gone, by Prisma',
    404,
    () => database.tower.update({ where: { id: 2_000_000_000 }, data: { name: 'x' } }),
  ],
  [
    'a missing reference, by Prisma',
    422,
    () => database.remark.create({ data: { serviceId: 2_000_000_000, authorName: 'x', text: 'x' } }),
  ],
  [
    'a missing reference, by pg',
    422,
    () => primaryPool.query(`INSERT INTO remarks (service_id, author_name, text) VALUES (2000000000, 'x', 'x')`),
  ],
  ['a number that is too large, by Prisma', 422, () => database.$queryRaw`SELECT (${'1'.repeat(30)})::numeric(20, 4)`],
  ['a number that is too large, by pg', 422, () => primaryPool.query('SELECT $1::numeric(20, 4)', ['1'.repeat(30)])],
  ['an integer that is too large, by Prisma', 422, () => database.tower.findMany({ where: { id: 2 ** 40 } })],
  ['a day that does not exist, by pg', 422, () => primaryPool.query('SELECT $1::date', ['0000-01-01'])],
  ['no day at all, by Prisma', 422, () => database.$queryRaw`SELECT ${'2026-02-30'}::date::text`],
  ['NUL in a text, by Prisma', 422, () => database.tower.create({ data: { name: 'a\0b' } })],
  ['NUL in a text, in SQL by Prisma', 422, () => database.$queryRaw`SELECT ${'a\0b'}::text`],
  ['NUL in a text, by pg', 422, () => primaryPool.query('SELECT $1::text', ['a\0b'])],
  ['NUL in JSON, by pg', 422, () => primaryPool.query('SELECT $1::jsonb', [JSON.stringify({ a: '\0' })])],
  ['a broken rule, by Prisma', 422, () => inPrisma(raise('23514'))],
  ['a statement that takes too long, by pg', 504, () => slowly(small)],
  [
    'a statement that takes too long, by Prisma',
    504,
    () =>
      database.$transaction(async (tx) => {
        await tx.$executeRaw`SET LOCAL statement_timeout = 20`;
        await tx.$queryRaw`SELECT pg_sleep(5)::text`;
      }),
  ],
  [
    'a write where only reading is allowed, by Prisma',
    503,
    () =>
      database.$transaction(async (tx) => {
        await tx.$executeRaw`SET TRANSACTION READ ONLY`;
        await tx.tower.create({ data: { name: 'read only' } });
      }),
  ],
  [
    'a transaction that takes too long',
    503,
    () =>
      database.$transaction(
        async (tx) => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          await tx.tower.count();
        },
        { timeout: 50 },
      ),
  ],
  ['a conflict of writers, by Prisma', 503, () => inPrisma(raise('40001'))],
  ['a deadlock, by pg', 503, () => primaryPool.query(raise('40P01'))],
  [
    'no connection left in time',
    503,
    async () => {
      const held = await small.connect();
      try {
        await small.query('SELECT 1');
      } finally {
        held.release();
      }
    },
  ],
  ['nobody at that address, by pg', 503, () => nowhere.query('SELECT 1')],
  ['nobody at that address, by Prisma', 503, () => nobody.tower.count()],
  [
    'a name that nobody has',
    503,
    () => openPool(() => 'postgres://nobody@primary.invalid/none', 'gone').query('SELECT 1'),
  ],
  ['a password that has just changed', 503, () => openPool(withOldPassword, 'changed').query('SELECT 1')],
  ['too many connections', 503, () => primaryPool.query(raise('53300'))],
  ['a closed period', 409, () => inPrisma(raise('OP001'))],
  ['a plan that is not a draft', 409, () => inPrisma(raise('OP002'))],
  ['a rewritten audit log', 409, () => sql('DELETE FROM audit_entries')],
  ['a rewritten audit log, by Prisma', 409, () => inPrisma(raise('OP005'))],
];

describe('what the database says becomes an answer in words', () => {
  test.each(cases)('%s: %i', async (_what, status, fail) => {
    const error = toAppError(await errorOf(fail()));
    expect({ status: error.status, cause: status === error.status || error.details.cause }).toEqual({
      status,
      cause: true,
    });
    expect(error.message).toMatch(/^[A-Z][\w ,;'.-]+$/);
    expect(error.message).not.toMatch(/secret|prisma|postgres|relation|column|towers|constraint|timeout|connect/i);
    expect(error.details.retryAfterSeconds !== undefined).toBe(status >= 500);
  });

  test('a write on the true replica: 503', async () => {
    if (!config.DATABASE_READ_REPLICA_URL) return;
    const replica = openPool(() => config.DATABASE_READ_REPLICA_URL ?? '', 'replica', { max: 1 });
    try {
      expect(toAppError(await errorOf(replica.query(`DELETE FROM towers`))).status).toBe(503);
    } finally {
      await replica.end();
    }
  });

  test('a connection that is cut in the middle of a statement: 503, by pg and by Prisma', async () => {
    const way = await proxyTo(config.DATABASE_URL);
    const pool = openPool(() => way.url, 'cut', { max: 2 });
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    const failures = [errorOf(pool.query('SELECT pg_sleep(10)')), errorOf(prisma.$queryRaw`SELECT pg_sleep(10)::text`)];
    await expect.poll(() => pool.totalCount - pool.idleCount).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await way.cut();
    for (const error of await Promise.all(failures)) expect(toAppError(error).status).toBe(503);
    await prisma.$disconnect();
    await pool.end().catch(() => undefined);
  });

  test('a connection that an administrator ends: 503', async () => {
    const running = errorOf(small.query(`SELECT 'to be ended', pg_sleep(10)`));
    await expect
      .poll(() =>
        sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%to be ended%' AND pid <> pg_backend_pid()`,
        ),
      )
      .toHaveLength(1);
    expect(toAppError(await running).status).toBe(503);
  });

  test('anything else: 500, and its words stay inside', () => {
    for (const unknown of [
      new Error('secret words'),
      new TypeError('x is not a function'),
      'text',
      undefined,
      null,
      { status: 404 },
      Object.assign(new Error('x'), { code: 'EACCES' }),
    ]) {
      const error = toAppError(unknown);
      expect(error).toMatchObject({ status: 500, message: 'Something went wrong on our side' });
      expect(error.details.cause).toBe(unknown);
    }
  });

  test('an expected failure stays what it is', () => {
    const error = new AppError(409, 'This is in use');
    expect(toAppError(error)).toBe(error);
  });
});

describe('a transaction', () => {
  const counter = async (id: number) =>
    (await sql<{ version: number }>('SELECT version FROM towers WHERE id = $1', [id]))[0]?.version;

  test('that conflicts with another is done again, and both are kept', async () => {
    const [one, two] = [await createTower(), await createTower()];
    let attempts = 0;
    let arrived = 0;
    // Each reads what the other writes: PostgreSQL lets only one of the two commit.
    const skew = (read: number, write: number) =>
      inTransaction([], async (tx) => {
        attempts += 1;
        await inside(tx).$executeRaw`SET TRANSACTION ISOLATION LEVEL SERIALIZABLE`;
        await inside(tx).tower.findUnique({ where: { id: read } });
        arrived += 1;
        await expect.poll(() => arrived, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
        await inside(tx).tower.update({ where: { id: write }, data: { version: { increment: 1 } } });
      });
    await Promise.all([skew(one.id, two.id), skew(two.id, one.id)]);
    expect(attempts).toBe(3);
    expect([await counter(one.id), await counter(two.id)]).toEqual([2, 2]);
  });

  test('that waits for one that waits for it is done again', async () => {
    const [one, two] = [await createTower(), await createTower()];
    let arrived = 0;
    const raise = (tx: Parameters<Parameters<typeof inTransaction>[1]>[0], id: number) =>
      inside(tx).tower.update({ where: { id }, data: { version: { increment: 1 } } });
    const crossing = (first: number, second: number) =>
      inTransaction([], async (tx) => {
        await raise(tx, first);
        arrived += 1;
        await expect.poll(() => arrived, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
        await raise(tx, second);
      });
    await Promise.all([crossing(one.id, two.id), crossing(two.id, one.id)]);
    expect([await counter(one.id), await counter(two.id)]).toEqual([3, 3]);
  });

  test('is given up after four attempts, and is then a 503', async () => {
    let attempts = 0;
    const before = (await transactionRetries.get()).values[0]?.value ?? 0;
    const error = await errorOf(
      inTransaction([], async (tx) => {
        attempts += 1;
        await inside(tx).$executeRawUnsafe(raise('40001'));
      }),
    );
    expect(attempts).toBe(4);
    expect(((await transactionRetries.get()).values[0]?.value ?? 0) - before).toBe(3);
    expect(isWriteConflict(error)).toBe(true);
    expect(toAppError(error).status).toBe(503);
  });

  test('is not done again for any other failure, and leaves nothing', async () => {
    let attempts = 0;
    await errorOf(
      inTransaction(['masters'], async (tx) => {
        attempts += 1;
        await inside(tx).tower.create({ data: { name: 'never there' } });
        throw new AppError(409, 'No');
      }),
    );
    expect(attempts).toBe(1);
    expect(await sql(`SELECT FROM towers WHERE name = 'never there'`)).toEqual([]);
  });
});

test('the loss of a connection is told from an answer that merely mentions one', async () => {
  expect(isConnectionLoss(await errorOf(nowhere.query('SELECT 1')))).toBe(true);
  const refused = new pg.Client({ host: 'localhost', port: 1 });
  expect(isConnectionLoss(await errorOf(refused.connect()))).toBe(true);
  expect(isConnectionLoss(new Error('This tower is not connected'))).toBe(false);
  expect(isConnectionLoss(undefined)).toBe(false);
});
