import type { Request, RequestHandler } from 'express';
import { config } from '../../config.ts';
import type { Answer } from '../../cache/answer.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError } from '../../lib/errors.ts';
import { isOurOrigin } from '../hosts.ts';

export const sessionCookie = config.PUBLIC_URL?.startsWith('https:') ? '__Host-opex' : 'opex';
/** What a person has read lies in the browser's cache, for answers of 304; with the session it ends. */
export const clearWhatWasKept = { 'Clear-Site-Data': '"cache"' };
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

type LiveSession = { caller: Caller; csrfToken: string };
type Finders<Session extends LiveSession> = {
  bySession: (token: string) => Promise<Session | undefined>;
  byKey: (key: string) => Promise<Caller | undefined>;
  remember?: (session: Session, url: string, route: string, answer: Answer) => void;
};

/** Says who is calling; each endpoint says whether that is enough. */
export const authenticate =
  <Session extends LiveSession>({ bySession, byKey, remember }: Finders<Session>): RequestHandler =>
  async (req, res, next) => {
    if (/opex_[\w-]{8,}/.test(req.originalUrl))
      throw new AppError(400, 'Send an API key in the Authorization header, never in an address');
    const authorization = req.get('authorization');
    const token = req.cookieValues[sessionCookie];
    if (authorization !== undefined && token !== undefined)
      throw new AppError(400, 'Send a cookie or an API key, not both');

    if (authorization !== undefined) {
      const key = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
      const caller = key ? await byKey(key) : undefined;
      if (!caller) throw new AppError(401, 'This API key is not valid', { security: { event: 'authn_token_fail' } });
      req.caller = caller;
      next();
      return;
    }
    const session = token === undefined ? undefined : await bySession(token);
    if (writes.has(req.method)) checkForgery(req, session);
    if (session) {
      req.caller = session.caller;
      req.onAnswer = (answer, route) => remember?.(session, req.originalUrl, route, answer);
    } else if (token !== undefined) res.set(clearWhatWasKept); // it ended by itself, or elsewhere
    next();
  };

/**
 * A page elsewhere can send our cookie, but neither read the token nor hide where it is from. It shall not sign a person in
 * either: what is done next would be done under a name that the page chose.
 */
function checkForgery(req: Request, session: LiveSession | undefined) {
  if (!isFromOurPages(req)) throw forged('This request came from another site', session?.caller);
  if (session && req.path !== '/auth/sign-in' && req.get('x-csrf-token') !== session.csrfToken)
    throw forged('The X-CSRF-Token header is missing or not of this session', session.caller);
}

/** Programs send neither header; browsers send both with a write, and pages cannot choose what they say. */
function isFromOurPages(req: Request): boolean {
  const [origin, site] = [req.get('origin'), req.get('sec-fetch-site')];
  if (origin !== undefined && !isOurOrigin(origin, { host: req.get('host') ?? '', protocol: req.protocol }))
    return false;
  // A neighbour under the same name may be another origin, so it has to say that it is none.
  return (
    site === undefined || site === 'same-origin' || site === 'none' || (site === 'same-site' && origin !== undefined)
  );
}

const forged = (message: string, caller: Caller | undefined) =>
  new AppError(403, message, {
    security: { event: 'csrf_fail', userId: caller?.id ?? null, subject: caller?.email ?? '' },
  });
