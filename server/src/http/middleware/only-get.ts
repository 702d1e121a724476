import type { RequestHandler } from 'express';
import { AppError } from '../../lib/errors.ts';

export const onlyGet: RequestHandler = (req, _res, next) => {
  if (req.method !== 'GET' && req.method !== 'HEAD')
    throw new AppError(405, 'This address takes GET', { allow: 'GET, HEAD' });
  next();
};
