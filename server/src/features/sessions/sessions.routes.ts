import { authEndpoints } from '@opex/contracts/auth';
import { type Request, type Response, Router } from 'express';
import { config } from '../../config.ts';
import { clearWhatWasKept, sessionCookie } from '../../http/middleware/authenticate.ts';
import { serve } from '../../http/serve.ts';
import * as users from '../users/users.service.ts';
import * as sessions from './sessions.service.ts';

export const sessionsRouter = Router();

const cookieOptions = {
  httpOnly: true,
  sameSite: 'lax',
  path: '/',
  secure: sessionCookie.startsWith('__Host-'),
} as const;
const setCookie = (res: Response, token: string) =>
  res.cookie(sessionCookie, token, { ...cookieOptions, maxAge: config.SESSION_HOURS * 3_600_000 });
const fromOf = (req: Request) => ({ address: req.ip ?? '', userAgent: req.get('user-agent') ?? '' });

serve(sessionsRouter, authEndpoints.signIn, async ({ body }, req, res) => {
  const { token, ...signedIn } = await sessions.signIn(body.email, body.password, fromOf(req), req.caller);
  setCookie(res, token);
  return signedIn;
});

serve(sessionsRouter, authEndpoints.me, async ({ caller }, req) => {
  const token = req.cookieValues[sessionCookie];
  const session = token === undefined ? undefined : await sessions.find(token);
  return { user: sessions.describe(caller), csrfToken: session?.csrfToken ?? null };
});

serve(sessionsRouter, authEndpoints.signOut, async ({ caller }, _req, res) => {
  await sessions.signOut(caller);
  res.clearCookie(sessionCookie, cookieOptions).set(clearWhatWasKept);
});

serve(sessionsRouter, authEndpoints.changePassword, async ({ caller, body }, req, res) => {
  const { token, ...signedIn } = await users.changePassword(caller, body, fromOf(req));
  setCookie(res, token);
  return signedIn;
});

serve(sessionsRouter, authEndpoints.sessions, async ({ caller }) => ({ data: await sessions.listOf(caller) }));

serve(sessionsRouter, authEndpoints.endSession, async ({ caller, params }) => {
  await sessions.end(caller, params.id);
});

serve(sessionsRouter, authEndpoints.endOtherSessions, async ({ caller }) => {
  await sessions.endOthers(caller);
});
