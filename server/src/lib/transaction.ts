import { setTimeout as sleep } from 'node:timers/promises';
import { noteOwnWrite, type CacheTag } from './cache-tags.ts';
import { database, type Db } from './database.ts';
import { isWriteConflict } from './database-errors.ts';
import { currentRequest } from './request-context.ts';

export type { Db };

const attempts = 4;

/**
 * One change: everything `work` does with `tx` is kept together with the raised cache tags, or not at all.
 * Tags are raised last, so that writers wait for each other only for the moment of the commit.
 */
export async function inTransaction<Result>(
  tags: CacheTag[],
  work: (tx: Db) => Promise<Result>,
  { timeoutMs = 15_000 } = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { result, written } = await database.$transaction(
        async (tx) => ({ result: await work(tx as Db), written: await raiseTags(tags, tx as Db) }),
        { maxWait: 2_000, timeout: timeoutMs },
      );
      const seen = await noteOwnWrite(written);
      const request = currentRequest();
      if (request) request.wrote = seen;
      return result;
    } catch (error) {
      if (!isWriteConflict(error) || attempt === attempts) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function raiseTags(tags: CacheTag[], tx: Db) {
  if (tags.length === 0) return {};
  const rows = await tx.$queryRaw<{ tag: string; version: bigint }[]>`
    UPDATE cache_tags SET version = version + 1
    WHERE tag IN (SELECT tag FROM cache_tags WHERE tag = ANY (${tags}) ORDER BY tag FOR UPDATE)
    RETURNING tag, version`;
  return Object.fromEntries(rows.map(({ tag, version }) => [tag, Number(version)]));
}
