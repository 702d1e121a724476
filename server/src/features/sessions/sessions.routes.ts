import { randomBytes } from 'node:crypto';
import { authEndpoints } from '@opex/contracts/auth';
import { type Request, type Response, Router } from 'express';
import { config } from '../../config.ts';
import { clearWhatWasKept, sessionCookie } from '../../http/middleware/authenticate.ts';
import { serve } from '../../http/serve.ts';
import * as users from '../users/users.service.ts';
import * as sessions from './sessions.service.ts';
import { dayMs, hourMs } from '../../lib/time.ts';

export const sessionsRouter = Router();

const cookieOptions = {
  httpOnly: true,
  sameSite: 'lax',
  path: '/',
  secure: sessionCookie.startsWith('__Host-'),
} as const;
/** Stays when a session ends, so that an attacker who guesses the password elsewhere does not keep its owner out here. */
const deviceCookie = `${sessionCookie}-device`;
const deviceDays = 90;

function setCookies(res: Response, token: string, { device }: sessions.From) {
  res.cookie(sessionCookie, token, { ...cookieOptions, maxAge: config.SESSION_HOURS * hourMs });
  res.cookie(deviceCookie, device, { ...cookieOptions, maxAge: deviceDays * dayMs });
}

function fromOf(req: Request): sessions.From {
  const known = req.cookieValues[deviceCookie];
  const device = known && isDevice.test(known) ? known : randomBytes(32).toString('base64url');
  return { address: req.ip ?? '', userAgent: req.get('user-agent') ?? '', device };
}
const isDevice = /^[\w-]{43}$/;

serve(sessionsRouter, authEndpoints.signIn, async ({ body }, req, res) => {
  const from = fromOf(req);
  const { token, ...signedIn } = await sessions.signIn(body.email, body.password, from, req.caller);
  setCookies(res, token, from);
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
  const from = fromOf(req);
  const { token, ...signedIn } = await users.changePassword(caller, body, from);
  setCookies(res, token, from);
  return signedIn;
});

serve(sessionsRouter, authEndpoints.sessions, async ({ caller }) => ({ data: await sessions.listOf(caller) }));

serve(sessionsRouter, authEndpoints.endSession, async ({ caller, params }) => {
  await sessions.end(caller, params.id);
});

serve(sessionsRouter, authEndpoints.endOtherSessions, async ({ caller }) => {
  await sessions.endOthers(caller);
});
