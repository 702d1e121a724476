import request from 'supertest';
import { expect, test } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { startAnother, startInstance } from '../../../test/harness/instances.ts';
import { sql } from '../../../test/harness/sql.ts';
import { proxyTo } from '../../../test/harness/tcp-proxy.ts';
import { config } from '../../config.ts';

test('a process that works is alive, ready and says so to people, whatever host it is asked by', async () => {
  await api.get('/livez').set('host', '10.1.2.3:5000').expect(200, 'alive');
  await api.get('/readyz').set('host', '10.1.2.3:5000').expect(200, 'ready');
  const { body } = await api.get('/health').set('host', '10.1.2.3:5000').expect(200);
  expect(body).toMatchObject({ status: 'ok', database: 'up', databaseDownSince: null, changes: 'listening' });
  expect(body.uptimeSeconds).toBeGreaterThanOrEqual(0);
});

test('a process whose database waits for a migration is alive and not ready until it is applied', async () => {
  const last = `(SELECT max(migration_name) FROM _prisma_migrations)`;
  await sql(`CREATE TABLE kept_migration AS SELECT * FROM _prisma_migrations WHERE migration_name = ${last}`);
  await sql(`DELETE FROM _prisma_migrations WHERE migration_name = ${last}`);
  const other = await startAnother();
  try {
    await request(other.origin).get('/livez').expect(200);
    await request(other.origin).get('/readyz').expect(503, 'migrations are pending');
    const { body } = await request(other.origin).get('/health').expect(503);
    expect(body).toMatchObject({ status: 'migrations are pending', databaseDownSince: null });
    await sql('INSERT INTO _prisma_migrations SELECT * FROM kept_migration; DROP TABLE kept_migration');
    await request(other.origin).get('/readyz').expect(200, 'ready');
  } finally {
    await other.stop();
  }
});

test('a process whose database is away says so, without a word about where it is, and stays ready', async () => {
  const way = await proxyTo(config.DATABASE_URL);
  const other = await startAnother({ DATABASE_URL: way.url, DATABASE_READ_REPLICA_URL: '' });
  try {
    await request(other.origin).get('/readyz').expect(200);
    const began = Date.now() - 1_000;
    await way.cut();
    await request(other.origin).get('/livez').expect(200);
    await request(other.origin).get('/readyz').expect(200, 'ready, but the database does not answer as it should');
    const { body, text } = await request(other.origin).get('/health').expect(503);
    expect(body).toMatchObject({ database: 'down', changes: 'interrupted' });
    expect(Date.now() - Date.parse(body.databaseDownSince)).toBeLessThan(Date.now() - began);
    expect(text).not.toMatch(/127\.0\.0\.1|postgres|ECONN/);
    await way.mend();
    await request(other.origin).get('/readyz').expect(200, 'ready');
    await expect
      .poll(async () => (await request(other.origin).get('/health')).body, { timeout: 5_000 })
      .toMatchObject({ status: 'ok', databaseDownSince: null, changes: 'listening' });
  } finally {
    await other.stop();
    await way.cut();
  }
});

test.skipIf(!config.REDIS_URL)(
  'a process that alone has lost the database is not ready after a while',
  async () => {
    const way = await proxyTo(config.DATABASE_URL);
    const [alone, other] = [
      await startAnother({ DATABASE_URL: way.url, DATABASE_READ_REPLICA_URL: '' }),
      await startAnother(),
    ];
    try {
      await request(alone.origin).get('/readyz').expect(200, 'ready');
      await way.cut();
      const began = performance.now();
      const both = async () => {
        await request(other.origin).get('/readyz').expect(200, 'ready');
        return (await request(alone.origin).get('/readyz')).status;
      };
      await expect.poll(both, { timeout: 25_000, interval: 1_000 }).toBe(503);
      expect(performance.now() - began).toBeGreaterThan(10_000);
      await way.mend();
      await expect.poll(both, { timeout: 5_000 }).toBe(200);
    } finally {
      await Promise.all([alone.stop(), other.stop()]);
      await way.cut();
    }
  },
  60_000,
);

test('a process that never had the database is not ready', async () => {
  const way = await proxyTo(config.DATABASE_URL);
  const other = await startAnother({ DATABASE_URL: way.url, DATABASE_READ_REPLICA_URL: '' });
  try {
    await way.cut();
    await request(other.origin)
      .get('/readyz')
      .expect(503, /^the database does not answer/);
  } finally {
    await other.stop();
  }
});

test('a process on its way out takes no more, and still answers what it has', async () => {
  const other = await startAnother();
  try {
    other.health.become('stopping');
    await request(other.origin).get('/livez').expect(200);
    await request(other.origin).get('/readyz').expect(503, 'stopping');
    await request(other.origin).get('/api/openapi.json').expect(200);
  } finally {
    await other.stop();
  }
});

test('probes are no lines of the log, as long as nobody wants details', async () => {
  for (const [LOG_LEVEL, told] of [
    ['info', ['unmatched']],
    ['debug', ['/readyz', '/livez', '/health', 'unmatched']],
  ] as const) {
    const instance = await startInstance({ LOG_LEVEL });
    for (const path of ['/livez', '/health', '/api/nowhere']) await fetch(`${instance.url}${path}`);
    const routes = () =>
      [...instance.log().matchAll(/"message":"Answered".*"route":"([^"]*)"/g)].map(([, route]) => route);
    await expect.poll(routes).toContain('unmatched');
    await instance.stop();
    expect([...new Set(routes())].toSorted()).toEqual([...told].toSorted());
  }
});
