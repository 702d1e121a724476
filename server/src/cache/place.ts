import { currentEpoch, currentVersions, type CacheTag } from '../database/tags.ts';
import type { Needs } from './staleness.ts';
import { digestOf } from '../lib/digest.ts';

export type CachedRead = {
  /** What is read, e.g. `tracker.list`. */
  name: string;
  /** Everything the answer depends on, the caller's scope included. */
  params: unknown;
  /** Raising any of these may make the entry stale. */
  tags: readonly CacheTag[];
  /** Which of the changes under these tags do; absent: all of them. */
  needs?: Needs | undefined;
  ttlSeconds: number;
};

/** Where a read's answer belongs in the cache, in few bytes whatever its parameters are: those may be as long as an address. */
export type Place = Pick<CachedRead, 'name' | 'tags' | 'ttlSeconds'> & { base: string };

export const placeOf = ({ name, params, tags, ttlSeconds }: CachedRead): Place => ({
  name,
  tags,
  ttlSeconds,
  base: `${name}:${digestOf(JSON.stringify(params))}`,
});

/** Undefined while this process may have missed a change. */
export const keyOf = ({ base }: Place): string | undefined =>
  currentVersions() ? `${base}:${currentEpoch()}` : undefined;
