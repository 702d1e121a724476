import { LRUCache } from 'lru-cache';
import { cacheBytes, config } from '../config.ts';
import { claimedIn } from '../database/seen.ts';
import { cacheHits, cacheMisses, fillsDiscarded, gauge, staleServed } from '../lib/metrics.ts';
import { currentRequest } from '../lib/request-context.ts';
import { Answer, compress, type Encoding, etagOf, isSmall, plainOf, readAnswer } from './answer.ts';
import { type CachedRead, keyOf, type Place, placeOf } from './place.ts';
import { holds, type Needs, type Sight, sightOf, staleSince } from './staleness.ts';
import { findStored, store } from './stored.ts';

const memory = new LRUCache<string, Answer>({
  maxSize: cacheBytes.answers,
  sizeCalculation: (answer) => answer.size(),
});
gauge('cache_memory_bytes', 'Bytes of finished answers kept in this process', () => memory.calculatedSize);

/** One load of an answer, for all who wait for it; `begun` says whether a reader was there before it. */
type Flight = { begun: number; answer: Promise<Answer> };
const flights = new Map<string, Flight>();
let lastBegun = 0;

/** Below this share of its life an entry is simply given; above, it is given and loaded again behind the answer. */
const refreshAfter = 0.8;
const lifeOf = ({ loadedAt, place }: Answer) => (Date.now() - loadedAt) / (place.ttlSeconds * 1000);
/** For readers who need not see a change at once an answer is not loaded more often than this, however often it changes. */
const refreshPauseMs = 300;

/** `json` is for what is written as JSON already; `needs`, where only loading tells what the answer is made of. */
export type Loaded = ({ body: unknown } | { json: string }) & { asOf?: string | undefined; needs?: Needs };
type Load = () => Promise<Loaded>;

/**
 * A cached read: process, then Redis, then `load`. A writer gets nothing older than the own change. Other readers may be
 * given an answer that became stale less than a second ago; it is loaded anew behind that answer.
 */
export const cached = (read: CachedRead, load: Load): Promise<Answer> => find(read, load, config.CACHE_STALE_MS);

/** A part of answers, kept as they are. An answer counts as new as its load, so no part of it may be older. */
export async function cachedPart<Value>(read: CachedRead, load: () => Promise<Value>): Promise<Value> {
  return readAnswer(await find(read, async () => ({ body: await load() }), 0));
}

async function find(read: CachedRead, load: Load, mayBeStaleMs: number): Promise<Answer> {
  const place = placeOf(read);
  const key = keyOf(place);
  if (!key) return loadUnkept(place, load);
  const fly = () => fill(key, place, read.needs, load);

  const kept = memory.get(key);
  const state = kept && stateOf(kept, currentRequest()?.seen, mayBeStaleMs);
  if (kept && state) {
    countGiven(place, state);
    if (state !== 'fresh') refreshSoon(key, kept, fly);
    return kept;
  }
  const running = flights.get(key);
  if (running) {
    const answer = await running.answer;
    if (stateOf(answer, currentRequest()?.seen, mayBeStaleMs)) return answer;
  }
  return launch(key, running?.begun ?? lastBegun, fly);
}

/** While this process may miss changes it keeps nothing. Readers of the same answer still share a load that began after they came. */
async function loadUnkept(place: Place, load: Load): Promise<Answer> {
  const running = flights.get(place.base);
  await running?.answer.catch(() => undefined);
  return launch(place.base, running?.begun ?? lastBegun, async () => finish(place, undefined, await load()));
}

function countGiven({ name }: Place, state: State) {
  cacheHits.inc({ name, layer: 'memory' });
  if (state === 'stale') staleServed.inc({ name });
}

/** Stale: it lacks a change; old: it lacks none that is known, and is loaded anew before its life ends. */
type State = 'fresh' | 'old' | 'stale';
/** Undefined: it must not be given to this reader. */
function stateOf(
  answer: Answer,
  seen: readonly string[] = [],
  mayBeStaleMs: number = config.CACHE_STALE_MS,
): State | undefined {
  const { sight } = answer;
  const life = lifeOf(answer);
  if (!sight || life >= 1) return undefined;
  const since = staleSince(sight);
  if (since === undefined) return life > refreshAfter ? 'old' : 'fresh';
  const isYoung = Date.now() - since < mayBeStaleMs;
  return isYoung && holds(sight, seen.flatMap(claimedIn)) ? 'stale' : undefined;
}

/** A load that began after the reader came is as new as the reader can ask for. */
function launch(key: string, after: number, fly: () => Promise<Answer>): Promise<Answer> {
  const running = flights.get(key);
  if (running && running.begun > after) return running.answer;
  const flight: Flight = { begun: ++lastBegun, answer: fly() };
  flights.set(key, flight);
  const end = () => flights.get(key) === flight && flights.delete(key);
  void flight.answer.then(end, end);
  return flight.answer;
}

function refreshSoon(key: string, kept: Answer, fly: () => Promise<Answer>) {
  if (kept.isBeingRefreshed) return;
  kept.isBeingRefreshed = true;
  const refresh = () =>
    void (flights.get(key)?.answer ?? launch(key, lastBegun, fly)).catch(() => {
      kept.isBeingRefreshed = false;
    });
  const pause = kept.loadedAt + refreshPauseMs - Date.now();
  if (pause > 0) setTimeout(refresh, pause).unref();
  else refresh();
}

/** What this process can answer at once, unless this reader has to load a newer one. */
export function peek(place: Place, seen: readonly string[]): Answer | undefined {
  const key = keyOf(place);
  const answer = key ? memory.get(key) : undefined;
  const state = answer && stateOf(answer, seen);
  if (!answer || !state || (state !== 'fresh' && !answer.isBeingRefreshed)) return undefined;
  countGiven(place, state);
  return answer;
}

/** The same for an answer that another process left in Redis. It is given only while no change is known that it lacks. */
export async function peekRedis(place: Place): Promise<Answer | undefined> {
  const key = keyOf(place);
  const stored = key ? await findStored(key, place) : undefined;
  if (!key || !stored || stateOf(stored, [], 0) !== 'fresh') return undefined;
  cacheHits.inc({ name: place.name, layer: 'redis' });
  memory.set(key, stored);
  return stored;
}

async function fill(key: string, place: Place, needs: Needs | undefined, load: Load): Promise<Answer> {
  const sight = sightOf(place.tags, needs);
  const stored = await peekRedis(place);
  if (stored) return stored;
  cacheMisses.inc({ name: place.name });
  const loaded = await load();
  const answer = finish(place, sight && { ...sight, needs: loaded.needs ?? needs }, loaded);
  const before = memory.peek(key);
  if (before && before.etag === answer.etag) keepForms(before, answer);
  if (sight && keyOf(place) === key) memory.set(key, answer);
  else fillsDiscarded.inc({ name: place.name });
  const encoding = currentRequest()?.encoding ?? 'identity';
  if (encoding !== 'identity') await compressFirst(answer, encoding);
  store(key, answer);
  return answer;
}

/** An answer that was loaded again and is the same keeps its compressed forms. */
function keepForms({ forms, isWellCompressed }: Answer, answer: Answer) {
  for (const encoding of ['br', 'gzip'] as const) if (forms[encoding]) answer.keep(encoding, forms[encoding]);
  answer.isWellCompressed = isWellCompressed;
}

function finish(place: Place, sight: Sight | undefined, loaded: Loaded) {
  const identity = Buffer.from('json' in loaded ? loaded.json : JSON.stringify(loaded.body));
  return new Answer(place, { identity }, { etag: etagOf(identity), loadedAt: Date.now(), asOf: loaded.asOf, sight });
}

/** No answer of some size leaves as it is for a reader that takes it compressed. */
export async function compressFirst(answer: Answer, encoding: Exclude<Encoding, 'identity'>): Promise<void> {
  if (answer.forms[encoding] || isSmall(answer)) return;
  await compress(answer, encoding, 'quick');
  answer.drop('identity');
  countAgain(answer);
}

/** For a reader that takes nothing else. */
export async function keepPlain(answer: Answer): Promise<void> {
  answer.keep('identity', await plainOf(answer));
  countAgain(answer);
}

/** Makes an answer small, here and in Redis, that readers still ask for after it has been right for a while. */
export async function compressWell(answer: Answer, encoding: Exclude<Encoding, 'identity'>): Promise<void> {
  if (answer.isWellCompressed) return;
  answer.isWellCompressed = true;
  await compress(answer, encoding, 'small');
  countAgain(answer);
  const key = keyOf(answer.place);
  // A process with little memory may have let go of it already; another one that took its place is newer.
  if (key && (memory.peek(key) ?? answer) === answer) store(key, answer);
}

/** An answer that grew is deleted first: the cache counts the size of a new entry only. */
function countAgain(answer: Answer) {
  const key = keyOf(answer.place);
  if (!key || memory.peek(key) !== answer) return;
  memory.delete(key);
  memory.set(key, answer);
}

export const forgetAll = () => memory.clear();
