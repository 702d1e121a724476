import type { IncomingMessage } from 'node:http';
import { config } from '../config.ts';
import type { Caller } from '../lib/caller.ts';
import { networkOf } from './client-address.ts';
import { cookiesOf } from './cookies.ts';
import { sessionCookie } from './middleware/authenticate.ts';
import { keyOfUser } from './rate-limits.ts';

/** A person or an address that holds places of requests in work, and how many of them at most. */
export type Holder = { name: string; most: number };

/** Callers whom this process knows to be good. */
export type KnownCallers = {
  ofSession: (token: string) => Caller | undefined;
  ofKey: (key: string) => Caller | undefined;
};

const ofPerson = config.REQUESTS_PER_CALLER_MAX;
/** Behind an address may be a whole company, whose people this process has not met yet. */
const ofAddress = Math.max(ofPerson, config.REQUESTS_IN_WORK_MAX / 2);

/** A person, with all sessions and keys; before it is known who asks, the address. */
export function holderOf(request: IncomingMessage, known: KnownCallers): Holder {
  const caller = callerOf(request, known);
  return caller ? { name: keyOfUser(caller), most: ofPerson } : { name: networkOf(request), most: ofAddress };
}

function callerOf(request: IncomingMessage, { ofSession, ofKey }: KnownCallers) {
  const { authorization } = request.headers;
  if (authorization !== undefined) return ofKey(authorization.replace(/^Bearer /i, ''));
  const token = cookiesOf(request)[sessionCookie];
  return token ? ofSession(token) : undefined;
}
