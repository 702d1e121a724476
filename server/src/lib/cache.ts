import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { config } from '../config.ts';
import { currentEpoch, currentVersions, type CacheTag } from './cache-tags.ts';
import { cacheHits, cacheMisses, gauge } from './metrics.ts';
import { tryRedis } from './redis.ts';
import { currentRequest } from './request-context.ts';

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);
const brotli = promisify(zlib.brotliCompress);
const unbrotli = promisify(zlib.brotliDecompress);

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

/** A finished answer: the bytes that go over the wire, in the forms asked for so far; at least one is there. */
export class Answer {
  readonly etag: string;
  readonly loadedAt: number;
  /** When the replica that answered held the data; absent for answers of the primary. */
  readonly asOf: string | undefined;
  readonly forms: Partial<Record<Encoding, Buffer>>;
  /** Where it belongs in the cache. */
  readonly read: CachedRead;
  /** Given at least once: from the second time on compressing is worth its time. */
  given = false;

  constructor(
    read: CachedRead,
    forms: Answer['forms'],
    { etag, loadedAt, asOf }: Pick<Answer, 'etag' | 'loadedAt' | 'asOf'>,
  ) {
    this.read = read;
    this.forms = forms;
    this.etag = etag;
    this.loadedAt = loadedAt;
    this.asOf = asOf;
  }

  size() {
    return Object.values(this.forms).reduce((sum, bytes) => sum + bytes.length, 500);
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

/** `json` is for what PostgreSQL has written as JSON already. */
export type Loaded = ({ body: unknown } | { json: string }) & { asOf?: string | undefined };

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

/** The same for what another process has left in Redis. */
export async function peekRedis(read: CachedRead, encoding: Encoding): Promise<Answer | undefined> {
  const key = keyOf(read);
  const answer = key ? await fromRedis(key, read, encoding) : undefined;
  return answer && ageShare(answer, read) <= refreshAfter ? answer : undefined;
}

async function fromRedis(key: string, read: CachedRead, encoding: Encoding): Promise<Answer | undefined> {
  const stored = await tryRedis(
    async (redis) =>
      (await redis.getBuffer(redisKey(key, encoding))) ??
      (encoding === 'identity' ? null : await redis.getBuffer(redisKey(key, 'identity'))),
  );
  const answer = stored ? decode(stored, read) : undefined;
  if (!answer || ageShare(answer, read) >= 1) return undefined;
  cacheHits.inc({ name: read.name, layer: 'redis' });
  memory.set(key, answer);
  return answer;
}

function fromRedisOr(key: string, read: CachedRead, load: () => Promise<Loaded>) {
  return single(
    key,
    async () => (await fromRedis(key, read, currentRequest()?.encoding ?? 'identity')) ?? fill(key, read, load),
  );
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
  memory.set(key, answer);
  store(key, answer, 'identity');
  return answer;
}

function finish(read: CachedRead, loaded: Loaded) {
  const identity = Buffer.from('json' in loaded ? loaded.json : JSON.stringify(loaded.body));
  const etag = `"${createHash('sha1').update(identity).digest('base64url')}"`;
  return new Answer(read, { identity }, { etag, loadedAt: Date.now(), asOf: loaded.asOf });
}

/**
 * Readers get plain bytes at once; when a second one asks, the compressed form is made behind the answer
 * and kept, here and in Redis.
 */
export async function compress(answer: Answer, encoding: Exclude<Encoding, 'identity'>): Promise<void> {
  if (answer.forms[encoding]) return;
  const plain = await plainOf(answer);
  answer.forms[encoding] =
    encoding === 'gzip'
      ? await gzip(plain, { level: 6 })
      : await brotli(plain, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } });
  const key = keyOf(answer.read);
  if (!key || memory.peek(key) !== answer) return;
  memory.set(key, answer);
  store(key, answer, encoding);
}

/** What came from Redis may be there only compressed. */
export async function plainOf({ forms }: Answer): Promise<Buffer> {
  if (!forms.identity && forms.gzip) forms.identity = await gunzip(forms.gzip);
  if (!forms.identity && forms.br) forms.identity = await unbrotli(forms.br);
  return forms.identity ?? Buffer.alloc(0);
}

const redisKey = (key: string, encoding: Encoding) => `opex:cache:${key}:${encoding}`;

/** [length of header][header JSON][bytes] */
function store(key: string, { forms, etag, loadedAt, asOf, read }: Answer, encoding: Encoding) {
  const bytes = forms[encoding];
  if (!bytes) return;
  const header = Buffer.from(JSON.stringify([encoding, etag, loadedAt, asOf ?? null]));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  void tryRedis((redis) =>
    redis.set(redisKey(key, encoding), Buffer.concat([size, header, bytes]), 'EX', read.ttlSeconds),
  );
}

function decode(stored: Buffer, read: CachedRead): Answer | undefined {
  try {
    const start = 4 + stored.readUInt32LE(0);
    const [encoding, etag, loadedAt, asOf] = JSON.parse(stored.toString('utf8', 4, start)) as [
      Encoding,
      string,
      number,
      string | null,
    ];
    return new Answer(read, { [encoding]: stored.subarray(start) }, { etag, loadedAt, asOf: asOf ?? undefined });
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
