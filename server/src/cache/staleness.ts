import { currentVersions, logOf, type CacheTag } from '../database/tags.ts';
import type { Touched } from '../database/tag-log.ts';

/** What an answer is made of: some facets of any service, and every facet of some services. */
export type Needs = { facets: readonly string[]; services?: readonly number[] };
/** The versions of its tags as of which something is right, and what it is made of; without needs, of anything. */
export type Sight = { versions: Partial<Record<CacheTag, number>>; needs: Needs | undefined };

/** For what is about to be loaded: it will hold all that is known now. Undefined while changes may be missed. */
export function sightOf(tags: readonly CacheTag[], needs: Needs | undefined): Sight | undefined {
  const current = currentVersions();
  return current && { versions: Object.fromEntries(tags.map((tag) => [tag, current[tag] ?? 0])), needs };
}

const concerns = (needs: Needs | undefined) => (touched: Touched) =>
  !needs ||
  !touched ||
  touched.facets.some((facet) => needs.facets.includes(facet)) ||
  touched.services.some((service) => needs.services?.includes(service));

/**
 * Since when this process knows a change that the answer lacks, in milliseconds of its clock; undefined: it lacks none. A
 * change that does not concern the answer is passed by and never looked at again.
 */
export function staleSince({ versions, needs }: Sight): number | undefined {
  let since: number | undefined;
  for (const tag of Object.keys(versions) as CacheTag[]) {
    const log = logOf(tag);
    const change = log?.firstAfter(versions[tag] ?? 0, concerns(needs));
    if (change) {
      versions[tag] = change.version - 1;
      since = Math.min(since ?? change.at, change.at);
    } else versions[tag] = Math.max(versions[tag] ?? 0, log?.head ?? 0);
  }
  return since;
}

/** Whether it holds what the reader has seen of the tags it goes by. */
export const holds = ({ versions }: Sight, seen: readonly [tag: string, version: number][]) =>
  seen.every(([tag, version]) => version <= (versions[tag as CacheTag] ?? Infinity));
