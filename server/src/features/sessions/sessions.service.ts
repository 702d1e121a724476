import { randomBytes } from 'node:crypto';
import type { Session, SignedIn, SignedInUser } from '@opex/contracts/auth';
import { LRUCache } from 'lru-cache';
import { config } from '../../config.ts';
import type { Caller } from '../../lib/caller.ts';
import { permissionsOf, permissionsOfKey } from '../../lib/caller.ts';
import { currentVersions } from '../../database/tags.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { gauge } from '../../lib/metrics.ts';
import { recordSecurityEvent } from '../../lib/security-log.ts';
import { hourMs } from '../../lib/time.ts';
import { type Transaction, inTransaction } from '../../database/transaction.ts';
import { change } from '../audit/change.service.ts';
import * as passwords from '../passwords/passwords.service.ts';
import * as repository from './sessions.repository.ts';
import { csrfTokenOf, fingerprintOf, hashOfToken } from './sessions.rules.ts';

const idleMs = config.SESSION_IDLE_MINUTES * 60_000;
const lifetimeMs = config.SESSION_HOURS * hourMs;
const idleSince = () => new Date(Date.now() - idleMs);

export type LiveSession = {
  caller: Caller;
  csrfToken: string;
  expiresAt: number;
  lastSeenAt: number;
  /** The version of access rights it was read under; another one means: read again. */
  accessVersion: number;
};

/** By fingerprint: a token is a part of the header it came in, and would hold all of it. */
const live = new LRUCache<string, LiveSession>({ max: 20_000 });
const activity = new Map<number, Date>();

gauge('active_users', 'People with a request in the last five minutes, as this process saw them', () => {
  const users = new Set<number>();
  for (const { caller, lastSeenAt } of live.values()) if (lastSeenAt > Date.now() - 300_000) users.add(caller.id);
  return users.size;
});

/** The session of a token if this process knows it to be good; PostgreSQL is the truth behind it. */
export function remembered(token: string, isActivity = true): LiveSession | undefined {
  const session = live.get(fingerprintOf(token));
  const now = Date.now();
  if (!session || session.accessVersion !== currentVersions()?.['access']) return undefined;
  if (session.expiresAt <= now || session.lastSeenAt + idleMs <= now) return undefined;
  if (isActivity) session.lastSeenAt = now;
  return session;
}

/** `isActivity` is false for what a page does by itself: an open live stream does not keep a session awake. */
export async function find(token: string, isActivity = true): Promise<LiveSession | undefined> {
  return remembered(token, isActivity) ?? readSession(token, isActivity);
}

async function readSession(token: string, isActivity: boolean): Promise<LiveSession | undefined> {
  const accessVersion = currentVersions()?.['access'] ?? -1;
  const seenHere = live.get(fingerprintOf(token))?.lastSeenAt ?? 0;
  live.delete(fingerprintOf(token));
  const row = await repository.findByTokenHash(hashOfToken(token));
  if (!row || row.disabled || row.expiresAt.getTime() <= Date.now()) return undefined;
  const lastSeenAt = Math.max(row.lastSeenAt.getTime(), seenHere);
  if (lastSeenAt + idleMs <= Date.now()) return undefined;
  const session: LiveSession = {
    caller: { ...callerOf(row), sessionId: row.sessionId },
    csrfToken: csrfTokenOf(token),
    expiresAt: row.expiresAt.getTime(),
    lastSeenAt: isActivity ? Date.now() : lastSeenAt,
    accessVersion,
  };
  live.set(fingerprintOf(token), session);
  return session;
}

export function callerOf(account: repository.Account): Caller {
  const { id, email, name, role, mustChangePassword } = account;
  const scope = account.allEntities ? 'all' : account.entityIds;
  return { id, email, name, role, scope, permissions: permissionsOf(role, scope), mustChangePassword };
}

export const describe = (caller: Caller): SignedInUser => ({
  id: caller.id,
  email: caller.email,
  name: caller.name,
  role: caller.role,
  permissions: [...caller.permissions],
  entityIds: caller.scope === 'all' ? null : [...caller.scope],
  mustChangePassword: caller.mustChangePassword,
});

export type From = passwords.Origin & { userAgent: string };

const wrong = (tried: passwords.Tried, message = 'E-mail or password is not right') =>
  new AppError(401, message, {
    security: { event: 'authn_login_fail', ...passwords.whoTried(tried) },
  });

/** `previous` is the user whom the browser was signed in as until now. */
export async function signIn(email: string, password: string, from: From, previous?: Caller) {
  const { nameKey, account } = await repository.findAccountByEmail(email);
  const tried = account ?? { nameKey };
  const right = await passwords.isRight(tried, account?.passwordHash, password, from, 'signIn');
  if (!account || !right || account.disabled) throw wrong(tried);
  // Only who knows the password is told.
  if (account.passwordExpired)
    throw wrong(tried, 'This temporary password has expired; ask an administrator for a new one');
  const caller = callerOf(account);
  const token = await change(caller, { tags: previous?.sessionId ? ['access'] : [] }, async (tx) => {
    if (!(await passwords.isStill(account.id, account.passwordHash, tx))) throw wrong(tried);
    await passwords.welcome(account.id, from, tx);
    if (previous?.sessionId) await repository.remove(previous.sessionId, previous.id, tx);
    const started = await start(account.id, from, tx);
    const subject = { type: 'user' as const, id: account.id, label: account.email };
    return { answer: started, entries: { action: 'session.started', subject } };
  });
  const who = passwords.whoTried(account);
  if (previous?.sessionId) noteEnded(previous, 'signed in again');
  recordSecurityEvent({ event: 'session_created', ...who, address: from.address });
  return signedIn(caller, token);
}

export const signedIn = (caller: Caller, token: string): SignedIn & { token: string } => ({
  token,
  user: describe(caller),
  csrfToken: csrfTokenOf(token),
});

/** Starts a session and returns its token, which is not kept anywhere. */
export async function start(userId: number, { address, userAgent }: From, tx: Transaction): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + lifetimeMs);
  await repository.insert(
    { tokenHash: hashOfToken(token), userId, expiresAt, address, userAgent: userAgent.slice(0, 300) },
    tx,
  );
  return token;
}

/** `access` is raised so that every process forgets what it knew of sessions. */
const way = { tags: ['access' as const] };

export async function signOut(caller: Caller) {
  await change(caller, way, async (tx) => ({
    answer: await repository.remove(caller.sessionId ?? 0, caller.id, tx),
    entries: [],
  }));
  noteEnded(caller, 'signed out');
}

/** For the log; after the transaction that ended the sessions. */
export const noteEnded = ({ id, email }: { id: number; email: string }, why: string) =>
  recordSecurityEvent({ event: 'session_ended', userId: id, subject: email, details: { why } });

export async function listOf({ id, sessionId }: Caller): Promise<Session[]> {
  const sessions = await repository.findOfUser(id, idleSince());
  return sessions.map((session) => ({
    ...session,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    current: session.id === sessionId,
  }));
}

export async function end(caller: Caller, id: number) {
  await change(caller, way, async (tx) => {
    const { count } = await repository.remove(id, caller.id, tx);
    if (count === 0) throw notFound('Session');
    return { answer: undefined, entries: [] };
  });
  noteEnded(caller, 'ended from another session');
}

export async function endOthers(caller: Caller) {
  await change(caller, way, async (tx) => ({
    answer: await repository.removeOfUser(caller.id, tx, caller.sessionId),
    entries: [],
  }));
  noteEnded(caller, 'signed out everywhere else');
}

export const endAllOf = repository.removeOfUser;

/** Activity is written in batches, and no request waits for it. What cannot be written now is kept for the next time. */
export async function flushActivity() {
  for (const { caller, lastSeenAt } of live.values()) {
    if (caller.sessionId && lastSeenAt > Date.now() - 2 * flushEveryMs)
      activity.set(caller.sessionId, new Date(lastSeenAt));
  }
  if (activity.size === 0) return;
  await repository.touch([...activity].map(([id, at]) => ({ id, at })));
  activity.clear();
}
export const flushEveryMs = 30_000;

export async function clean() {
  const expired = await inTransaction([], async (tx) => {
    await passwords.clean(tx);
    return repository.removeExpired(idleSince(), tx);
  });
  for (const { id, email } of expired) recordSecurityEvent({ event: 'session_expired', userId: id, subject: email });
}

/** A caller without a session, by an API key. */
/** A person who may sign in, as the caller of what is done for them. */
export async function callerOfUser(userId: number): Promise<Caller | undefined> {
  const account = await repository.findAccount(userId);
  return account && !account.disabled ? callerOf(account) : undefined;
}

export async function callerOfKey(userId: number, given: readonly string[]): Promise<Caller | undefined> {
  const owner = await callerOfUser(userId);
  return owner && { ...owner, permissions: permissionsOfKey(owner.permissions, given) };
}
