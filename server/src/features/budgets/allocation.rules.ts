export interface Driver {
  entityId: number;
  weight: bigint;
}

/**
 * Hands out every unit in proportion to the weights. What flooring leaves over goes to the largest fractional
 * parts, one unit each; of equal ones the earlier goes first. The parts always add up to `units`.
 */
export function spread(units: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weights.some((weight) => weight < 0n)) throw new RangeError('A weight is negative.');
  if (total === 0n) throw new RangeError('All weights are zero, so there is nothing to share by.');

  const size = units < 0n ? -units : units;
  const parts = weights.map((weight, position) => ({
    position,
    units: (size * weight) / total,
    rest: (size * weight) % total,
  }));
  const left = Number(parts.reduce((sum, part) => sum - part.units, size));
  const byRest = parts.toSorted((a, b) => (a.rest === b.rest ? a.position - b.position : a.rest > b.rest ? -1 : 1));
  for (const part of byRest.slice(0, left)) part.units += 1n;
  return parts.map((part) => (units < 0n ? -part.units : part.units));
}

/** The exact share of each entity; of equal fractional parts the lower entity id goes first. */
export function shareByLargestRemainder(units: bigint, drivers: readonly Driver[]): Map<number, bigint> {
  const ordered = drivers.toSorted((a, b) => a.entityId - b.entityId);
  const parts = spread(
    units,
    ordered.map((driver) => driver.weight),
  );
  const shares = new Map(ordered.map((driver, position) => [driver.entityId, parts[position] ?? 0n]));
  if (shares.size < drivers.length) throw new RangeError('An entity has two drivers.');
  return shares;
}
