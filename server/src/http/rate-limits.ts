import { createHash } from 'node:crypto';
import { type ClientRateLimitInfo, MemoryStore, type Options, rateLimit, type Store } from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import type { Request, RequestHandler } from 'express';
import { redis, redisIsUsable, tryRedis } from '../cache/redis.ts';
import { config } from '../config.ts';
import type { Caller } from '../lib/caller.ts';
import { AppError } from '../lib/errors.ts';
import { rateLimitHits } from '../lib/metrics.ts';
import { networkOf } from './client-address.ts';

const windowMs = 60_000;

type Count = { local: number; shared: number; policy: string };
export type Taken = { isOver: boolean; seconds: number; rate: string; policy: string };

/**
 * Counts in the process and shares the sums with the other processes through Redis a few times a second:
 * a request never waits for a counter, and without Redis the limit holds per process.
 */
export class SharedCounter {
  readonly name: string;
  readonly limit: number;
  #window = 0;
  #counts = new Map<string, Count>();
  #sharing: NodeJS.Timeout | undefined;

  constructor(name: string, limit: number) {
    this.name = name;
    this.limit = limit;
    this.#sharing = setInterval(() => void this.#share(), 250);
    this.#sharing.unref();
  }

  /** Counts one request: whether there was room for it, and what its answer says of the limit (RateLimit headers, draft 8). */
  take(key: string): Taken {
    const count = this.#countOf(key);
    count.local += 1;
    const remaining = Math.max(0, this.limit - count.local - count.shared);
    const seconds = Math.ceil(((this.#window + 1) * windowMs - Date.now()) / 1000);
    return {
      isOver: count.local + count.shared > this.limit,
      seconds,
      rate: `"${this.name}"; r=${remaining}; t=${seconds}`,
      policy: count.policy,
    };
  }

  hasRoom(key: string): boolean {
    const { local, shared } = this.#countOf(key);
    return local + shared < this.limit;
  }

  #countOf(key: string): Count {
    const window = Math.floor(Date.now() / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    let count = this.#counts.get(key);
    if (!count) {
      // Bounded: a flood of addresses must not become a flood of memory.
      if (this.#counts.size >= 100_000) this.#counts.clear();
      count = { local: 0, shared: 0, policy: this.#policyOf(key) };
      this.#counts.set(key, count);
    }
    return count;
  }

  #policyOf(key: string) {
    const partition = createHash('sha256').update(key).digest('hex').slice(0, 12);
    return `"${this.name}"; q=${this.limit}; w=${windowMs / 1000}; pk=:${Buffer.from(partition).toString('base64')}:`;
  }

  async #share() {
    const window = this.#window;
    const pending = [...this.#counts].filter(([, { local }]) => local > 0);
    if (pending.length === 0) return;
    const sent = pending.map(([, { local }]) => local);
    const totals = await tryRedis((client) =>
      Promise.all(
        pending.map(async ([key], index) => {
          const name = `opex:limit:${this.name}:${window}:${key}`;
          const total = await client.incrby(name, sent[index] ?? 0);
          await client.pexpire(name, 2 * windowMs);
          return total;
        }),
      ),
    );
    if (!totals || window !== this.#window) return;
    pending.forEach(([, count], index) => {
      count.local -= sent[index] ?? 0;
      // A Redis that has taken the place of another may not have heard of the last requests.
      count.shared = Math.max(totals[index] ?? 0, count.shared + (sent[index] ?? 0));
    });
  }
}

/**
 * The limit is exact while Redis answers. While it does not, each process counts for itself. rate-limit-redis alone would never
 * recover from a Redis that starts late.
 */
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

export const userCounter = new SharedCounter('user', config.RATE_LIMIT_PER_USER);
export const addressCounter = new SharedCounter('address', config.RATE_LIMIT_PER_ADDRESS);

function refuse(limit: string, seconds: number): never {
  rateLimitHits.inc({ limit });
  throw new AppError(429, 'Too many requests; try again in a minute', { retryAfterSeconds: seconds });
}

const limitBy =
  (counter: SharedCounter, keyOf: (request: Request) => string | undefined): RequestHandler =>
  (request, response, next) => {
    const key = keyOf(request);
    if (key !== undefined) {
      const { isOver, seconds, rate, policy } = counter.take(key);
      response.append('RateLimit', rate).append('RateLimit-Policy', policy);
      if (isOver) refuse(counter.name, seconds);
    }
    next();
  };

export const limitPerAddress = limitBy(addressCounter, networkOf);
export const keyOfUser = ({ id }: Pick<Caller, 'id'>) => `user:${id}`;
export const limitPerUser = limitBy(userCounter, ({ caller }) => caller && keyOfUser(caller));

export const limitSignIn = rateLimit({
  windowMs,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  identifier: 'sign-in',
  limit: config.SIGN_IN_LIMIT_PER_ADDRESS,
  store: new RedisOrMemoryStore(),
  keyGenerator: networkOf,
  handler: (request) => {
    const reset = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime;
    refuse('sign-in', reset ? Math.max(1, Math.ceil((reset.getTime() - Date.now()) / 1000)) : 60);
  },
});
