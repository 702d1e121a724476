import type { RequestHandler } from 'express';
import { AppError } from '../lib/errors.ts';

/** Broken percent-encoding and NUL are no part of any address. */
export const readableAddress: RequestHandler = (req, _res, next) => {
  if (req.path.includes('%') && !isReadable(req.path)) throw new AppError(400, 'This address cannot be read');
  next();
};

function isReadable(path: string) {
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}
