import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { freePort } from '../../local/ports.ts';
import { listen } from './listen.ts';

export const admin = { email: 'admin@localhost', password: 'a password for tests only' };

/** The real server as a process of its own, on the database, replica and Redis of this test file. */
export async function startInstance(
  env: Record<string, string> = {},
  { waits = true, command = 'serve', main = 'server/src/main.ts' } = {},
) {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const root = resolve(import.meta.dirname, '../../..');
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=development', main, command], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      OPEX_ADMIN_EMAIL: admin.email,
      OPEX_ADMIN_PASSWORD: admin.password,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  if (waits) await answers(`${url}/readyz`, child);
  return {
    url,
    log: () => log,
    exitCode: () => child.exitCode,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

/** Asked ever more seldom: an instance with a small rate limit counts these requests too. */
async function answers(url: string, child: ChildProcess) {
  const deadline = performance.now() + 25_000;
  let seen = 'nothing listened';
  for (let pause = 50; performance.now() < deadline && child.exitCode === null; pause = Math.min(pause * 1.2, 1_000)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer) seen = `${answer.status} ${await answer.text()}`;
    await sleep(pause);
  }
  child.kill();
  throw new Error(`${url}: ${child.exitCode === null ? seen : `the server ended with ${child.exitCode}`}`);
}

/**
 * The same inside this process, with modules, connections and settings of its own: it starts in a moment, and a test can ask its
 * modules. For what only a process has (signals, its log, its metrics), take `startInstance`.
 */
export async function startAnother(settings: Record<string, string> = {}) {
  const kept = process.env;
  process.env = { ...kept, ...settings };
  vi.resetModules();
  const { createApp } = await import('../../src/app.ts');
  const { startCacheTags, stopCacheTags } = await import('../../src/database/tags.ts');
  const { startEvents, endStreams } = await import('../../src/features/events/events.service.ts');
  const { watchReplica, closeReplica } = await import('../../src/database/replica.ts');
  const { closeDatabase } = await import('../../src/database/database.ts');
  const { closeRedis } = await import('../../src/cache/redis.ts');
  const health = await import('../../src/features/health/health.service.ts');
  process.env = kept;

  startEvents();
  await startCacheTags();
  watchReplica();
  const { origin, close } = await listen(createApp());
  const stop = async () => {
    endStreams();
    await close();
    await stopCacheTags();
    await closeReplica();
    closeRedis();
    await closeDatabase();
  };
  return { origin, health, stop };
}
