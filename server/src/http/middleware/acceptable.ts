import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError } from '../../lib/errors.ts';
import { isKnownHost } from '../hosts.ts';

const numeric = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])(:\d+)?$/i;

/** Of these Node.js keeps the first in silence; who looked at the request before us may have gone by the last. */
const saidOnce = new Set(['host', 'authorization', 'content-type']);
const longestAddress = 8_000;
const longestCookies = 8_000;

/** `byNumber`: orchestrators ask for an address's number; another site's page pointed at us always comes by a name. */
type Rules = { byNumber?: boolean };

/** Why a request is not answered, whatever it asks for. Both roads ask here, so it takes nothing of Express. */
export function refusalOf(request: IncomingMessage, { byNumber = false }: Rules = {}): AppError | undefined {
  const { url = '', headers, rawHeaders } = request;
  const { host = '', cookie = '' } = headers;
  const repeated = repeatedIn(rawHeaders);
  if (repeated) return new AppError(400, `Send only one ${repeated} header`);
  if (!isKnownHost(host) && !(byNumber && numeric.test(host)))
    return new AppError(421, 'This server does not answer for that host name');
  if (url.length > longestAddress) return new AppError(414, 'This address is too long; use fewer or shorter filters');
  if (cookie.length > longestCookies)
    return new AppError(431, 'The cookies kept for this site are too long; delete them and sign in again');
  return isReadable(url) ? undefined : new AppError(400, 'This address cannot be read');
}

export const acceptable =
  (rules?: Rules): RequestHandler =>
  (req, _res, next) => {
    const refusal = refusalOf(req, rules);
    if (refusal) throw refusal;
    next();
  };

function repeatedIn(rawHeaders: string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (seen.has(name)) return name;
    if (saidOnce.has(name)) seen.add(name);
  }
  return undefined;
}

/** Broken percent-encoding, bytes that are not UTF-8, and in the path NUL are no part of any address. */
function isReadable(url: string): boolean {
  if (/[\u0080-\uffff]/.test(url)) return false;
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return !/^[^?]*%00/.test(url);
  } catch {
    return false;
  }
}
