import {
  type ClientRateLimitInfo,
  ipKeyGenerator,
  MemoryStore,
  type Options,
  rateLimit,
  type Store,
} from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import type { Request } from 'express';
import { config } from '../config.ts';
import { AppError } from '../lib/errors.ts';
import { rateLimitHits } from '../lib/metrics.ts';
import { redis, redisIsUsable, tryRedis } from '../cache/redis.ts';

const windowMs = 60_000;

/**
 * Counts in the process and shares the sums with the other processes through Redis a few times a second:
 * a request never waits for a counter, and without Redis the limit holds per process.
 */
export class SharedCounter implements Store {
  readonly localKeys = false;
  readonly #name: string;
  readonly limit: number;
  #window = 0;
  #counts = new Map<string, { local: number; shared: number }>();
  #sharing: NodeJS.Timeout | undefined;

  constructor(name: string, limit: number) {
    this.#name = name;
    this.limit = limit;
    this.#sharing = setInterval(() => void this.#share(), 250);
    this.#sharing.unref();
  }

  /** Counts one request; the total so far in this window. */
  hit(key: string): number {
    const window = Math.floor(Date.now() / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    let count = this.#counts.get(key);
    if (!count) {
      // Bounded: a flood of addresses must not become a flood of memory.
      if (this.#counts.size >= 100_000) this.#counts.clear();
      count = { local: 0, shared: 0 };
      this.#counts.set(key, count);
    }
    count.local += 1;
    return count.local + count.shared;
  }

  resetTime = () => new Date((Math.floor(Date.now() / windowMs) + 1) * windowMs);

  increment(key: string): ClientRateLimitInfo {
    return { totalHits: this.hit(key), resetTime: this.resetTime() };
  }
  decrement(key: string) {
    const count = this.#counts.get(key);
    if (count) count.local -= 1;
  }
  resetKey(key: string) {
    this.#counts.delete(key);
  }

  async #share() {
    const window = this.#window;
    const pending = [...this.#counts].filter(([, { local }]) => local > 0);
    if (pending.length === 0) return;
    const sent = pending.map(([, { local }]) => local);
    const totals = await tryRedis((client) =>
      Promise.all(
        pending.map(async ([key], index) => {
          const name = `opex:limit:${this.#name}:${window}:${key}`;
          const total = await client.incrby(name, sent[index] ?? 0);
          await client.pexpire(name, 2 * windowMs);
          return total;
        }),
      ),
    );
    if (!totals || window !== this.#window) return;
    pending.forEach(([, count], index) => {
      count.local -= sent[index] ?? 0;
      count.shared = totals[index] ?? 0;
    });
  }
}

/** Exact in Redis while it answers, bounded per process while it does not; rate-limit-redis itself never recovers from a late start. */
class RedisOrMemoryStore implements Store {
  readonly localKeys = false;
  readonly #memory = new MemoryStore();
  #redis: RedisStore | undefined;
  #options: Options | undefined;

  init(options: Options) {
    this.#options = options;
    this.#memory.init(options);
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const counted = await this.#inRedis((store) => store.increment(key));
    return counted ?? this.#memory.increment(key);
  }
  async decrement(key: string) {
    await this.#memory.decrement(key);
    await this.#inRedis((store) => store.decrement(key));
  }
  async resetKey(key: string) {
    await this.#memory.resetKey(key);
    await this.#inRedis((store) => store.resetKey(key));
  }

  async #inRedis<Value>(use: (store: RedisStore) => Promise<Value>) {
    const client = redis;
    if (!client || !redisIsUsable()) return undefined;
    if (!this.#redis && this.#options) {
      this.#redis = new RedisStore({
        prefix: 'opex:limit:sign-in:',
        sendCommand: (command: string, ...args: string[]) => client.call(command, ...args) as Promise<number>,
      });
      void this.#redis.init(this.#options);
    }
    const store = this.#redis;
    return store && tryRedis(() => use(store));
  }
}

const tooMany = (limit: string, wait: string) => (request: Request) => {
  rateLimitHits.inc({ limit });
  const reset = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime;
  const seconds = reset ? Math.max(1, Math.ceil((reset.getTime() - Date.now()) / 1000)) : 60;
  throw new AppError(429, `Too many requests; try again ${wait}`, { retryAfterSeconds: seconds });
};

/** A copy: behind a proxy the address is a part of the header it came in, and a counter would hold all of it. */
const copyOf = (text: string) => Buffer.from(text).toString();
const addressOf = (request: Request) => copyOf(ipKeyGenerator(request.ip ?? ''));
const common = { windowMs, standardHeaders: 'draft-8', legacyHeaders: false } as const;

export const userCounter = new SharedCounter('user', config.RATE_LIMIT_PER_USER);
export const addressCounter = new SharedCounter('address', config.RATE_LIMIT_PER_ADDRESS);

export const limitPerAddress = rateLimit({
  ...common,
  identifier: 'address',
  limit: addressCounter.limit,
  store: addressCounter,
  keyGenerator: addressOf,
  handler: tooMany('address', 'in a minute'),
});

export const limitPerUser = rateLimit({
  ...common,
  identifier: 'user',
  limit: userCounter.limit,
  store: userCounter,
  skip: (request) => !request.caller,
  keyGenerator: (request) => `user:${request.caller?.id}`,
  handler: tooMany('user', 'in a minute'),
});

export const limitSignIn = rateLimit({
  ...common,
  identifier: 'sign-in',
  limit: config.SIGN_IN_LIMIT_PER_ADDRESS,
  store: new RedisOrMemoryStore(),
  keyGenerator: addressOf,
  handler: tooMany('sign-in', 'in a minute'),
});
