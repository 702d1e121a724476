import { connectionOf, type Transaction } from '../../database/transaction.ts';
import { type Assignment, keyVersionOf, type Year } from './engine.rules.ts';
import { findPlacesOfKey, readFacts, readKeys } from './facts.repository.ts';
import { measuresThen, type MeasureThen, type ShareThen, sharesThen } from './what-if.rules.ts';

export type { MeasureThen } from './what-if.rules.ts';
export interface WhatIf extends ShareThen {
  serviceId: number;
  uid: string;
  fy: string;
}
interface Version {
  validFrom: string;
  drivers: { entityId: number; value: string }[];
}

/** All shares of every service and year of which the key shares any month: as they are, and as these versions would make them. */
export async function whatIf(keyId: number, versions: readonly Version[], tx: Transaction): Promise<WhatIf[]> {
  const connection = connectionOf(tx);
  const places = await findPlacesOfKey(connection, keyId);
  const { facts, years, keys } = await readFacts(connection, places);
  const ordered = versions
    .map(({ validFrom, drivers }) => keyVersionOf(validFrom, drivers))
    .toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  const otherKeys = new Map(keys).set(keyId, ordered);
  return places.flatMap(({ serviceId, yearId, uid, fy }, at) => {
    const ofPlace = facts[at];
    if (!ofPlace) return [];
    return sharesThen(ofPlace, years.get(yearId) as Year, keys, otherKeys).map((share) => ({
      serviceId,
      uid,
      fy,
      ...share,
    }));
  });
}

/** Facts of a service in a year that are not there yet. */
export interface Overlay {
  /** Null: there is no such service yet. */
  serviceId: number | null;
  /** For each month, how much more of a measure than there is. */
  more: Partial<Record<'budget' | 'actual', readonly bigint[]>>;
  /** Whose cost it would be from a day on. */
  assigned?: Assignment | undefined;
}
const placesAtOnce = 2_000;
const nobodysService = 0;

/** What would fall on each entity, in the order of the overlays: the facts there are, with others laid over them. */
export async function withOverlays(
  yearId: number,
  overlays: readonly Overlay[],
  tx: Transaction,
): Promise<MeasureThen[][]> {
  const found: MeasureThen[][] = [];
  const connection = connectionOf(tx);
  const keyIds = overlays.flatMap(({ assigned }) => [assigned?.budgetKeyId, assigned?.actualKeyId]);
  const others = await readKeys(connection, [...new Set(keyIds.filter((id) => typeof id === 'number'))]);
  for (let at = 0; at < overlays.length; at += placesAtOnce) {
    const some = overlays.slice(at, at + placesAtOnce);
    const places = some.map(({ serviceId }) => ({ serviceId: serviceId ?? nobodysService, yearId }));
    const { facts, years, keys } = await readFacts(connection, places);
    const known = new Map([...others, ...keys]);
    some.forEach((overlay, index) => {
      const ofPlace = facts[index];
      found.push(ofPlace ? measuresThen(ofPlace, years.get(yearId) as Year, known, overlay) : []);
    });
  }
  return found;
}
