import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

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
