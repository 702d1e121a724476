import type { Problem } from '@opex/contracts/errors';
import type { ErrorRequestHandler, Response } from 'express';
import { toAppError } from '../lib/errors.ts';
import { logger } from '../lib/logger.ts';

/** The one place where an error becomes an answer. */
export const errorHandler: ErrorRequestHandler = (error: unknown, req, res: Response<Problem>, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const { status, title, message, details } = toAppError(error);
  if (status >= 500) logger.error(message, { status, requestId: req.id, error: details.cause ?? error });

  if (details.currentVersion) res.set('ETag', `"v${details.currentVersion}"`);
  if (details.retryAfterSeconds) res.set('Retry-After', String(details.retryAfterSeconds));
  if (details.allow) res.set('Allow', details.allow);
  res
    .set('Cache-Control', 'no-store')
    .status(status)
    .type('application/problem+json')
    .json({
      type: 'about:blank',
      title,
      status,
      detail: message,
      instance: req.originalUrl.split('?')[0] ?? '/',
      requestId: req.id,
      ...(details.errors && { errors: details.errors }),
    });
};
