import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { cacheBytes } from '../config.ts';
import { currentEpoch, currentVersions, type CacheTag } from '../database/tags.ts';
import { cacheHits, cacheMisses, gauge } from '../lib/metrics.ts';
import { tryRedis } from './redis.ts';
import { currentRequest } from '../lib/request-context.ts';

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

const encodings = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof encodings)[number];

/** Where a read's answer belongs in the cache, in few bytes whatever its parameters are: those may be as long as an address. */
export type Place = Pick<CachedRead, 'name' | 'tags' | 'ttlSeconds'> & { base: string };

const placeOf = ({ name, params, tags, ttlSeconds }: CachedRead): Place => ({
  name,
  tags,
  ttlSeconds,
  base: `${name}:${createHash('sha1').update(JSON.stringify(params)).digest('base64url')}`,
});

/** Small buffers are cut from large ones, which they would hold as a whole. */
function ownCopy(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.length) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** A finished answer: the bytes that go over the wire, in the forms asked for so far; at least one is there. */
export class Answer {
  readonly etag: string;
  readonly loadedAt: number;
  /** When the replica that answered held the data; absent for answers of the primary. */
  readonly asOf: string | undefined;
  readonly forms: Readonly<Partial<Record<Encoding, Buffer>>> = {};
  readonly place: Place;
  /** Given at least once: from the second time on compressing is worth its time. */
  given = false;

  constructor(
    place: Place,
    forms: Answer['forms'],
    { etag, loadedAt, asOf }: Pick<Answer, 'etag' | 'loadedAt' | 'asOf'>,
  ) {
    this.place = place;
    for (const encoding of encodings) if (forms[encoding]) this.keep(encoding, forms[encoding]);
    this.etag = etag;
    this.loadedAt = loadedAt;
    this.asOf = asOf;
  }

  keep(encoding: Encoding, bytes: Buffer) {
    (this.forms as Partial<Record<Encoding, Buffer>>)[encoding] = ownCopy(bytes);
  }

  size() {
    return Object.values(this.forms).reduce((sum, bytes) => sum + bytes.length, 500);
  }
}

const memory = new LRUCache<string, Answer>({
  maxSize: cacheBytes.answers,
  sizeCalculation: (answer) => answer.size(),
});
const loading = new Map<string, Promise<Answer>>();
gauge('cache_memory_bytes', 'Bytes of finished answers kept in this process', () => memory.calculatedSize);

/** Below this age an entry is simply given; above it, it is given and loaded again behind the answer. */
const refreshAfter = 0.8;
const ageShare = ({ loadedAt, place }: Answer) => (Date.now() - loadedAt) / (place.ttlSeconds * 1000);

/** `json` is for what PostgreSQL has written as JSON already. */
export type Loaded = ({ body: unknown } | { json: string }) & { asOf?: string | undefined };

/**
 * A cached read: process, then Redis, then `load`; equal misses wait for one load. The key holds the tag
 * versions known before `load` runs, so an older value can never be found after a change.
 */
export async function cached(read: CachedRead, load: () => Promise<Loaded>): Promise<Answer> {
  const place = placeOf(read);
  const key = keyOf(place);
  if (!key) return finish(place, await load());

  const kept = memory.get(key);
  if (kept && ageShare(kept) < 1) {
    cacheHits.inc({ name: place.name, layer: 'memory' });
    if (ageShare(kept) > refreshAfter) void loadOnce(key, place, load).catch(() => undefined);
    return kept;
  }
  return loading.get(key) ?? fromRedisOr(key, place, load);
}

/** Undefined while this process may have missed a change. */
export const keyOf = ({ base, tags }: Place): string | undefined => {
  const versions = currentVersions();
  if (!versions) return undefined;
  return `${base}:${currentEpoch()}:${tags.map((tag) => versions[tag] ?? 0).join('.')}`;
};

/** What this process could answer at once; undefined when it is not there or due for a refresh. */
export function peek(place: Place): Answer | undefined {
  const key = keyOf(place);
  const answer = key ? memory.get(key) : undefined;
  if (!answer || ageShare(answer) > refreshAfter) return undefined;
  cacheHits.inc({ name: place.name, layer: 'memory' });
  return answer;
}

/** The same for what another process has left in Redis. */
export async function peekRedis(place: Place, encoding: Encoding): Promise<Answer | undefined> {
  const key = keyOf(place);
  const answer = key ? await fromRedis(key, place, encoding) : undefined;
  return answer && ageShare(answer) <= refreshAfter ? answer : undefined;
}

async function fromRedis(key: string, place: Place, encoding: Encoding): Promise<Answer | undefined> {
  const stored = await tryRedis(
    async (redis) =>
      (await redis.getBuffer(redisKey(key, encoding))) ??
      (encoding === 'identity' ? null : await redis.getBuffer(redisKey(key, 'identity'))),
  );
  const answer = stored ? decode(stored, place) : undefined;
  if (!answer || ageShare(answer) >= 1) return undefined;
  cacheHits.inc({ name: place.name, layer: 'redis' });
  memory.set(key, answer);
  return answer;
}

function fromRedisOr(key: string, place: Place, load: () => Promise<Loaded>) {
  return single(
    key,
    async () => (await fromRedis(key, place, currentRequest()?.encoding ?? 'identity')) ?? fill(key, place, load),
  );
}

const loadOnce = (key: string, place: Place, load: () => Promise<Loaded>) => single(key, () => fill(key, place, load));

function single(key: string, work: () => Promise<Answer>) {
  const running = loading.get(key) ?? work().finally(() => loading.delete(key));
  loading.set(key, running);
  return running;
}

async function fill(key: string, place: Place, load: () => Promise<Loaded>) {
  cacheMisses.inc({ name: place.name });
  const answer = finish(place, await load());
  memory.set(key, answer);
  store(key, answer, 'identity');
  return answer;
}

function finish(place: Place, loaded: Loaded) {
  const identity = Buffer.from('json' in loaded ? loaded.json : JSON.stringify(loaded.body));
  const etag = `"${createHash('sha1').update(identity).digest('base64url')}"`;
  return new Answer(place, { identity }, { etag, loadedAt: Date.now(), asOf: loaded.asOf });
}

/**
 * Readers get plain bytes at once; when a second one asks, the compressed form is made behind the answer
 * and kept, here and in Redis.
 */
export async function compress(answer: Answer, encoding: Exclude<Encoding, 'identity'>): Promise<void> {
  if (answer.forms[encoding]) return;
  const plain = await plainOf(answer);
  answer.keep(
    encoding,
    encoding === 'gzip'
      ? await gzip(plain, { level: 6 })
      : await brotli(plain, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  );
  const key = countAgain(answer);
  if (key) store(key, answer, encoding);
}

/** An answer that grew while it lies in memory: putting it there once more would leave its size as it was. */
function countAgain(answer: Answer): string | undefined {
  const key = keyOf(answer.place);
  if (!key || memory.peek(key) !== answer) return undefined;
  memory.delete(key);
  memory.set(key, answer);
  return key;
}

/** What came from Redis may be there only compressed. */
export async function plainOf(answer: Answer): Promise<Buffer> {
  const { gzip: gzipped, br, identity } = answer.forms;
  if (identity) return identity;
  if (gzipped) answer.keep('identity', await gunzip(gzipped));
  else if (br) answer.keep('identity', await unbrotli(br));
  countAgain(answer);
  return answer.forms.identity ?? Buffer.alloc(0);
}

const redisKey = (key: string, encoding: Encoding) => `opex:cache:${key}:${encoding}`;

/** [length of header][header JSON][bytes] */
function store(key: string, { forms, etag, loadedAt, asOf, place }: Answer, encoding: Encoding) {
  const bytes = forms[encoding];
  if (!bytes) return;
  const header = Buffer.from(JSON.stringify([encoding, etag, loadedAt, asOf ?? null]));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  void tryRedis((redis) =>
    redis.set(redisKey(key, encoding), Buffer.concat([size, header, bytes]), 'EX', place.ttlSeconds),
  );
}

function decode(stored: Buffer, place: Place): Answer | undefined {
  try {
    const start = 4 + stored.readUInt32LE(0);
    const [encoding, etag, loadedAt, asOf] = JSON.parse(stored.toString('utf8', 4, start)) as [
      Encoding,
      string,
      number,
      string | null,
    ];
    return new Answer(place, { [encoding]: stored.subarray(start) }, { etag, loadedAt, asOf: asOf ?? undefined });
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
