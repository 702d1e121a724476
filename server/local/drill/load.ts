import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Company, type Wish, wish } from '../../../loadtests/lib/mix.ts';
import { quantile } from '../../src/lib/numbers.ts';
import { randomFrom } from '../measuring.ts';
import type { Client } from './client.ts';

export interface Sent {
  /** Milliseconds since the load began; when it was due, so that what waits counts as late. */
  at: number;
  kind: Wish['kind'];
  milliseconds: number;
  /** The status, or why there was none. */
  outcome: string;
}

export interface Summary {
  requests: number;
  failed: number;
  outcomes: Record<string, number>;
  /** From the first one that failed to the last. */
  failedForMs: number;
  p95: number;
  longest: number;
}

/** A day's mix, at a fixed rate whatever happens; a share of it writes remarks. */
export class Load {
  readonly sent: Sent[] = [];
  /** What was answered as written: each of these must be there once, at the end. */
  readonly remarks: { service: number; text: string }[] = [];
  /** Tells what this one made from what earlier ones left. */
  readonly run = Date.now().toString(36);
  readonly #begun = performance.now();
  readonly #running = new Set<Promise<void>>();
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(client: Client, company: Company, rate: number, writeShare: number) {
    this.#loop = this.#send(client, company, rate, writeShare);
  }

  /** These may be missing in the end. */
  forget(lost: Load['remarks']): void {
    for (const remark of lost) this.remarks.splice(this.remarks.indexOf(remark), 1);
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
  between(from: number, to: number, only?: Wish['kind']): Summary {
    const found = this.sent.filter(({ at, kind }) => at >= from && at < to && (!only || kind === only));
    const outcomes: Record<string, number> = {};
    for (const { outcome } of found) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const times = found.map(({ milliseconds }) => milliseconds);
    const failures = found.filter(({ outcome }) => !outcome.startsWith('2')).map(({ at }) => at);
    const failedForMs = failures.length === 0 ? 0 : Math.max(...failures) - Math.min(...failures);
    const longest = Math.max(0, ...times);
    return { requests: found.length, failed: failures.length, failedForMs, outcomes, p95: quantile(times, 0.95), longest }; // prettier-ignore
  }

  async #send(client: Client, company: Company, rate: number, writeShare: number): Promise<void> {
    const random = randomFrom(7);
    for (let number = 0; !this.#isOver; number++) {
      const at = (number * 1000) / rate;
      const early = at - this.now();
      if (early > 1) await sleep(early);
      const asked = wish(company, writeShare, random);
      const asking = asked.kind === 'write' ? this.#remark(client, asked.service) : client.ask('GET', asked.path);
      const done = asking
        .then(
          ({ status }) => String(status),
          (error: unknown) => (error instanceof Error ? error.message : 'no answer'),
        )
        .then((outcome) => void this.sent.push({ at, kind: asked.kind, outcome, milliseconds: this.now() - at }));
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
