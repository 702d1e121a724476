import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { replays } from '../lib/metrics.ts';
import { currentRequest } from '../lib/request-context.ts';
import { dayMs } from '../lib/time.ts';
import { inside, type Transaction } from './inside.ts';
import { only, readRows } from './read.ts';

export type IdempotencyKey = {
  key: string;
  requestHash: Uint8Array<ArrayBuffer>;
  userId: number;
  /** Of the answer, when all goes well. */
  status: number;
};

const lock = {
  name: 'idempotency_keys.lock',
  text: 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
};
const lockRow = z.object({ taken: z.boolean() });

/**
 * One effect for one key, however often it is sent: the key and the answer are stored in the effect's own
 * transaction, so `work` ends with what the caller is told. Two at the same moment meet at an advisory lock.
 * The answer is stored readably, so endpoints that answer a secret take no key.
 */
export async function once<Result>(
  idempotency: IdempotencyKey | undefined,
  tx: Transaction,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!idempotency) return work();
  const { key, requestHash, userId, status } = idempotency;
  const { taken } = only(await readRows({ ...lock, values: [`${userId}:${key}`] }, lockRow, tx));
  if (!taken) throw new AppError(409, 'The same request is still running', { retryAfterSeconds: 1 });

  const earlier = await inside(tx).idempotencyKey.findUnique({ where: { userId_key: { userId, key } } });
  if (earlier) {
    if (!Buffer.from(earlier.requestHash).equals(requestHash))
      throw new AppError(
        422,
        'This Idempotency-Key was used for another request, or before the entities that you see were changed',
      );
    replays.inc();
    const request = currentRequest();
    if (request) request.replayed = earlier.status;
    return earlier.body as Result;
  }
  const result = await work();
  await inside(tx).idempotencyKey.create({ data: { userId, key, requestHash, status, body: result as object } });
  return result;
}

/** Keys are promises for a day. */
export const forgetOldKeys = (tx: Transaction) =>
  inside(tx).idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - dayMs) } } });
