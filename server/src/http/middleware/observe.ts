import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { logAnswer } from '../../lib/logger.ts';
import { endSpan } from '../../lib/tracing.ts';
import type { Identity } from './request-context.ts';
import { httpDuration, httpInFlight, httpRequests, lastFailure } from '../../lib/metrics.ts';

/** Counts and times every request by the pattern of its route, so that ten thousand random addresses are one series. */
export const observe: RequestHandler = (req, res, next) => {
  const started = performance.now();
  httpInFlight.inc();
  res.once('close', () => {
    httpInFlight.dec();
    const { route, isProbe = false } = res.locals as { route?: string; isProbe?: boolean };
    note(res, { method: req.method, route, started, ids: req.ids, span: req.span }, isProbe ? 'debug' : 'info');
  });
  next();
};

type Answered = { method: string; route: string | undefined; started: number } & Identity;

export function note(
  { statusCode }: ServerResponse,
  { method, route = 'unmatched', started, ids, span }: Answered,
  level: 'info' | 'debug' = 'info',
) {
  const milliseconds = performance.now() - started;
  const { count, duration } = seriesOf(method, route, statusCode);
  count.inc();
  duration.observe(milliseconds / 1000);
  if (statusCode >= 500 && level === 'info') lastFailure.setToCurrentTime();
  logAnswer(level, { method, route, status: statusCode, milliseconds: Math.round(milliseconds * 10) / 10, ...ids });
  if (!span) return;
  const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': statusCode };
  endSpan(span, `${method} ${route}`, { ...attributes, 'opex.request_id': ids.requestId }, statusCode >= 500);
}

type Series = { count: ReturnType<typeof httpRequests.labels>; duration: ReturnType<typeof httpDuration.labels> };
/** Counters by route, method and status, kept here because finding one by its labels takes longer than counting. */
const series = new Map<string, Series>();

function seriesOf(method: string, route: string, status: number): Series {
  const name = `${method} ${route} ${status}`;
  let found = series.get(name);
  if (!found) {
    const labels = { method, route, status };
    found = { count: httpRequests.labels(labels), duration: httpDuration.labels(labels) };
    series.set(name, found);
  }
  return found;
}
