import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { createApp, createMetricsApp } from './app.ts';
import { config } from './config.ts';
import * as apiKeys from './features/api-keys/api-keys.service.ts';
import * as seals from './features/audit/seals.service.ts';
import * as budgets from './features/tracker/tracker.service.ts';
import { endStreams } from './features/events/events.routes.ts';
import { startEvents } from './features/events/events.service.ts';
import { startFigures } from './features/figures/figures.service.ts';
import * as fiscalYears from './features/fiscal-years/fiscal-years.service.ts';
import * as health from './features/health/health.service.ts';
import * as masters from './features/masters/masters.service.ts';
import * as reports from './features/reports/reports.service.ts';
import * as securityEvents from './features/security-events/security-events.service.ts';
import * as sessions from './features/sessions/sessions.service.ts';
import * as users from './features/users/users.service.ts';
import { startCacheTags, stopCacheTags } from './database/tags.ts';
import { closeDatabase } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { forgetOldKeys } from './database/idempotency.ts';
import { toAppError } from './http/to-app-error.ts';
import { AppError } from './lib/errors.ts';
import { httpServer } from './http/http-server.ts';
import { logger } from './lib/logger.ts';
import { closeRedis } from './cache/redis.ts';
import { closeReplica, watchReplica } from './database/replica.ts';
import { within } from './lib/within.ts';
import { fastLane } from './http/fast-lane.ts';

// On a machine with much memory garbage would grow to several times of what lives; this is one of several processes.
setFlagsFromString('--heap-growing-percent=100');

const app = createApp();
const fastFirst = fastLane(sessions.remembered);
const server = httpServer((request, response) => fastFirst(request, response, () => void app(request, response)));

const metricsApp = createMetricsApp();
const metricsServer = httpServer((request, response) => void metricsApp(request, response));

const every = (milliseconds: number, what: string, work: () => Promise<unknown>) =>
  setInterval(
    () => void work().catch((error: unknown) => logger.warn(`${what} failed; it will be tried again`, { error })),
    milliseconds,
  ).unref();

/** Whatever comes first, database or us: we wait for it, alive but not ready. */
async function prepare() {
  health.become('starting');
  startEvents();
  startFigures();
  await untilItWorks(async () => {
    const { ready, reason, cause } = await health.databaseReadiness();
    if (!ready) throw new AppError(503, reason ?? 'not ready', { cause });
    await startCacheTags();
  });
  watchReplica();
  const greeting = await untilItWorks(() =>
    users.ensureFirstAdmin(config.OPEX_ADMIN_EMAIL, config.OPEX_ADMIN_PASSWORD),
  );
  if (greeting) process.stdout.write(`${greeting}\n`);
  await untilItWorks(() => fiscalYears.ensureFirstYear());
  await warm();
  health.become('serving');
  // Behind the first requests: with a large company it takes its time.
  await fiscalYears
    .advanceReported()
    .catch((error: unknown) => logger.warn('Advancing the reported month failed', { error }));
  every(3_600_000, 'Advancing the reported month', fiscalYears.advanceReported);
  every(sessions.flushEveryMs, 'Noting activity', async () =>
    Promise.all([sessions.flushActivity(), apiKeys.flushActivity()]),
  );
  every(securityEvents.flushEveryMs, 'Writing the security log', securityEvents.flush);
  await untilItWorks(() => seals.warnOfGaps());
  await seals.sealAndPublish();
  every(seals.sealEveryMs, 'Sealing', seals.seal);
  every(seals.publishEveryMs, 'Publishing seals', seals.publish);
  every(600_000, 'Cleaning up', async () =>
    Promise.all([sessions.clean(), securityEvents.clean(), inTransaction([], forgetOldKeys)]),
  );
}

async function untilItWorks<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (toAppError(error).status < 503) throw error;
      logger.warn('Waiting for the database', { error });
      await sleep(500);
    }
  }
}

/** An empty database has nothing to warm, and that is no reason not to start. */
async function warm() {
  try {
    await reports.warm();
    await budgets.warm();
    await masters.warm();
  } catch (error) {
    logger.debug('Nothing to warm', { error });
  }
}

async function stop(signal: string) {
  logger.info('Stopping', { signal });
  health.become('stopping');
  // Whoever keeps his connection open learns to come back by another one.
  server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false));
  // Time for load balancers to notice; none when nobody balances.
  await sleep(config.SHUTDOWN_GRACE_MS);
  endStreams();
  const closed = new Promise((resolve) => server.close(resolve));
  setInterval(() => server.closeIdleConnections(), 50).unref();
  await Promise.race([closed, sleep(10_000)]);
  server.closeAllConnections();
  metricsServer.close();
  // A server that hangs is not waited for.
  await within(
    1_500,
    Promise.allSettled([
      sessions.flushActivity(),
      apiKeys.flushActivity(),
      securityEvents.flush(true),
      seals.sealAndPublish(),
    ]),
  ).catch(() => undefined);
  closeRedis();
  await within(1_000, Promise.all([stopCacheTags(), closeReplica(), closeDatabase()])).catch(() => undefined);
  process.exit(0);
}

process.once('SIGTERM', (signal) => void stop(signal));
process.once('SIGINT', (signal) => void stop(signal));
process.on('unhandledRejection', (error) => logger.error('A promise was left alone', { error }));

server.listen(config.PORT, config.HOST, () => logger.info('Listening', { port: config.PORT }));
if (config.METRICS_PORT > 0) metricsServer.listen(config.METRICS_PORT, config.HOST);
void prepare();
