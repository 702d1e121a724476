import type { Problem } from '@opex/contracts/errors';
import type { SecurityEventName } from '@opex/contracts/security-events';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { problemDocument, problemType } from '../problem-document.ts';
import { toAppError } from '../to-app-error.ts';
import { logger } from '../../lib/logger.ts';
import { applicationErrors } from '../../lib/metrics.ts';
import { toldId } from '../../lib/request-context.ts';
import { recordSecurityEvent } from '../../lib/security-log.ts';

const refusals: Record<number, SecurityEventName> = { 403: 'authz_fail', 429: 'excess_rate_limit_exceeded' };

const byCaller = ({ caller, method }: Request, { locals }: Response, why: string) => ({
  userId: caller?.id ?? null,
  subject: caller?.email ?? '',
  details: { method, route: (locals['route'] as string | undefined) ?? 'unmatched', why },
});

/** The only place where an error becomes an answer. */
export const errorHandler: ErrorRequestHandler = (error: unknown, req, res: Response<Problem>, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const problem = toAppError(error);
  const { status, message, details } = problem;
  const event = details.security?.event ?? refusals[status];
  if (event) recordSecurityEvent({ ...byCaller(req, res, message), ...details.security, event });
  if (status === 500) applicationErrors.inc({ where: 'request' });
  if (status >= 500) logger.error(message, { status, ...req.ids, error: details.cause ?? error });

  if (details.currentVersion) res.set('ETag', `"v${details.currentVersion}"`);
  if (details.retryAfterSeconds) res.set('Retry-After', String(details.retryAfterSeconds));
  if (details.allow) res.set('Allow', details.allow);
  res
    .set('Cache-Control', 'no-store')
    .status(status)
    .type(problemType)
    .json(problemDocument(problem, req.originalUrl, toldId(req.ids)));
};
