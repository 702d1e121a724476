import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { CommandFailed } from './command.ts';

/** A port that a person chose; else this one. */
export function portOf(name: 'PORT' | 'METRICS_PORT', fallback: number): number {
  const port = Number(process.env[name] || fallback);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CommandFailed(`${name} is no port: it takes a whole number from 0 to 65535.`);
}

/** Below the ports that systems lend to outgoing connections: nothing takes such a port between our looking and our listening. */
const [lowest, highest] = [15_000, 32_000];

/** A free port of 127.0.0.1, the preferred one if it still is. */
export async function freePort(preferred = 0): Promise<number> {
  for (const port of [...(preferred ? [preferred] : []), ...Array.from({ length: 50 }, anyPort)]) {
    if (await listenOnce(port, '127.0.0.1')) return port;
  }
  throw new Error(`No port of 127.0.0.1 between ${lowest} and ${highest} is free.`);
}

const anyPort = () => randomInt(lowest, highest);

/** Whether a server could listen on this port of every address. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined && (await listenOnce(port, '127.0.0.1')) !== undefined;
}

/** The first free port after this one. */
export async function nextFreePort(port: number): Promise<number> {
  let next = port + 1;
  while (next < 65_535 && !(await isFree(next))) next += 1;
  return next;
}

/** Listens for a moment: the port, or undefined when it is taken. */
function listenOnce(port: number, host?: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
