import { connectionOf, type Transaction } from '../../database/transaction.ts';
import { keyVersionOf, type Year } from './engine.rules.ts';
import { findPlacesOfKey, readFacts } from './facts.repository.ts';
import { parseUnits } from '../../lib/amounts/units.ts';
import { type BudgetThen, budgetsThen, type ShareThen, sharesThen } from './what-if.rules.ts';

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

export interface OtherBudget {
  serviceId: number;
  /** Twelve, a blank one counts nothing. */
  months: readonly (string | null)[];
}
const placesAtOnce = 2_000;

/** What would fall on each entity if these services had these budgets in a year: the facts there are, with others laid over them. */
export async function withOtherBudgets(
  yearId: number,
  others: readonly OtherBudget[],
  tx: Transaction,
): Promise<(BudgetThen & { serviceId: number })[]> {
  const effects: (BudgetThen & { serviceId: number })[] = [];
  for (let at = 0; at < others.length; at += placesAtOnce) {
    const some = others.slice(at, at + placesAtOnce);
    const places = some.map(({ serviceId }) => ({ serviceId, yearId }));
    const { facts, years, keys } = await readFacts(connectionOf(tx), places);
    some.forEach(({ serviceId, months }, index) => {
      const ofPlace = facts[index];
      if (!ofPlace) return;
      const budget = months.map((month) => parseUnits(month ?? '0'));
      for (const share of budgetsThen(ofPlace, years.get(yearId) as Year, keys, budget))
        effects.push({ serviceId, ...share });
    });
  }
  return effects;
}
