import { z } from 'zod';
import { roles } from '@opex/contracts/permissions';
import { database } from '../../lib/database.ts';
import { readRows } from '../../lib/sql.ts';
import type { Db } from '../../lib/transaction.ts';

type Hash = Uint8Array<ArrayBuffer>;

const account = z.object({
  id: z.int(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  allEntities: z.boolean(),
  entityIds: z.array(z.int()),
  mustChangePassword: z.boolean(),
  disabled: z.boolean(),
});
export type Account = z.infer<typeof account>;

const accountColumns = `u.id, u.email, u.name, u.role, u.all_entities AS "allEntities", u.must_change_password AS "mustChangePassword",
  u.disabled_at IS NOT NULL AS disabled,
  ARRAY(SELECT entity_id FROM user_entities WHERE user_id = u.id ORDER BY entity_id) AS "entityIds"`;

const openSession = z.object({ ...account.shape, sessionId: z.int(), lastSeenAt: z.date(), expiresAt: z.date() });
export type OpenSession = z.infer<typeof openSession>;

export async function findByTokenHash(tokenHash: Hash): Promise<OpenSession | undefined> {
  const [row] = await readRows(
    {
      name: 'sessions.by_token',
      text: `SELECT ${accountColumns}, s.id AS "sessionId", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"
        FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = $1`,
      values: [Buffer.from(tokenHash)],
    },
    openSession,
  );
  return row;
}

const accountWithPassword = z.object({ ...account.shape, passwordHash: z.string() });

export async function findAccountByEmail(email: string) {
  const [row] = await readRows(
    {
      name: 'users.by_email',
      text: `SELECT ${accountColumns}, u.password_hash AS "passwordHash" FROM users u WHERE name_key(u.email) = name_key($1)`,
      values: [email],
    },
    accountWithPassword,
  );
  return row;
}

export async function findAccount(id: number) {
  const [row] = await readRows(
    {
      name: 'users.with_password',
      text: `SELECT ${accountColumns}, u.password_hash AS "passwordHash" FROM users u WHERE u.id = $1`,
      values: [id],
    },
    accountWithPassword,
  );
  return row;
}

/** Comparing a password takes a while, and may end after the account was closed or got another one; from here on neither can happen. */
export async function isStillOpen(userId: number, passwordHash: string, db: Db): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT id FROM users WHERE id = ${userId} AND password_hash = ${passwordHash} AND disabled_at IS NULL FOR NO KEY UPDATE`;
  return rows.length > 0;
}

export const insert = (
  session: { tokenHash: Hash; userId: number; expiresAt: Date; address: string; userAgent: string },
  db: Db,
) => db.session.create({ data: session, select: { id: true } });

export const findOfUser = (userId: number, idleSince: Date) =>
  database.session.findMany({
    where: { userId, expiresAt: { gt: new Date() }, lastSeenAt: { gt: idleSince } },
    select: { id: true, createdAt: true, lastSeenAt: true, address: true, userAgent: true },
    orderBy: { lastSeenAt: 'desc' },
  });

export const remove = (id: number, userId: number, db: Db) => db.session.deleteMany({ where: { id, userId } });
export const removeOfUser = (userId: number, db: Db, exceptId = 0) =>
  db.session.deleteMany({ where: { userId, id: { not: exceptId } } });

export const removeExpired = (idleSince: Date, db: Db) =>
  db.session.deleteMany({ where: { OR: [{ expiresAt: { lt: new Date() } }, { lastSeenAt: { lt: idleSince } }] } });

/** Activity of many sessions in one statement, behind the requests. */
export async function touch(seen: { id: number; at: Date }[]) {
  await database.$executeRaw`
    WITH seen AS (SELECT * FROM unnest(${seen.map(({ id }) => id)}::int[], ${seen.map(({ at }) => at)}::timestamptz[]) AS s (id, at)),
    touched AS (UPDATE sessions SET last_seen_at = seen.at FROM seen WHERE sessions.id = seen.id AND last_seen_at < seen.at RETURNING user_id, seen.at)
    UPDATE users SET last_seen_at = latest.at
    FROM (SELECT user_id, max(at) AS at FROM touched GROUP BY user_id) AS latest WHERE users.id = latest.user_id`;
}

export const setPassword = (userId: number, passwordHash: string, mustChange: boolean, db: Db) =>
  db.user.update({
    where: { id: userId },
    data: { passwordHash, mustChangePassword: mustChange, version: { increment: 1 } },
  });

export async function findThrottle(key: Hash) {
  return database.signInThrottle.findUnique({ where: { key } });
}

/** Counts a failure and says how many there were; an hour of peace forgets them. */
export async function countFailure(key: Hash): Promise<number> {
  const [row] = await database.$queryRaw<{ failures: number }[]>`
    INSERT INTO sign_in_throttles AS kept (key, failures, blocked_until, last_failure_at) VALUES (${key}, 1, now(), now())
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN kept.last_failure_at < now() - interval '1 hour' THEN 1 ELSE kept.failures + 1 END, last_failure_at = now()
    RETURNING failures`;
  return row?.failures ?? 1;
}

export const block = (key: Hash, until: Date) =>
  database.signInThrottle.update({ where: { key }, data: { blockedUntil: until } });
export const forgetFailures = (key: Hash) => database.signInThrottle.deleteMany({ where: { key } });
export const forgetOldFailures = (db: Db) =>
  db.signInThrottle.deleteMany({ where: { lastFailureAt: { lt: new Date(Date.now() - 24 * 60 * 60 * 1000) } } });
