import type { RequestHandler } from 'express';
import { logger } from '../../lib/logger.ts';
import { httpDuration, httpInFlight, httpRequests } from '../../lib/metrics.ts';

/** Counts and times every request by its route's pattern: ten thousand random addresses are one series. */
export const observe: RequestHandler = (req, res, next) => {
  const started = performance.now();
  httpInFlight.inc();
  res.once('close', () => {
    httpInFlight.dec();
    note(req.method, (res.locals['route'] as string | undefined) ?? 'unmatched', res.statusCode, started, req.id);
  });
  next();
};

export function note(method: string, route: string, statusCode: number, started: number, requestId: string) {
  const milliseconds = performance.now() - started;
  const labels = { method, route, status: statusCode };
  httpRequests.inc(labels);
  httpDuration.observe(labels, milliseconds / 1000);
  logger.info('Answered', {
    ...labels,
    milliseconds: Math.round(milliseconds * 10) / 10,
    requestId,
  });
}
