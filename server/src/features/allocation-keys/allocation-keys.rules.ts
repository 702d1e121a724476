import type { Moved } from '@opex/contracts/allocation-keys';
import { fromUnits } from '../../lib/amounts/money.ts';

export type Driver = { entityId: number; value: string };
export type Version = { id: number | null; validFrom: string; drivers: Driver[] };
/** The version with this id (none: a new one) becomes another, or (`after` undefined) goes. */
export type VersionChange = { id: number | null; after: Omit<Version, 'id'> | undefined };

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

type Share = { now: bigint; then: bigint };
export const isMoved = ({ now, then }: Share) => now !== then;

export function movedOf(shares: readonly Share[]): Moved {
  const [now, then] = [
    shares.reduce((sum, share) => sum + share.now, 0n),
    shares.reduce((sum, share) => sum + share.then, 0n),
  ];
  return { now: fromUnits(now), then: fromUnits(then), difference: fromUnits(then - now) };
}
