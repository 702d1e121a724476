import type { RequestHandler } from 'express';
import { logger } from '../../lib/logger.ts';
import { httpDuration, httpInFlight, httpRequests } from '../../lib/metrics.ts';

/** Counts and times every request by its route's pattern: ten thousand random addresses are one series. */
export const observe: RequestHandler = (req, res, next) => {
  const started = performance.now();
  httpInFlight.inc();
  res.once('close', () => {
    httpInFlight.dec();
    const { route = 'unmatched', isProbe = false } = res.locals as { route?: string; isProbe?: boolean };
    note(req.method, route, res.statusCode, started, req.id, isProbe ? 'debug' : 'info');
  });
  next();
};

export function note(
  method: string,
  route: string,
  statusCode: number,
  started: number,
  requestId: string,
  level: 'info' | 'debug' = 'info',
) {
  const milliseconds = performance.now() - started;
  const labels = { method, route, status: statusCode };
  httpRequests.inc(labels);
  httpDuration.observe(labels, milliseconds / 1000);
  logger.log(level, 'Answered', {
    ...labels,
    milliseconds: Math.round(milliseconds * 10) / 10,
    requestId,
  });
}
