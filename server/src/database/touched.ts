import type { Connection } from './settling.ts';
import type { Touched } from './tag-log.ts';

/**
 * What a transaction changes of services, so that cached answers which it does not concern outlive it. The code that
 * changes something describes all of it, or nothing: then it may have changed anything. What the engine settles comes on top.
 */
type Noted = { isDescribed: boolean; services: Set<number>; facets: Set<string> };
const noted = new WeakMap<Connection, Noted>();

/** Looking through more than these would cost readers more than loading again. */
const mostServices = 1_000;

export const beginTouching = (connection: Connection) =>
  void noted.set(connection, { isDescribed: false, services: new Set(), facets: new Set() });

export function describeTouched(connection: Connection, services: Iterable<number>, facets: Iterable<string>) {
  noteTouched(connection, services, facets);
  const touched = noted.get(connection);
  if (touched) touched.isDescribed = true;
}

export function noteTouched(connection: Connection, services: Iterable<number>, facets: Iterable<string>) {
  const touched = noted.get(connection);
  if (!touched) return;
  for (const service of services) touched.services.add(service);
  for (const facet of facets) touched.facets.add(facet);
}

export function touchedOn(connection: Connection): Touched {
  const touched = noted.get(connection);
  if (!touched?.isDescribed || touched.services.size > mostServices) return null;
  return { services: [...touched.services], facets: [...touched.facets] };
}
