import type { IncomingMessage, ServerResponse } from 'node:http';
import { busyType } from '@opex/contracts/errors';
import { config } from '../config.ts';
import { AppError } from '../lib/errors.ts';
import { gauge, rateLimitHits, requestsShed } from '../lib/metrics.ts';
import { toldId } from '../lib/request-context.ts';
import type { Holder } from './holders.ts';
import { identify } from './middleware/request-context.ts';
import { note } from './middleware/observe.ts';
import { apiHeaders } from './middleware/security-headers.ts';
import { hasRoomFor, kindOf } from './overload.rules.ts';
import { problemDocument, problemType } from './problem-document.ts';

const lookEveryMs = 20;

const most = { inWork: config.REQUESTS_IN_WORK_MAX, lateMs: config.LATE_MS_MAX };
let inWork = 0;
let lateMs = 0;
/** How many of the places each caller has; who has none is not in it. */
const held = new Map<string, number>();
gauge('http_requests_in_work', 'Requests that the process has taken on and not answered yet', () => inWork);
gauge('event_loop_late_seconds', 'How late the process is with what is due', () => lateMs / 1000);

let due = performance.now() + lookEveryMs;
setInterval(() => {
  const now = performance.now();
  // Half of the last look stays, so that one long turn does not turn everybody away.
  lateMs = lateMs / 2 + Math.max(0, now - due) / 2;
  due = now + lookEveryMs;
}, lookEveryMs).unref();

/**
 * Takes a request on, or turns it away at once: what would wait longer than its sender does only makes all others wait
 * too. No caller can take all places. Pages, health and streams cost next to nothing and pass.
 */
export function admit(request: IncomingMessage, response: ServerResponse, takeOn: () => void, holderOf?: () => Holder) {
  const { method, url = '' } = request;
  if (!url.startsWith('/api/') || url.startsWith('/api/events')) {
    takeOn();
    return;
  }
  const kind = kindOf(method, url);
  const holder = holderOf?.();
  const holding = holder && { held: held.get(holder.name) ?? 0, most: holder.most };
  if (holding && holding.held >= holding.most) {
    rateLimitHits.inc({ limit: 'at-once' });
    turnAway(request, response, tooMuchAtOnce);
    return;
  }
  if (!hasRoomFor(kind, { inWork, lateMs }, most, holding)) {
    requestsShed.inc({ kind });
    turnAway(request, response, busy);
    return;
  }
  takePlace(request, response, holder?.name);
  takeOn();
}

/** From now until the answer is gone; while a body is late its sender gives the place to others. */
function takePlace(request: IncomingMessage, response: ServerResponse, name: string | undefined) {
  let hasPlace = false;
  const have = (place: boolean) => {
    if (place !== hasPlace) count(name, place ? 1 : -1);
    hasPlace = place;
  };
  have(true);
  const late = setTimeout(() => have(request.complete), config.BODY_LATE_MS).unref();
  request.once('end', () => have(!response.closed));
  response.once('close', () => {
    clearTimeout(late);
    have(false);
  });
}

function count(name: string | undefined, more: 1 | -1) {
  inWork += more;
  if (name === undefined) return;
  const now = (held.get(name) ?? 0) + more;
  if (now > 0) held.set(name, now);
  else held.delete(name);
}

/** Neither was begun, so both can be sent again as they are. */
const notBegun = { type: busyType, retryAfterSeconds: 1 };
const busy = new AppError(503, 'The service is busy; try again in a moment', notBegun);
const tooMuchAtOnce = new AppError(429, 'You ask for too much at once; wait for some of the answers', notBegun);

function turnAway(request: IncomingMessage, response: ServerResponse, why: typeof busy) {
  const started = performance.now();
  const { ids, span } = identify(request, started);
  const body = JSON.stringify(problemDocument(why, request.url ?? '/', toldId(ids)));
  response.writeHead(why.status, {
    ...apiHeaders,
    'X-Request-Id': toldId(ids),
    'Retry-After': notBegun.retryAfterSeconds,
    'Cache-Control': 'no-store',
    'Content-Type': `${problemType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  note(response, { method: request.method ?? 'GET', route: 'turned away', started, ids, span });
}
