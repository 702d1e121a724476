import { currentVersions, type CacheTag } from '../database/tags.ts';

/** A small value that this process keeps until one of the tags is raised. */
export function keptWhile<Value>(tags: readonly CacheTag[], load: () => Promise<Value>): () => Promise<Value> {
  let kept: { mark: string; value: Value } | undefined;
  return async () => {
    const versions = currentVersions();
    const mark = versions && tags.map((tag) => versions[tag] ?? 0).join('.');
    if (mark !== undefined && kept?.mark === mark) return kept.value;
    const value = await load();
    kept = mark === undefined ? undefined : { mark, value };
    return value;
  };
}
