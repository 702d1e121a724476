import { connectionOf, type Transaction } from '../../database/transaction.ts';
import { keyVersionOf, type Year } from './engine.rules.ts';
import { findPlacesOfKey, readFacts } from './facts.repository.ts';
import { measureThen, type MeasureThen, type ShareThen, sharesThen } from './what-if.rules.ts';

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

export interface More {
  serviceId: number;
  measure: 'budget' | 'actual';
  /** For each month, how much more than there is. */
  more: readonly bigint[];
}
const placesAtOnce = 2_000;

/** What would fall on each entity if services had more of a measure in a year: the facts there are, with others laid over them. */
export async function withMore(
  yearId: number,
  others: readonly More[],
  tx: Transaction,
): Promise<(MeasureThen & { serviceId: number })[]> {
  const effects: (MeasureThen & { serviceId: number })[] = [];
  for (let at = 0; at < others.length; at += placesAtOnce) {
    const some = others.slice(at, at + placesAtOnce);
    const places = some.map(({ serviceId }) => ({ serviceId, yearId }));
    const { facts, years, keys } = await readFacts(connectionOf(tx), places);
    some.forEach(({ serviceId, measure, more }, index) => {
      const ofPlace = facts[index];
      if (!ofPlace) return;
      for (const share of measureThen(ofPlace, years.get(yearId) as Year, keys, { measure, more }))
        effects.push({ serviceId, ...share });
    });
  }
  return effects;
}
