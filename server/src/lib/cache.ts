import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { config } from '../config.ts';
import { currentEpoch, currentVersions, type CacheTag } from './cache-tags.ts';
import { cacheHits, cacheMisses, gauge } from './metrics.ts';
import { tryRedis } from './redis.ts';

const gzip = promisify(zlib.gzip);
const brotli = promisify(zlib.brotliCompress);

export type CachedRead = {
  /** What is read, e.g. `budgets.list`. */
  name: string;
  /** Everything the answer depends on, the caller's scope included. */
  params: unknown;
  /** Changing any of these makes the entry unreachable. */
  tags: readonly CacheTag[];
  ttlSeconds: number;
};

export type Encoding = 'br' | 'gzip' | 'identity';

/** A finished answer: the bytes that go over the wire, in every form asked for so far. */
export class Answer {
  readonly plain: Buffer;
  readonly etag: string;
  readonly loadedAt: number;
  /** When the replica that answered held the data; absent for answers of the primary. */
  readonly asOf: string | undefined;
  gzip: Buffer | undefined;
  br: Buffer | undefined;
  /** Where it belongs in the cache. */
  read: CachedRead | undefined;
  /** Given at least once: from the second time on compressing is worth its time. */
  given = false;

  constructor(
    plain: Buffer,
    details: { loadedAt?: number; asOf?: string | undefined; gzip?: Buffer; br?: Buffer } = {},
  ) {
    this.plain = plain;
    this.etag = `"${createHash('sha1').update(plain).digest('base64url')}"`;
    this.loadedAt = details.loadedAt ?? Date.now();
    this.asOf = details.asOf;
    this.gzip = details.gzip;
    this.br = details.br;
  }

  in(encoding: Encoding): Buffer | undefined {
    if (encoding === 'identity') return this.plain;
    return encoding === 'br' ? this.br : this.gzip;
  }

  size() {
    return this.plain.length + (this.gzip?.length ?? 0) + (this.br?.length ?? 0) + 500;
  }
}

const memory = new LRUCache<string, Answer>({
  maxSize: config.CACHE_MEMORY_MB * 1024 * 1024,
  sizeCalculation: (answer) => answer.size(),
});
const loading = new Map<string, Promise<Answer>>();
gauge('cache_memory_bytes', 'Bytes of finished answers kept in this process', () => memory.calculatedSize);

/** Below this age an entry is simply given; above it, it is given and loaded again behind the answer. */
const refreshAfter = 0.8;
const ageShare = (answer: Answer, read: CachedRead) => (Date.now() - answer.loadedAt) / (read.ttlSeconds * 1000);

export type Loaded = { body: unknown; asOf?: string | undefined };

/**
 * A cached read: process, then Redis, then `load`; equal misses wait for one load. The key holds the tag
 * versions known before `load` runs, so an older value can never be found after a change.
 */
export async function cached(read: CachedRead, load: () => Promise<Loaded>): Promise<Answer> {
  const key = keyOf(read);
  if (!key) return finish(read, await load());

  const kept = memory.get(key);
  if (kept && ageShare(kept, read) < 1) {
    cacheHits.inc({ name: read.name, layer: 'memory' });
    if (ageShare(kept, read) > refreshAfter) void loadOnce(key, read, load).catch(() => undefined);
    return kept;
  }
  return loading.get(key) ?? fromRedisOr(key, read, load);
}

/** Undefined while this process may have missed a change. */
export const keyOf = (read: CachedRead): string | undefined => {
  const versions = currentVersions();
  if (!versions) return undefined;
  return `${baseOf(read)}:${currentEpoch()}:${read.tags.map((tag) => versions[tag] ?? 0).join('.')}`;
};

const bases = new WeakMap<CachedRead, string>();
function baseOf(read: CachedRead) {
  let base = bases.get(read);
  if (!base) {
    base = `${read.name}:${createHash('sha1').update(JSON.stringify(read.params)).digest('base64url')}`;
    bases.set(read, base);
  }
  return base;
}

/** What this process could answer at once; undefined when it is not there or due for a refresh. */
export function peek(read: CachedRead): Answer | undefined {
  const key = keyOf(read);
  const answer = key ? memory.get(key) : undefined;
  if (!answer || ageShare(answer, read) > refreshAfter) return undefined;
  cacheHits.inc({ name: read.name, layer: 'memory' });
  return answer;
}

function fromRedisOr(key: string, read: CachedRead, load: () => Promise<Loaded>) {
  return single(key, async () => {
    const stored = await tryRedis((redis) => redis.getBuffer(redisKey(key)));
    const answer = stored && decode(stored);
    if (answer && ageShare(answer, read) < 1) {
      cacheHits.inc({ name: read.name, layer: 'redis' });
      answer.read = read;
      memory.set(key, answer);
      return answer;
    }
    return fill(key, read, load);
  });
}

const loadOnce = (key: string, read: CachedRead, load: () => Promise<Loaded>) =>
  single(key, () => fill(key, read, load));

function single(key: string, work: () => Promise<Answer>) {
  const running = loading.get(key) ?? work().finally(() => loading.delete(key));
  loading.set(key, running);
  return running;
}

async function fill(key: string, read: CachedRead, load: () => Promise<Loaded>) {
  cacheMisses.inc({ name: read.name });
  const answer = finish(read, await load());
  keep(key, answer, read);
  return answer;
}

function finish(read: CachedRead, { body, asOf }: Loaded) {
  const answer = new Answer(Buffer.from(JSON.stringify(body)), { asOf });
  answer.read = read;
  return answer;
}

function keep(key: string, answer: Answer, read: CachedRead) {
  memory.set(key, answer);
  void tryRedis((redis) => redis.set(redisKey(key), encode(answer), 'EX', read.ttlSeconds));
}

/**
 * Readers get plain bytes at once; when a second one asks, the compressed form is made behind the answer
 * and kept, here and in Redis.
 */
export async function compress(answer: Answer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') answer.gzip ??= await gzip(answer.plain, { level: 6 });
  if (encoding === 'br')
    answer.br ??= await brotli(answer.plain, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } });
  const key = answer.read && keyOf(answer.read);
  if (answer.read && key && memory.peek(key) === answer) keep(key, answer, answer.read);
  return answer.in(encoding) ?? answer.plain;
}

const redisKey = (key: string) => `opex:cache:${key}`;

/** [length of header][header JSON][plain][gzip][br] */
function encode(answer: Answer) {
  const header = Buffer.from(
    JSON.stringify([
      answer.loadedAt,
      answer.asOf ?? null,
      answer.plain.length,
      answer.gzip?.length ?? 0,
      answer.br?.length ?? 0,
    ]),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  return Buffer.concat([size, header, answer.plain, answer.gzip ?? Buffer.alloc(0), answer.br ?? Buffer.alloc(0)]);
}

function decode(stored: Buffer): Answer | undefined {
  try {
    const start = 4 + stored.readUInt32LE(0);
    const [loadedAt, asOf, plain, gzipped, brotlied] = JSON.parse(stored.toString('utf8', 4, start)) as [
      number,
      string | null,
      number,
      number,
      number,
    ];
    const part = (from: number, length: number) => stored.subarray(start + from, start + from + length);
    return new Answer(part(0, plain), {
      loadedAt,
      asOf: asOf ?? undefined,
      ...(gzipped > 0 && { gzip: part(plain, gzipped) }),
      ...(brotlied > 0 && { br: part(plain + gzipped, brotlied) }),
    });
  } catch {
    return undefined;
  }
}

export const forgetAll = () => memory.clear();

/** A small value that this process keeps until one of the tags is raised. */
export function keptWhile<Value>(tags: readonly CacheTag[], load: () => Promise<Value>): () => Promise<Value> {
  let kept: { mark: string; value: Value } | undefined;
  return async () => {
    const versions = currentVersions();
    const mark = versions && tags.map((tag) => versions[tag] ?? 0).join('.');
    if (mark !== undefined && kept?.mark === mark) return kept.value;
    const value = await load();
    kept = mark === undefined ? undefined : { mark, value };
    return value;
  };
}
