import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseCookies } from 'cookie';
import { LRUCache } from 'lru-cache';
import * as sessions from './features/sessions/sessions.service.ts';
import { type Answer, type CachedRead, peek } from './lib/cache.ts';
import { hasCaughtUpWith } from './lib/cache-tags.ts';
import { addressCounter, userCounter } from './lib/rate-limits.ts';
import { answerParts } from './lib/send-answer.ts';
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
  if (read) known.set(keyOf(viewOf(session), url), { read, route });
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

/** True when it has answered. */
export function fastLane(request: IncomingMessage, response: ServerResponse): boolean {
  const { method, url, headers } = request;
  if (method !== 'GET' || !url || headers.cookie === undefined || headers.authorization !== undefined) return false;
  if (config.TRUST_PROXY > 0 || !isKnownHost(headers.host)) return false;
  const { token, seen } = readCookies(headers.cookie);
  const session = token === undefined ? undefined : sessions.remembered(token);
  if (!session || session.caller.mustChangePassword || (seen !== undefined && !hasCaughtUpWith(seen))) return false;
  const entry = known.get(keyOf(viewOf(session), url));
  const answer = entry && peek(entry.read);
  if (!answer || !hasRoom(request, session)) return false;

  const started = performance.now();
  const requestId = randomUUID();
  const { status, headers: own, bytes } = answerParts(answer, request);
  response.writeHead(status, { ...apiHeaders, ...own, 'X-Request-Id': requestId });
  response.end(bytes);
  note('GET', entry.route, status, started, requestId);
  return true;
}

/** Counts the request; near a limit the ordinary road counts it again, and refuses it in words. */
function hasRoom({ socket }: IncomingMessage, { caller }: sessions.LiveSession) {
  return (
    addressCounter.hit(socket.remoteAddress ?? '') < addressCounter.limit &&
    userCounter.hit(`user:${caller.id}`) < userCounter.limit
  );
}
