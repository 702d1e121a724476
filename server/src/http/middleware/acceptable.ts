import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError } from '../../lib/errors.ts';
import { isKnownHost } from '../hosts.ts';

const numeric = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])(:\d+)?$/i;

/** Node.js takes the first of these and says nothing of a second. A proxy before us may have gone by the second. */
const saidOnce = new Set(['host', 'authorization', 'content-type']);
const longestAddress = 8_000;
const longestCookies = 8_000;

/** `byNumber` lets requests pass that name the host by its number, as orchestrators do. An attack by DNS always names a host. */
type Rules = { byNumber?: boolean };

/** Why a request is refused whatever it asks for. Both roads ask this, so it uses nothing of Express. */
export function refusalOf(request: IncomingMessage, { byNumber = false }: Rules = {}): AppError | undefined {
  const { url = '', headers, rawHeaders } = request;
  const { host = '', cookie = '' } = headers;
  const repeated = repeatedIn(rawHeaders);
  if (repeated) return new AppError(400, `Send only one ${repeated} header`);
  if (!isKnownHost(host) && !(byNumber && numeric.test(host)))
    return new AppError(421, 'This server does not answer for that host name');
  if (!/^\/(?!\/)/.test(url)) return new AppError(400, 'An address begins with one slash');
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

/** No address has broken percent-encoding, bytes that are not UTF-8, or NUL in its path. */
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
