import { LRUCache } from 'lru-cache';
import { cacheBytes } from '../config.ts';
import { currentEpoch, type CacheTag } from '../database/tags.ts';
import { gauge } from '../lib/metrics.ts';
import { type Sight, sightOf, staleSince } from './staleness.ts';
import { digestOf } from '../lib/digest.ts';

/** Rows of lists as JSON, each on its own: a change of one of them leaves the others of its page as they are. */
const kept = new LRUCache<string, { json: string; sight: Sight }>({
  maxSize: cacheBytes.rows,
  sizeCalculation: ({ json }) => 2 * json.length + 300,
});
gauge('cache_rows_bytes', 'Bytes of rows of lists kept in this process', () => kept.calculatedSize);

export type CachedRows = {
  /** Everything that the rows depend on beside their ids, the caller's scope included. */
  params: unknown;
  tags: readonly CacheTag[];
  /** What they show of other services. */
  facets: readonly string[];
};

/** Rows in the order of the ids, without those that are gone. */
export async function cachedRows(
  { params, tags, facets }: CachedRows,
  ids: readonly number[],
  load: (missing: number[]) => Promise<Map<number, string>>,
): Promise<string[]> {
  const view = digestOf(JSON.stringify(params));
  const keyOf = (id: number) => `${view}:${currentEpoch()}:${id}`;
  const found = new Map<number, string>();
  for (const id of ids) {
    const row = kept.get(keyOf(id));
    if (row && staleSince(row.sight) === undefined) found.set(id, row.json);
  }
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    const sight = sightOf(tags, undefined);
    for (const [id, json] of await load(missing)) {
      found.set(id, json);
      if (sight)
        kept.set(keyOf(id), { json, sight: { versions: { ...sight.versions }, needs: { facets, services: [id] } } });
    }
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

export const forgetRows = () => kept.clear();
