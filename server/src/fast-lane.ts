import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseCookies } from 'cookie';
import { LRUCache } from 'lru-cache';
import * as sessions from './features/sessions/sessions.service.ts';
import { type Answer, type CachedRead, peek, peekRedis } from './lib/cache.ts';
import { encodingFor } from './lib/encoding.ts';
import { redisIsUsable } from './lib/redis.ts';
import { hasCaughtUpWith } from './lib/cache-tags.ts';
import { addressCounter, userCounter } from './lib/rate-limits.ts';
import { sendAtHand } from './lib/send-answer.ts';
import { sessionCookie } from './middleware/authenticate.ts';
import { isKnownHost } from './middleware/known-host.ts';
import { note } from './middleware/observe.ts';
import { seenCookie } from './middleware/request-context.ts';
import { apiHeaders } from './middleware/security-headers.ts';
import { config } from './config.ts';

/**
 * Answers a GET again without going through Express, when everything that Express would find out is known in
 * this process: the session is good, the limits have room, and the very answer lies in memory under the tag
 * versions of now. Anything else, the first time included, takes the ordinary road. It knows no route: the
 * ordinary road leaves a note of what it answered.
 */

type Known = { read: CachedRead; route: string };
const known = new LRUCache<string, Known>({ max: 20_000 });
const cookies = new LRUCache<string, { token: string | undefined; seen: string | undefined }>({ max: 20_000 });

const keyOf = (view: string, url: string) => `${view} ${url}`;

/** People with the same role and scope get the same answers. */
const viewOf = ({ caller }: sessions.LiveSession) => `${caller.role}/${String(caller.scope)}`;

export function remember(session: sessions.LiveSession, url: string, route: string, { read }: Answer) {
  known.set(keyOf(viewOf(session), url), { read, route });
}

function readCookies(header: string) {
  let values = cookies.get(header);
  if (!values) {
    const parsed = parseCookies(header);
    values = { token: parsed[sessionCookie], seen: parsed[seenCookie] };
    cookies.set(header, values);
  }
  return values;
}

export function fastLane(request: IncomingMessage, response: ServerResponse, ordinaryRoad: () => void) {
  const found = find(request);
  if (!found) {
    ordinaryRoad();
    return;
  }
  const answer = peek(found.read);
  if (answer) {
    give(answer, found, request, response, ordinaryRoad);
    return;
  }
  if (!redisIsUsable()) {
    ordinaryRoad();
    return;
  }
  void peekRedis(found.read, encodingFor(request.headers['accept-encoding'])).then(
    (stored) => (stored ? give(stored, found, request, response, ordinaryRoad) : ordinaryRoad()),
    ordinaryRoad,
  );
}

type Found = Known & { session: sessions.LiveSession };

function find({ method, url, headers }: IncomingMessage): Found | undefined {
  if (method !== 'GET' || !url || headers.cookie === undefined || headers.authorization !== undefined) return undefined;
  if (config.TRUST_PROXY > 0 || !isKnownHost(headers.host)) return undefined;
  const { token, seen } = readCookies(headers.cookie);
  const session = token === undefined ? undefined : sessions.remembered(token);
  if (!session || session.caller.mustChangePassword || (seen !== undefined && !hasCaughtUpWith(seen))) return undefined;
  const entry = known.get(keyOf(viewOf(session), url));
  return entry && { ...entry, session };
}

function give(
  answer: Answer,
  { route, session }: Found,
  request: IncomingMessage,
  response: ServerResponse,
  ordinaryRoad: () => void,
) {
  const started = performance.now();
  const requestId = randomUUID();
  if (
    !hasRoom(request, session) ||
    !sendAtHand(answer, request, response, { ...apiHeaders, 'X-Request-Id': requestId })
  ) {
    ordinaryRoad();
    return;
  }
  note('GET', route, response.statusCode, started, requestId);
}

/** Counts the request; near a limit the ordinary road counts it again, and refuses it in words. */
function hasRoom({ socket }: IncomingMessage, { caller }: sessions.LiveSession) {
  return (
    addressCounter.hit(socket.remoteAddress ?? '') < addressCounter.limit &&
    userCounter.hit(`user:${caller.id}`) < userCounter.limit
  );
}
