import type { IncomingMessage, ServerResponse } from 'node:http';
import { busyType } from '@opex/contracts/errors';
import { config } from '../config.ts';
import { AppError } from '../lib/errors.ts';
import { gauge, requestsShed } from '../lib/metrics.ts';
import { toldId } from '../lib/request-context.ts';
import { requestIdsOf } from './middleware/request-context.ts';
import { note } from './middleware/observe.ts';
import { apiHeaders } from './middleware/security-headers.ts';
import { hasRoomFor, kindOf } from './overload.rules.ts';
import { problemDocument, problemType } from './problem-document.ts';

const lookEveryMs = 20;

const most = { inWork: config.REQUESTS_IN_WORK_MAX, lateMs: config.LATE_MS_MAX };
let inWork = 0;
let lateMs = 0;
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
 * too. Pages, health and streams cost next to nothing and pass.
 */
export function admit(request: IncomingMessage, response: ServerResponse, takeOn: () => void) {
  const { method, url = '' } = request;
  if (!url.startsWith('/api/') || url.startsWith('/api/events')) {
    takeOn();
    return;
  }
  const kind = kindOf(method, url);
  if (!hasRoomFor(kind, { inWork, lateMs }, most)) {
    requestsShed.inc({ kind });
    turnAway(request, response);
    return;
  }
  takePlace(request, response);
  takeOn();
}

/** From now until the answer is gone; while a body is late its sender gives the place to others. */
function takePlace(request: IncomingMessage, response: ServerResponse) {
  let hasPlace = false;
  const have = (place: boolean) => {
    if (place !== hasPlace) inWork += place ? 1 : -1;
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

const busy = new AppError(503, 'The service is busy; try again in a moment', { type: busyType, retryAfterSeconds: 1 });

function turnAway(request: IncomingMessage, response: ServerResponse) {
  const started = performance.now();
  const ids = requestIdsOf(request);
  const body = JSON.stringify(problemDocument(busy, request.url ?? '/', toldId(ids)));
  response.writeHead(busy.status, {
    ...apiHeaders,
    'X-Request-Id': toldId(ids),
    'Retry-After': busy.details.retryAfterSeconds,
    'Cache-Control': 'no-store',
    'Content-Type': `${problemType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  note(response, { method: request.method ?? 'GET', route: 'turned away', started, ids });
}
