import { createServer, type RequestListener, type ServerOptions } from 'node:http';

/** How long somebody may take, in milliseconds. */
export const patience = {
  // Longer than proxies keep idle connections, so that they never send into one that we just closed.
  keepAliveTimeout: 75_000,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  // Whoever is too slow is found by looking, so he may take this much longer.
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions;

export const httpServer = (listener: RequestListener, times: typeof patience = patience) =>
  createServer(times, listener);
