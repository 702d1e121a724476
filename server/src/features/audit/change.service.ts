import { AppError, notFound, stale } from '../../lib/errors.ts';
import { type IdempotencyKey, once } from '../../database/idempotency.ts';
import { refusalOf, type Refusals } from '../../database/problems.ts';
import type { CacheTag } from '../../database/tags.ts';
import { inTransaction, settleFirst, type Transaction } from '../../database/transaction.ts';
import { type Actor, record, type Recorded } from './audit.service.ts';

export type Way = {
  /** Families of cached answers that the change makes old. */
  tags: CacheTag[];
  idempotency?: IdempotencyKey | undefined;
  /** The words for what the database may refuse. */
  refusals?: Refusals;
  timeoutMs?: number;
};

/**
 * What the writer is told, and what the audit log says of it; a change that needs no entry says so with `[]`. What shows
 * figures is a function, which is called once the figures are settled.
 */
type Written<Answer> = {
  answer: Answer | (() => Promise<Answer>);
  entries: Recorded | Recorded[] | (() => Promise<Recorded[]>);
};
const whenSettled = async <Value>(value: Value | (() => Promise<Value>)) =>
  value instanceof Function ? value() : value;

/**
 * The one way to write: what `work` does, the figures that follow from it, its audit entries, its idempotency key and
 * the raised cache tags are kept together, or not at all.
 */
export async function change<Answer>(
  actor: Actor,
  { tags, idempotency, refusals = {}, timeoutMs = 15_000 }: Way,
  work: (tx: Transaction) => Promise<Written<Answer>>,
): Promise<Answer> {
  const write = (tx: Transaction) =>
    once(idempotency, tx, async () => {
      const { answer, entries } = await work(tx);
      await settleFirst(tx);
      record(actor, await whenSettled(entries), tx);
      return whenSettled(answer);
    });
  try {
    return await inTransaction(tags, write, { timeoutMs });
  } catch (error) {
    throw refusalOf(error, refusals);
  }
}

/** The row that the writer has locked, when it is still the one that the caller saw. */
export async function asSeen<Row extends { version: number }>(
  what: string,
  locking: Promise<Row | undefined>,
  version: number | undefined,
): Promise<Row> {
  const locked = await locking;
  if (!locked) throw notFound(what.charAt(0).toUpperCase() + what.slice(1));
  if (version !== undefined && locked.version !== version) throw stale(what, locked.version);
  return locked;
}

/** The same of one record among several: the answer points at it. */
export const staleAt = (pointer: string, name: string, version: number, so: string) =>
  new AppError(412, `Someone else changed ${name}; ${so}`, {
    errors: [{ pointer, code: 'stale', message: `${name} is at version ${version} now` }],
  });
