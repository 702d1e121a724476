import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { type Company, type Wish, wish } from '../../../loadtests/lib/mix.ts';
import { quantile } from '../../src/lib/numbers.ts';
import { randomFrom } from '../measuring.ts';

export type Measured = {
  rate: number;
  sent: number;
  failed: number;
  shed: number;
  p50: number;
  p95: number;
  p99: number;
  byKind: Record<string, { count: number; p50: number; p95: number }>;
  statuses: Record<string, number>;
  /** Answers with what was asked for, each second. */
  goodput: number;
  /** Of those that were turned away. */
  refusedP95: number;
  /** Of an answer's body, as it travels. */
  bytes: number;
};

type Options = {
  url: string;
  people: ApiClient[];
  company: Company;
  /** Of each service, as the last answer told it. */
  versions: Map<number, number>;
  rate: number;
  writeShare: number;
  seconds: number;
  seed: number;
};

const deadlineMs = 30_000;

/**
 * Sends at a fixed rate, whether answers come or not, as people do who know nothing of each other; a latency counts from
 * the moment at which the request was due, so a server that stalls cannot hide what it kept waiting.
 */
export async function sendMix({
  url,
  people,
  company,
  versions,
  rate,
  writeShare,
  seconds,
  seed,
}: Options): Promise<Measured> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
  const random = randomFrom(seed);
  const latencies: { kind: Wish['kind']; milliseconds: number; status?: string }[] = [];
  const statuses: Record<string, number> = {};
  const running = new Set<Promise<void>>();
  const total = Math.round(rate * seconds);
  let received = 0;
  const begun = performance.now();
  for (let number = 0; number < total; number++) {
    const due = begun + (number * 1000) / rate;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const asked = wish(company, writeShare, random);
    const person = people[number % people.length] as ApiClient;
    const done = ask(asked, person, number).then(
      (status) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        latencies.push({ kind: asked.kind, milliseconds: performance.now() - due, status });
      },
      (error: unknown) => {
        const words = error instanceof Error ? error.message : 'no answer';
        statuses[words] = (statuses[words] ?? 0) + 1;
        latencies.push({ kind: asked.kind, milliseconds: performance.now() - due });
      },
    );
    running.add(done);
    void done.finally(() => running.delete(done));
  }
  await Promise.all(running);
  agent.destroy();
  return summary();

  function ask(asked: Wish, person: ApiClient, number: number): Promise<string> {
    if (asked.kind !== 'write') return send('GET', asked.path, person);
    const version = versions.get(asked.service) ?? 1;
    const body = JSON.stringify({ description: `Looked at again, number ${number}` });
    return send('PATCH', `/api/budgets/${asked.service}?fy=${company.fy}`, person, { version, body });
  }

  /** A stale version is told by the answer; the next write of that service uses what came back. */
  function send(method: string, path: string, person: ApiClient, write?: { version: number; body: string }) {
    return new Promise<string>((resolve, reject) => {
      const request = http.request(
        url + path,
        {
          method,
          agent,
          headers: {
            ...(write ? person.writeHeaders : person.headers),
            'accept-encoding': 'gzip, br',
            ...(write && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(write.body),
              'if-match': `"v${write.version}"`,
            }),
          },
          timeout: deadlineMs,
        },
        (response) => {
          if (write) {
            person.keep(response.headers['set-cookie'] ?? []);
            const tag = /"v(\d+)/.exec(response.headers.etag ?? '')?.[1];
            const id = Number(/budgets\/(\d+)/.exec(path)?.[1]);
            if (tag) versions.set(id, Number(tag));
          }
          response
            .on('error', reject)
            .on('data', (part: Buffer) => (received += part.length))
            .on('end', () => resolve(String(response.statusCode)));
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.end(write?.body);
    });
  }

  function summary(): Measured {
    const quantilesOf = (list: typeof latencies) => {
      const times = list.map(({ milliseconds }) => milliseconds);
      return {
        count: list.length,
        p50: quantile(times, 0.5),
        p95: quantile(times, 0.95),
        p99: quantile(times, 0.99),
      };
    };
    const good = Object.entries(statuses).reduce((sum, [status, count]) => (/^2/.test(status) ? sum + count : sum), 0);
    const { p50, p95, p99 } = quantilesOf(latencies);
    const lasted = (performance.now() - begun) / 1000;
    const kinds = [...new Set(latencies.map(({ kind }) => kind))];
    return {
      rate,
      sent: total,
      failed: total - good,
      goodput: good / lasted,
      refusedP95: quantilesOf(latencies.filter(({ status }) => status === '503')).p95,
      shed: statuses['503'] ?? 0,
      bytes: received / total,
      p50,
      p95,
      p99,
      byKind: Object.fromEntries(
        kinds.map((kind) => [kind, quantilesOf(latencies.filter((one) => one.kind === kind))]),
      ),
      statuses,
    };
  }
}
