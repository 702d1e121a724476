import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

/** The whole server once more, with modules, connections and settings of its own, as a second process has them. */
export async function startAnother(settings: Record<string, string> = {}) {
  const kept = process.env;
  process.env = { ...kept, ...settings };
  vi.resetModules();
  const { createApp } = await import('../src/app.ts');
  const { startCacheTags, stopCacheTags } = await import('../src/database/tags.ts');
  const { startEvents } = await import('../src/features/events/events.service.ts');
  const { endStreams } = await import('../src/features/events/events.routes.ts');
  const { watchReplica, closeReplica } = await import('../src/database/replica.ts');
  const { closeDatabase } = await import('../src/database/database.ts');
  const { closeRedis } = await import('../src/cache/redis.ts');
  const health = await import('../src/features/health/health.service.ts');
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

/** A real socket, for what cannot be seen in-process. */
export async function listen(app: RequestListener) {
  const server: Server = createServer(app);
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  /** How many are open now. */
  const connections = (tell: (count: number) => void) => server.getConnections((_error, count) => tell(count));
  return { origin: `http://127.0.0.1:${port}`, port, connections, close };
}
