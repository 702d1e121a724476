import type { RequestHandler } from 'express';
import { catchUpWith } from '../../database/tags.ts';
import { currentRequest } from '../../lib/request-context.ts';

/** A writer reads the own write on every instance, also on one that the notice of it has not reached. */
export const catchUp: RequestHandler = async (_req, _res, next) => {
  await catchUpWith(currentRequest()?.seen ?? []);
  next();
};
