import { type Moved, type MovedMeasure, movedMeasures } from '@opex/contracts/allocation-keys';
import { fromUnits } from '../../lib/amounts/money.ts';
import { spread } from '../../lib/amounts/shares.ts';

export type Driver = { entityId: number; value: string };
export type Version = { id: number | null; validFrom: string; drivers: Driver[] };
/** The version with this id (none: a new one) becomes another, or (`after` undefined) goes. */
export type VersionChange = { id: number | null; after: Omit<Version, 'id'> | undefined };

/** The year of one service, in units by month: only what goes by the key. */
export type Facts = { serviceId: number; uid: string; fy: string } & Record<MovedMeasure, bigint[]>;
/** Entity null: unallocated. */
export type Share = { serviceId: number; uid: string; fy: string; measure: MovedMeasure; entityId: number | null } & {
  now: bigint;
  then: bigint;
};

export const versionsAfter = (versions: readonly Version[], { id, after }: VersionChange): Version[] => [
  ...versions.filter((version) => version.id !== id),
  ...(after ? [{ id, ...after }] : []),
];

/** Periods that a version is in force for, from its month until the next one begins. */
export function periodsOf<Period extends { startDate: string }>(
  version: Pick<Version, 'validFrom'>,
  versions: readonly Pick<Version, 'validFrom'>[],
  periods: readonly Period[],
): Period[] {
  const next = versions.map(({ validFrom }) => validFrom).filter((from) => from > version.validFrom);
  const end = next.toSorted()[0];
  return periods.filter(({ startDate }) => startDate >= version.validFrom && (end === undefined || startDate < end));
}

/** What falls on each entity by the versions there are, and what would by those there would be. */
export function moves(
  facts: readonly Facts[],
  startsOf: ReadonlyMap<string, readonly string[]>,
  before: readonly Version[],
  after: readonly Version[],
): Share[] {
  return facts.flatMap(({ serviceId, uid, fy, ...amounts }) =>
    movedMeasures.flatMap((measure) => {
      const starts = startsOf.get(fy) ?? [];
      const [now, then] = [shareOut(amounts[measure], starts, before), shareOut(amounts[measure], starts, after)];
      const entityIds = new Set([...now.keys(), ...then.keys()]);
      return [...entityIds].map((entityId) => ({
        ...{ serviceId, uid, fy, measure, entityId },
        now: now.get(entityId) ?? 0n,
        then: then.get(entityId) ?? 0n,
      }));
    }),
  );
}

/** Each month by the version in force at its start; without one, or without a driver, it is nobody's. */
function shareOut(months: readonly bigint[], starts: readonly string[], versions: readonly Version[]) {
  const shares = new Map<number | null, bigint>();
  const give = (entityId: number | null, units: bigint) => shares.set(entityId, (shares.get(entityId) ?? 0n) + units);
  months.forEach((units, index) => {
    if (units === 0n) return;
    const drivers = driversOf(inForce(versions, starts[index]));
    if (drivers.length === 0) give(null, units);
    else {
      const parts = spread(
        units,
        drivers.map(({ weight }) => weight),
      );
      drivers.forEach(({ entityId }, position) => give(entityId, parts[position] ?? 0n));
    }
  });
  return shares;
}

/** Of equal fractional parts the lower entity id goes first. */
const driversOf = (version: Version | undefined) =>
  (version?.drivers ?? [])
    .map(({ entityId, value }) => ({ entityId, weight: weightOf(value) }))
    .filter(({ weight }) => weight > 0n)
    .toSorted((one, other) => one.entityId - other.entityId);

const inForce = (versions: readonly Version[], start: string | undefined) =>
  versions
    .filter(({ validFrom }) => start !== undefined && validFrom <= start)
    .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0];

/** "1.5" of eight decimals as a whole number. */
const weightOf = (value: string) => {
  const [whole = '0', decimals = ''] = value.split('.');
  return BigInt(whole + decimals.padEnd(8, '0'));
};

export const isMoved = ({ now, then }: Share) => now !== then;

export function movedOf(shares: readonly Share[]): Moved {
  const [now, then] = [
    shares.reduce((sum, share) => sum + share.now, 0n),
    shares.reduce((sum, share) => sum + share.then, 0n),
  ];
  return { now: fromUnits(now), then: fromUnits(then), difference: fromUnits(then - now) };
}
