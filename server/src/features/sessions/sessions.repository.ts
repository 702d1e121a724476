import { z } from 'zod';
import { roles } from '@opex/contracts/permissions';
import { database } from '../../database/database.ts';
import { readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';

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
  passwordExpired: z.boolean(),
});
export type Account = z.infer<typeof account>;

const accountColumns = `u.id, u.email, u.name, u.role, u.all_entities AS "allEntities", u.must_change_password AS "mustChangePassword",
  u.disabled_at IS NOT NULL AS disabled, coalesce(u.password_expires_at <= now(), false) AS "passwordExpired",
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
const found = z.object({ nameKey: z.string(), account: accountWithPassword.nullable() });

/** With the form of the address by which the database looked, so that all its spellings can be known as one. */
export async function findAccountByEmail(email: string) {
  const [row] = await readRows(
    {
      name: 'users.by_email',
      text: `SELECT name_key($1) AS "nameKey", (SELECT to_json(found) FROM (
        SELECT ${accountColumns}, u.password_hash AS "passwordHash" FROM users u WHERE name_key(u.email) = name_key($1)) AS found) AS account`,
      values: [email],
    },
    found,
  );
  return row as z.infer<typeof found>;
}

export async function findAccount(id: number): Promise<Account | undefined> {
  const [row] = await readRows(
    { name: 'users.account', text: `SELECT ${accountColumns} FROM users u WHERE u.id = $1`, values: [id] },
    account,
  );
  return row;
}

export const insert = (
  session: { tokenHash: Hash; userId: number; expiresAt: Date; address: string; userAgent: string },
  db: Transaction,
) => inside(db).session.create({ data: session, select: { id: true } });

export const findOfUser = (userId: number, idleSince: Date) =>
  database.session.findMany({
    where: { userId, expiresAt: { gt: new Date() }, lastSeenAt: { gt: idleSince } },
    select: { id: true, createdAt: true, lastSeenAt: true, address: true, userAgent: true },
    orderBy: { lastSeenAt: 'desc' },
  });

export const remove = (id: number, userId: number, db: Transaction) =>
  inside(db).session.deleteMany({ where: { id, userId } });
export const removeOfUser = (userId: number, db: Transaction, exceptId = 0) =>
  inside(db).session.deleteMany({ where: { userId, id: { not: exceptId } } });

export const removeExpired = (idleSince: Date, tx: Transaction) =>
  readRows(
    {
      name: 'sessions.remove_expired',
      text: `DELETE FROM sessions USING users WHERE users.id = user_id AND (expires_at < $1 OR sessions.last_seen_at < $2)
        RETURNING users.id, users.email`,
      values: [new Date(), idleSince],
    },
    z.object({ id: z.int(), email: z.string() }),
    tx,
  );

/** Activity of many sessions in one statement, behind the requests. */
export async function touch(seen: { id: number; at: Date }[]) {
  await database.$executeRaw`
    WITH seen AS (SELECT * FROM unnest(${seen.map(({ id }) => id)}::int[], ${seen.map(({ at }) => at)}::timestamptz[]) AS s (id, at)),
    touched AS (UPDATE sessions SET last_seen_at = seen.at FROM seen WHERE sessions.id = seen.id AND last_seen_at < seen.at RETURNING user_id, seen.at)
    UPDATE users SET last_seen_at = latest.at
    FROM (SELECT user_id, max(at) AS at FROM touched GROUP BY user_id) AS latest WHERE users.id = latest.user_id`;
}
