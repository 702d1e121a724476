import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { anything, noteOwnWrite, type CacheTag } from './tags.ts';
import { type Db, withConnection, withPatience } from './database.ts';
import { connectionOf, enter, type Transaction } from './inside.ts';
import { isOutcomeUnknown, isWriteConflict } from './problems.ts';
import { AppError } from '../lib/errors.ts';
import { transactionRetries } from '../lib/metrics.ts';
import { currentRequest } from '../lib/request-context.ts';
import { readRows, shifted } from './read.ts';
import { type Connection, settleWhatIsOwed } from './settling.ts';
import { beginTouching, describeTouched, touchedOn } from './touched.ts';

export { connectionOf, type Transaction };

const attempts = 4;

/** Describes all that this transaction changes: fields of these services, and figures that follow from them. */
export const touch = (tx: Transaction, services: Iterable<number>, facets: Iterable<string>) =>
  describeTouched(connectionOf(tx), services, facets);

const settled = new WeakSet<Connection>();

/** For work that writes no more facts: what comes after it holds locks that all writers wait for. */
export async function settleFirst(tx: Transaction): Promise<void> {
  if (settled.has(connectionOf(tx))) return;
  await settleWhatIsOwed(connectionOf(tx));
  leaveFigures(tx);
}

/** For work that writes no facts, so that nobody asks what is due. Where it does, the database refuses its commit. */
export const leaveFigures = (tx: Transaction) => void settled.add(connectionOf(tx));

type Insert = { text: string; values: unknown[] };
const lastWords = new WeakMap<Connection, Insert>();
/** Inserts with the last statement of the transaction, after everything else in it. */
export function insertLast(tx: Transaction, insert: Insert) {
  if (lastWords.has(connectionOf(tx))) throw new Error('One insert can be the last of a transaction');
  lastWords.set(connectionOf(tx), insert);
}

/**
 * One change: everything `work` does with `tx` is kept together with the figures that follow from it and the raised
 * cache tags, or not at all. Tags are raised last, so that writers wait for each other only for the moment of the commit.
 */
export async function inTransaction<Result>(
  tags: CacheTag[],
  work: (tx: Transaction) => Promise<Result> | Result,
  { timeoutMs = 15_000 } = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const progress = { isCommitting: false };
    const change = async (db: Db, connection: Connection) => {
      const tx = enter(db, connection);
      beginTouching(connection);
      settled.delete(connection);
      lastWords.delete(connection);
      const result = await work(tx);
      if (!settled.has(connection)) await settleWhatIsOwed(connection);
      const written = await sayLast(tags, connection);
      progress.isCommitting = true;
      return { result, written };
    };
    try {
      const { result, written } = await withPatience(timeoutMs + 1_000, () =>
        withConnection(change, { maxWait: 2_000, timeout: timeoutMs }),
      );
      const request = currentRequest();
      const before = [...(request?.seen ?? []), ...(request?.wrote ? [request.wrote] : [])];
      const seen = await noteOwnWrite(written, before);
      if (request && seen) request.wrote = seen;
      return result;
    } catch (error) {
      if (progress.isCommitting && isOutcomeUnknown(error)) throw outcomeUnknown(error);
      if (!isWriteConflict(error) || attempt === attempts) throw error;
      transactionRetries.inc();
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

const outcomeUnknown = (cause: unknown) =>
  new AppError(
    504,
    'The database did not answer in time. Your change may have been saved: look at it again before you repeat it. ' +
      'A repeat under the same Idempotency-Key is safe',
    { retryAfterSeconds: 2, cause },
  );

const raisedTag = z.object({ tag: z.string(), version: z.coerce.number() });

/** Every writer waits for the locks of this statement, so it is one, and the last before the commit. */
async function sayLast(tags: CacheTag[], connection: Connection) {
  const last = lastWords.get(connection);
  if (tags.length === 0 && !last) return {};
  const { services, facets } = touchedOn(connection) ?? { services: [], facets: [anything] };
  const text = `
    WITH ${last ? `said AS (${shifted(last.text, 3)} RETURNING 1)` : 'said AS (SELECT 1)'},
    raised AS MATERIALIZED (
      SELECT tag, version FROM (SELECT count(*) AS number FROM said) AS first,
        raise_cache_tags(VARIADIC CASE WHEN first.number >= 0 THEN $1::text[] END)
    ),
    described AS (
      INSERT INTO cache_changes (tag, version, services, facets) SELECT tag, version, $2, $3 FROM raised
    )
    SELECT tag, version FROM raised`;
  const values = [tags, services, facets, ...(last?.values ?? [])];
  const raised = await readRows({ name: 'transactions.last', text, values }, raisedTag, connection);
  return Object.fromEntries(raised.map(({ tag, version }) => [tag, version]));
}
