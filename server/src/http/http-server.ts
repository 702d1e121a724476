import { createServer, type RequestListener, type ServerOptions } from 'node:http';

/** How long a caller may take, in milliseconds. */
export const patience = {
  // Longer than proxies keep idle connections, so that a proxy never sends into a connection that was just closed.
  keepAliveTimeout: 75_000,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  // Node.js looks for slow callers this often, so a slow caller may take this much longer.
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions;

export const httpServer = (listener: RequestListener, times: typeof patience = patience) =>
  createServer(times, listener);
