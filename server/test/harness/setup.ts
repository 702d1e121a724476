import { afterAll } from 'vitest';
import { adminUrl, asApplication, redisOfWorker, runSql, urlOf } from '../../local/test-databases.ts';
import { templateName } from './global-setup.ts';

// Runs before a test file imports anything of ours: each file has a database of its own, and its replica.
const name = `opex_test_${process.pid}_${Date.now()}`;
await runSql(adminUrl(), `CREATE DATABASE ${name} TEMPLATE ${templateName}`);

const { TEST_REPLICA_URL, TEST_REDIS_URL } = process.env;
Object.assign(process.env, {
  NODE_ENV: 'test',
  // What one person writes another reads at once; stale.test looks at the moment in between.
  CACHE_STALE_MS: '0',
  // A machine that runs tests is often late, and tests ask much at once; overload.test looks at what happens then.
  LATE_MS_MAX: '60000',
  REQUESTS_IN_WORK_MAX: '20000',
  REQUESTS_PER_CALLER_MAX: '20000',
  DATABASE_URL: asApplication(urlOf(adminUrl(), name)),
  MIGRATION_DATABASE_URL: urlOf(adminUrl(), name),
  AUDIT_SEAL_KEYS: 'a key of thirty-two characters for tests',
  ...(TEST_REPLICA_URL && { DATABASE_READ_REPLICA_URL: asApplication(urlOf(TEST_REPLICA_URL, name)) }),
  ...(TEST_REDIS_URL && { REDIS_URL: redisOfWorker(TEST_REDIS_URL) }),
  SIGN_IN_LIMIT_PER_ADDRESS: '100000',
  COSTS: 'on',
  PERFORMANCE: 'on',
  COST_BUDGET_DAY: '10',
  RATE_LIMIT_PER_USER: '1000000',
  RATE_LIMIT_PER_ADDRESS: '1000000',
  DATABASE_POOL_MAX: '10',
});

const { startCacheTags, stopCacheTags } = await import('../../src/database/tags.ts');
const { startEvents } = await import('../../src/features/events/events.service.ts');
const { startFigures } = await import('../../src/features/figures/figures.service.ts');
const { watchReplica, closeReplica } = await import('../../src/database/replica.ts');
const { closeDatabase } = await import('../../src/database/database.ts');
const { closeRedis } = await import('../../src/cache/redis.ts');

startEvents();
startFigures();
await startCacheTags();
watchReplica();

afterAll(async () => {
  await stopCacheTags();
  await closeReplica();
  closeRedis();
  await closeDatabase();
  await runSql(adminUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});
