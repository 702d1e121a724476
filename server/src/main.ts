import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { createApp, createMetricsApp } from './app.ts';
import { config } from './config.ts';
import { endStreams } from './features/events/events.service.ts';
import * as health from './features/health/health.service.ts';
import * as sessions from './features/sessions/sessions.service.ts';
import { alone } from './database/alone.ts';
import { startCacheTags, stopCacheTags } from './database/tags.ts';
import { closeDatabase } from './database/database.ts';
import { toAppError } from './http/to-app-error.ts';
import { AppError } from './lib/errors.ts';
import { httpServer } from './http/http-server.ts';
import { logger } from './lib/logger.ts';
import { closeRedis } from './cache/redis.ts';
import { closeReplica, watchReplica } from './database/replica.ts';
import { within } from './lib/within.ts';
import { listenerOf } from './http/listener.ts';
import { jobs } from './jobs.ts';
import { startRepeating, stopJobs } from './lib/jobs.ts';

// By default Node.js lets garbage grow to several times of what is in use. This is one of several processes on a machine.
setFlagsFromString('--heap-growing-percent=100');

const server = httpServer(listenerOf(sessions.remembered, createApp()));

const metricsApp = createMetricsApp();
const metricsServer = httpServer((request, response) => void metricsApp(request, response));

/** A process may start before its database. It is alive meanwhile, and ready once the database answers. */
async function prepare() {
  health.become('starting');
  for (const { listen } of jobs) listen?.();
  await untilItWorks(async () => {
    const { ready, reason, cause } = await health.databaseReadiness();
    if (!ready) throw new AppError(503, reason ?? 'not ready', { cause });
    await startCacheTags();
  });
  watchReplica();
  await untilItWorks(() =>
    alone('prepare', async () => {
      for (const { prepare } of jobs) await prepare?.();
    }),
  );
  for (const { name, warm } of jobs)
    await warm?.().catch((error: unknown) => logger.debug(`${name} failed`, { error }));
  health.become('serving');
  startRepeating(jobs);
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

async function stop(signal: string) {
  logger.info('Stopping', { signal });
  health.become('stopping');
  // A caller that keeps its connection open is told to open another one, which leads to another process.
  server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false));
  // Load balancers get time to notice. Without a load balancer this is zero.
  await sleep(config.SHUTDOWN_GRACE_MS);
  endStreams();
  const closed = new Promise((resolve) => server.close(resolve));
  setInterval(() => server.closeIdleConnections(), 50).unref();
  await Promise.race([closed, sleep(10_000)]);
  server.closeAllConnections();
  metricsServer.close();
  await stopJobs(jobs, 1_000);
  closeRedis();
  await within(1_000, Promise.all([stopCacheTags(), closeReplica(), closeDatabase()])).catch(() => undefined);
  process.exit();
}

process.once('SIGTERM', (signal) => void stop(signal));
process.once('SIGINT', (signal) => void stop(signal));
process.on('unhandledRejection', (error) => logger.error('A promise was left alone', { error }));

server.listen(config.PORT, config.HOST, () => logger.info('Listening', { port: config.PORT }));
if (config.METRICS_PORT > 0) metricsServer.listen(config.METRICS_PORT, config.HOST);
prepare().catch((error: unknown) => {
  logger.error('The server cannot start', { error });
  process.exitCode = 1;
  void stop('a failed start');
});
