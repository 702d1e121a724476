import autocannon from 'autocannon';
import { cpuMicroseconds, type Server } from './servers.ts';

export type Rate = { requestsPerSecond: number; cpuMicroseconds: number; failed: number };
export type Target = { server: Server; paths: string[]; headers?: Record<string, string> };

const connections = 32;

/** One round of load; the paths in turn, never starting over within a round where there are enough. */
export async function measure(
  { server, paths, headers = {} }: Target,
  seconds: number,
  from = 0,
): Promise<Rate & { used: number }> {
  let next = from;
  const before = cpuMicroseconds(server.pid);
  const result = await autocannon({
    url: server.url,
    connections,
    duration: seconds,
    headers: { 'accept-encoding': 'gzip', ...headers },
    requests: [{ method: 'GET', setupRequest: (request) => ({ ...request, path: paths[next++ % paths.length] }) }],
  });
  const cpu = cpuMicroseconds(server.pid) - before;
  const answered = result['2xx'];
  return {
    requestsPerSecond: answered / result.duration,
    cpuMicroseconds: cpu / Math.max(1, answered),
    failed: result.non2xx + result.errors,
    used: next,
  };
}

/** Product and baseline in turn, so that a slow moment of the machine meets both; the best round of each counts. */
export async function compare(product: Target, baseline: Target, { rounds = 3, seconds = 4 } = {}) {
  const best = { product: undefined as Rate | undefined, baseline: undefined as Rate | undefined };
  const positions = { product: 0, baseline: 0 };
  for (let round = 0; round <= rounds; round++) {
    for (const [side, target] of [
      ['baseline', baseline],
      ['product', product],
    ] as const) {
      const rate = await measure(target, round === 0 ? 2 : seconds, positions[side]);
      positions[side] = rate.used;
      if (rate.failed > 0) throw new Error(`${rate.failed} requests to the ${side} failed`);
      // The first round warms up both.
      if (round > 0 && rate.requestsPerSecond > (best[side]?.requestsPerSecond ?? 0)) best[side] = rate;
    }
  }
  return best as { product: Rate; baseline: Rate };
}
