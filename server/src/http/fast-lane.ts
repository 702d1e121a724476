import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Answer } from '../cache/answer.ts';
import { peek, peekRedis } from '../cache/cache.ts';
import type { Place } from '../cache/place.ts';
import { redisIsUsable } from '../cache/redis.ts';
import { cacheBytes } from '../config.ts';
import { hasCaughtUpWith } from '../database/tags.ts';
import type { Caller } from '../lib/caller.ts';
import { httpInFlight } from '../lib/metrics.ts';
import { toldId } from '../lib/request-context.ts';
import { networkOf } from './client-address.ts';
import { cookiesOf } from './cookies.ts';
import { refusalOf } from './middleware/acceptable.ts';
import { sessionCookie } from './middleware/authenticate.ts';
import { note } from './middleware/observe.ts';
import { identify, seenBy } from './middleware/request-context.ts';
import { apiHeaders } from './middleware/security-headers.ts';
import { addressCounter, keyOfUser, userCounter } from './rate-limits.ts';
import { isAtHand, sendAtHand } from './send-answer.ts';
import { digestOf } from '../lib/digest.ts';

/**
 * Answers a GET again without going through Express, when everything that Express would find out is known in
 * this process: the session is good, the limits have room, and the very answer lies in memory, right as of now. Anything
 * else, the first time included, takes the ordinary road. It knows no route: the ordinary road leaves a note of what it
 * answered. Both roads ask the same functions, so that nobody can tell from an answer which one it took.
 */

type Session = { caller: Caller };
/** The session of a token, if this process knows it to be good. */
export type Remembered = (token: string) => Session | undefined;

type Known = { place: Place; route: string };
/** By fingerprint: an address may be as long as its sender likes, an entry never is. */
const known = new LRUCache<string, Known>({ max: Math.ceil(cacheBytes.addresses / 400) });

const fingerprintOf = (view: string, url: string) => digestOf(`${view} ${url}`);

/** People with the same role and scope get the same answers. */
const viewOf = ({ caller }: Session) => `${caller.role}/${String(caller.scope)}`;

export function remember(session: Session, url: string, route: string, { place }: Answer) {
  known.set(fingerprintOf(viewOf(session), url), { place, route });
}

export const fastLane =
  (remembered: Remembered) => (request: IncomingMessage, response: ServerResponse, ordinaryRoad: () => void) => {
    const started = performance.now();
    const found = find(request, remembered);
    if (!found) {
      ordinaryRoad();
      return;
    }
    const answer = peek(found.place, found.seen);
    if (answer) {
      give(answer, found, started, request, response, ordinaryRoad);
      return;
    }
    if (!redisIsUsable()) {
      ordinaryRoad();
      return;
    }
    httpInFlight.inc();
    void peekRedis(found.place)
      .finally(() => httpInFlight.dec())
      .then(
        (stored) => (stored ? give(stored, found, started, request, response, ordinaryRoad) : ordinaryRoad()),
        ordinaryRoad,
      );
  };

type Found = Known & { session: Session; seen: string[] };

function find(request: IncomingMessage, remembered: Remembered): Found | undefined {
  const { method, url, headers } = request;
  if (method !== 'GET' || !url || headers.cookie === undefined || headers.authorization !== undefined) return undefined;
  if (refusalOf(request)) return undefined;
  const cookies = cookiesOf(request);
  const [token, seen] = [cookies[sessionCookie], seenBy(request, cookies)];
  const session = token === undefined ? undefined : remembered(token);
  if (!session || session.caller.mustChangePassword || !hasCaughtUpWith(seen)) return undefined;
  const entry = known.get(fingerprintOf(viewOf(session), url));
  return entry && { ...entry, session, seen };
}

function give(
  answer: Answer,
  { route, session }: Found,
  started: number,
  request: IncomingMessage,
  response: ServerResponse,
  ordinaryRoad: () => void,
) {
  const counters = [
    [addressCounter, networkOf(request)],
    [userCounter, keyOfUser(session.caller)],
  ] as const;
  // The ordinary road refuses a caller beyond the limit in words, and counts it.
  if (!isAtHand(answer, request) || counters.some(([counter, key]) => !counter.hasRoom(key))) {
    ordinaryRoad();
    return;
  }
  const limits = counters.map(([counter, key]) => counter.take(key));
  const { ids, span } = identify(request, started);
  sendAtHand(answer, request, response, {
    ...apiHeaders,
    'X-Request-Id': toldId(ids),
    RateLimit: limits.map(({ rate }) => rate),
    'RateLimit-Policy': limits.map(({ policy }) => policy),
  });
  note(response, { method: 'GET', route, started, ids, span });
}
