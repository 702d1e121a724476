import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetricsApp } from './app.ts';
import { closeRedis } from './cache/redis.ts';
import { config } from './config.ts';
import { alone } from './database/alone.ts';
import { closeDatabase } from './database/database.ts';
import { closeReplica, watchReplica } from './database/replica.ts';
import { startCacheTags, stopCacheTags } from './database/tags.ts';
import * as health from './features/health/health.service.ts';
import { httpServer } from './http/http-server.ts';
import { holdGuests, letIn } from './http/starting.ts';
import { toAppError } from './http/to-app-error.ts';
import { AppError } from './lib/errors.ts';
import { type Duty, startRepeating, stopDuties } from './lib/duties.ts';
import { logger } from './lib/logger.ts';
import { applicationErrors, gauge, version } from './lib/metrics.ts';
import { startTracing, stopTracing } from './lib/tracing.ts';
import { within } from './lib/within.ts';

type Life = {
  server: Server;
  duties: readonly Duty[];
};

/** How a process of the service starts, becomes ready, and ends when it is asked to. */
export function live({ server, duties }: Life): Promise<void> {
  const metricsApp = createMetricsApp();
  const metricsServer = httpServer((request, response) => void metricsApp(request, response));

  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));
  process.on('unhandledRejection', (error) => {
    applicationErrors.inc({ where: 'process' });
    logger.error('A promise was left alone', { error });
  });
  process.on('uncaughtException', (error) =>
    endAtOnce('The process ends: an error that nobody foresaw left it in an unknown state', error),
  );
  gauge('active_connections', 'Connections of callers and proxies', () => connectionsOf(server));

  holdGuests();
  listenAt('PORT', server, () => logger.info('Listening', { port: config.PORT }));
  if (config.METRICS_PORT > 0) listenAt('METRICS_PORT', metricsServer);
  return prepare(duties).catch((error: unknown) => {
    logger.error('The process cannot start', { error });
    process.exitCode = 1;
    return stop('a failed start');
  });

  async function stop(signal: string) {
    logger.info('Stopping', { signal });
    health.become('stopping');
    // A caller that keeps its connection open is told to open another one, which leads to another process.
    server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false));
    // Load balancers get time to notice. Without a load balancer this is zero.
    await sleep(config.SHUTDOWN_GRACE_MS);
    for (const { hangUp } of duties) hangUp?.();
    const closed = new Promise((resolve) => server.close(resolve));
    setInterval(() => server.closeIdleConnections(), 50).unref();
    await Promise.race([Promise.allSettled([closed, ...duties.map(({ drain }) => drain?.())]), sleep(10_000)]);
    server.closeAllConnections();
    metricsServer.close();
    await stopDuties(duties, 1_000);
    closeRedis();
    await within(1_000, Promise.all([stopTracing(), stopCacheTags(), closeReplica(), closeDatabase()])).catch(
      () => undefined,
    );
    process.exit();
  }
}

function listenAt(setting: 'PORT' | 'METRICS_PORT', server: Server, then?: () => void) {
  server.once('error', (error: NodeJS.ErrnoException) => {
    const why = whyNot[error.code ?? ''] ?? error.message;
    endAtOnce(`The process cannot listen on ${config.HOST}, ${setting}=${config[setting]}: ${why}`);
  });
  server.listen(config[setting], config.HOST, then);
}
const whyNot: Partial<Record<string, string>> = {
  EADDRINUSE: 'another program does; set a port that is free',
  EACCES: 'this user may not; set a port above 1023',
  EADDRNOTAVAIL: 'HOST is no address of this machine',
  ENOTFOUND: 'HOST is no address of this machine',
};

/** An orchestrator starts another one. */
function endAtOnce(words: string, error?: unknown): never {
  logger.error(words, { ...(error !== undefined && { error }) });
  process.exit(1);
}

const connectionsOf = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    }),
  );

/** A process may start before its database. It is alive meanwhile, and ready once the database answers. */
async function prepare(duties: readonly Duty[]) {
  health.become('starting');
  await startTracing(version);
  for (const { listen } of duties) listen?.();
  await untilItWorks(async () => {
    const { ready, reason, cause } = await health.databaseReadiness();
    if (!ready) throw new AppError(503, reason ?? 'not ready', { cause });
    await startCacheTags();
  });
  watchReplica();
  await untilItWorks(() =>
    alone('prepare', async () => {
      for (const { prepare } of duties) await prepare?.();
    }),
  );
  for (const { name, warm } of duties)
    await warm?.().catch((error: unknown) => logger.debug(`${name} failed`, { error }));
  health.become('serving');
  letIn();
  logger.info('Ready', { afterMs: Math.round(performance.now()) });
  startRepeating(duties);
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
