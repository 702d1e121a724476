import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { anything, noteOwnWrite, type CacheTag } from './tags.ts';
import { type Db, withConnection, withPatience } from './database.ts';
import { connectionOf, enter, type Transaction } from './inside.ts';
import { isOutcomeUnknown, isWriteConflict } from './problems.ts';
import { AppError } from '../lib/errors.ts';
import { currentRequest } from '../lib/request-context.ts';
import { readRows } from './read.ts';
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
  await settleWhatIsOwed(connectionOf(tx));
  settled.add(connectionOf(tx));
}

/**
 * One change: everything `work` does with `tx` is kept together with the figures that follow from it and the raised
 * cache tags, or not at all. Tags are raised last, so that writers wait for each other only for the moment of the commit.
 */
export async function inTransaction<Result>(
  tags: CacheTag[],
  work: (tx: Transaction) => Promise<Result>,
  { timeoutMs = 15_000 } = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const progress = { isCommitting: false };
    const change = async (db: Db, connection: Connection) => {
      const tx = enter(db, connection);
      beginTouching(connection);
      settled.delete(connection);
      const result = await work(tx);
      if (!settled.has(connection)) await settleWhatIsOwed(connection);
      const written = await raiseTags(tags, connection);
      progress.isCommitting = true;
      return { result, written };
    };
    try {
      const { result, written } = await withPatience(timeoutMs + 1_000, () =>
        withConnection(change, { maxWait: 2_000, timeout: timeoutMs }),
      );
      const seen = await noteOwnWrite(written);
      const request = currentRequest();
      if (request && seen) request.wrote = seen;
      return result;
    } catch (error) {
      if (progress.isCommitting && isOutcomeUnknown(error)) throw outcomeUnknown(error);
      if (!isWriteConflict(error) || attempt === attempts) throw error;
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

const raising = {
  name: 'tags.raise',
  text: `
    WITH raised AS MATERIALIZED (SELECT tag, version FROM raise_cache_tags(VARIADIC $1::text[])),
    described AS (
      INSERT INTO cache_changes (tag, version, services, facets) SELECT tag, version, $2, $3 FROM raised
    )
    SELECT tag, version FROM raised`,
};

const raisedTag = z.object({ tag: z.string(), version: z.coerce.number() });

async function raiseTags(tags: CacheTag[], connection: Connection) {
  if (tags.length === 0) return {};
  const { services, facets } = touchedOn(connection) ?? { services: [], facets: [anything] };
  const raised = await readRows({ ...raising, values: [tags, services, facets] }, raisedTag, connection);
  return Object.fromEntries(raised.map(({ tag, version }) => [tag, version]));
}
