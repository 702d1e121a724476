import type { RequestHandler } from 'express';
import { config } from '../config.ts';
import { AppError } from '../lib/errors.ts';

const named = [config.PUBLIC_URL && new URL(config.PUBLIC_URL).host, ...config.ALLOWED_HOSTS.split(',')]
  .map((host) => host?.trim().toLowerCase())
  .filter((host) => host !== undefined && host !== '');
const known = new Set(named);
const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

export const isKnownHost = (host: string | undefined) =>
  host !== undefined && (local.test(host) || known.has(host.toLowerCase()));

/** A name that is not ours is somebody else's page pointed at us. */
export const knownHost: RequestHandler = (req, _res, next) => {
  if (!isKnownHost(req.headers.host)) throw new AppError(421, 'This server does not answer for that host name');
  next();
};
