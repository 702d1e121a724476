import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, randomFrom } from '../bench/mix-rules.ts';
import type { Client } from './client.ts';

export interface Sent {
  /** Milliseconds since the load began; when it was due, so that what waits counts as late. */
  at: number;
  milliseconds: number;
  /** The status, or why there was none. */
  outcome: string;
}

export interface Company {
  fy: string;
  services: number[];
}

export interface Summary {
  requests: number;
  failed: number;
  outcomes: Record<string, number>;
  p95: number;
}

/** People at work, at a fixed rate whatever happens: dashboards, lists, searches, months, and remarks that are written. */
export class Load {
  readonly sent: Sent[] = [];
  /** What was answered as written: each of these must be there once, at the end. */
  readonly remarks: { service: number; text: string }[] = [];
  readonly #begun = performance.now();
  readonly #running = new Set<Promise<void>>();
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(client: Client, company: Company, rate: number) {
    this.#loop = this.#send(client, company, rate);
  }

  now(): number {
    return performance.now() - this.#begun;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
    await Promise.all(this.#running);
  }

  /** Of what was due in this time. */
  between(from: number, to: number): Summary {
    const found = this.sent.filter(({ at }) => at >= from && at < to);
    const outcomes: Record<string, number> = {};
    for (const { outcome } of found) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const times = found.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const failed = found.filter(({ outcome }) => !outcome.startsWith('2')).length;
    return { requests: found.length, failed, outcomes, p95: quantile(times, 0.95) };
  }

  async #send(client: Client, { fy, services }: Company, rate: number): Promise<void> {
    const random = randomFrom(7);
    for (let number = 0; !this.#isOver; number++) {
      const at = (number * 1000) / rate;
      const early = at - this.now();
      if (early > 1) await sleep(early);
      const service = services[Math.floor(random() * services.length)] ?? 0;
      const asking = random() < 0.05 ? this.#remark(client, service) : client.ask('GET', pathOf(random(), fy, service));
      const done = asking
        .then(
          ({ status }) => String(status),
          (error: unknown) => (error instanceof Error ? error.message : 'no answer'),
        )
        .then((outcome) => void this.sent.push({ at, outcome, milliseconds: this.now() - at }));
      this.#running.add(done);
      void done.finally(() => this.#running.delete(done));
    }
  }

  async #remark(client: Client, service: number) {
    const text = `Looked at, ${randomUUID()}`;
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await client.ask('POST', `/api/services/${service}/remarks`, { text }, headers);
    if (answer.status === 201) this.remarks.push({ service, text });
    return answer;
  }
}

function pathOf(dice: number, fy: string, service: number): string {
  if (dice < 0.35) return `/api/reports/dashboard?fy=${fy}`;
  if (dice < 0.75) return `/api/budgets?fy=${fy}&limit=50&sort=-budget&page=1`;
  if (dice < 0.85) return `/api/search?q=service%20${service}`;
  return `/api/services/${service}/months?fy=${fy}`;
}
