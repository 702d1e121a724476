import { database } from '../../database/database.ts';
import { inside, type Transaction } from '../../database/inside.ts';

type Counter = Uint8Array<ArrayBuffer>;

/**
 * Counts an attempt before its password is looked at, and begins the wait that follows it. False, and nothing is
 * counted, while an earlier wait lasts. One statement, so that of any number at once no more pass than one after
 * the other. An hour of peace forgets what was.
 */
export async function countAttempt(key: Counter, waits: number[], now: Date): Promise<boolean> {
  const counted = await database.$executeRaw`
    INSERT INTO sign_in_throttles AS kept (key, failures, blocked_until, last_failure_at)
    VALUES (${key}, 1, 'epoch', ${now})
    ON CONFLICT (key) DO UPDATE SET (failures, blocked_until, last_failure_at) = (
      SELECT next.number,
        coalesce(${now}::timestamptz + nullif((${waits}::int[])[least(next.number, ${waits.length}::int)], 0) * interval '1 second', 'epoch'),
        ${now}::timestamptz
      FROM (SELECT CASE WHEN kept.last_failure_at < ${now}::timestamptz - interval '1 hour' THEN 1 ELSE kept.failures + 1 END AS number) AS next)
    WHERE kept.blocked_until <= ${now}::timestamptz`;
  return counted > 0;
}

export const findAttempts = (key: Counter) => database.signInThrottle.findUnique({ where: { key } });
export const forgetAttempts = (keys: Counter[], db: Transaction) =>
  inside(db).signInThrottle.deleteMany({ where: { key: { in: keys } } });
export const forgetAttemptsBefore = (time: Date, db: Transaction) =>
  inside(db).signInThrottle.deleteMany({ where: { lastFailureAt: { lt: time } } });

/** Which of these places the owner has signed in from. */
export const knownOf = async (userId: number, places: string[]) =>
  placesOf(await database.knownPlace.findMany({ where: { userId, place: { in: places } } }));
export const findPlaces = async (userId: number, db: Transaction) =>
  placesOf(await inside(db).knownPlace.findMany({ where: { userId } }));
const placesOf = (rows: { place: string }[]) => rows.map(({ place }) => place);

export const rememberPlace = (userId: number, place: string, lastUsedAt: Date, db: Transaction) =>
  inside(db).knownPlace.upsert({
    where: { userId_place: { userId, place } },
    create: { userId, place, lastUsedAt },
    update: { lastUsedAt },
  });
export const forgetPlacesOf = (userId: number, db: Transaction) =>
  inside(db).knownPlace.deleteMany({ where: { userId } });
/** Also the longest unused ones of an account that has more than `many`: a program that keeps no cookies is a new browser each time. */
export const forgetPlaces = (unusedSince: Date, many: number, db: Transaction) =>
  inside(db).$executeRaw`
    DELETE FROM known_networks AS old USING (
      SELECT user_id, network, row_number() OVER (PARTITION BY user_id ORDER BY last_used_at DESC) AS number FROM known_networks
    ) AS counted
    WHERE old.user_id = counted.user_id AND old.network = counted.network
      AND (counted.number > ${many} OR old.last_used_at < ${unusedSince})`;

export const findHash = async (userId: number) =>
  (await database.user.findUnique({ where: { id: userId }, select: { passwordHash: true } }))?.passwordHash;

/** With an end it is a temporary one. */
export const set = (userId: number, passwordHash: string, passwordExpiresAt: Date | null, db: Transaction) =>
  inside(db).user.update({
    where: { id: userId },
    data: {
      passwordHash,
      passwordExpiresAt,
      mustChangePassword: passwordExpiresAt !== null,
      version: { increment: 1 },
    },
  });

/** Comparing a password takes a while, and may end after the account was closed or got another one; from here on neither can happen. */
export async function isStill(userId: number, passwordHash: string, db: Transaction): Promise<boolean> {
  const locked = await inside(db).$executeRaw`
    SELECT FROM users WHERE id = ${userId} AND password_hash = ${passwordHash} AND disabled_at IS NULL FOR NO KEY UPDATE`;
  return locked > 0;
}
