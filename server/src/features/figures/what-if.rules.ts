import { addUnits, narrow, type Units } from '../../lib/amounts/units.ts';
import {
  actualsAt,
  type Assignment,
  committedAt,
  type Facts,
  type Keys,
  shareOut,
  sumOf,
  type Year,
} from './engine.rules.ts';

const measures = {
  budget: [0, actualsAt],
  actual: [actualsAt, committedAt],
  committed: [committedAt, committedAt + 1],
} as const;

/** What falls on one entity of a measure of a year; entity null: nobody. */
export interface ShareThen {
  measure: keyof typeof measures;
  entityId: number | null;
  now: bigint;
  then: bigint;
}

/** What falls on each entity by the keys there are, and what would by others. Who gets nothing either way is left out. */
export function sharesThen(facts: Facts, year: Year, keys: Keys, otherKeys: Keys): ShareThen[] {
  const [now, then] = [shareOut(facts, year, keys), shareOut(facts, year, otherKeys)];
  const entityIds = [...new Set([...now.keys(), ...then.keys()])];
  const sumAt = (amounts: readonly Units[] | undefined, [from, to]: readonly [number, number]) =>
    BigInt(amounts ? sumOf(amounts, from, to) : 0);
  return Object.entries(measures)
    .flatMap(([measure, span]) =>
      entityIds.map((entityId) => ({
        measure: measure as keyof typeof measures,
        entityId,
        now: sumAt(now.get(entityId), span),
        then: sumAt(then.get(entityId), span),
      })),
    )
    .filter((share) => share.now !== 0n || share.then !== 0n);
}

/** What falls on one entity of a measure of a year: as it is, and as it would be. */
export interface MeasureThen {
  measure: 'budget' | 'actual';
  entityId: number | null;
  now: Units;
  then: Units;
}
type Other = {
  more: Partial<Record<'budget' | 'actual', readonly bigint[]>>;
  assigned?: Assignment | undefined;
};

/** With more of a measure in the same months, and with another owner or key from a day on. */
export function measuresThen(facts: Facts, year: Year, keys: Keys, { more, assigned }: Other): MeasureThen[] {
  const after = (measure: 'budget' | 'actual') =>
    facts[measure].map((units, index) => addUnits(units, narrow(more[measure]?.[index] ?? 0n)));
  const earlier = facts.assignments.filter(({ validFrom }) => !assigned || validFrom < assigned.validFrom);
  const assignments = assigned ? [...earlier, assigned] : facts.assignments;
  const now = facts.assignments.length > 0 ? shareOut(facts, year, keys) : new Map<number | null, Units[]>();
  const then = shareOut({ ...facts, budget: after('budget'), actual: after('actual'), assignments }, year, keys);
  return (['budget', 'actual'] as const).flatMap((measure) => {
    const [from, to] = measures[measure];
    const sumIn = (amounts: readonly Units[] | undefined) => (amounts ? sumOf(amounts, from, to) : 0);
    return [...new Set([...now.keys(), ...then.keys()])].map((entityId) => ({
      ...{ measure, entityId, now: sumIn(now.get(entityId)), then: sumIn(then.get(entityId)) },
    }));
  });
}
