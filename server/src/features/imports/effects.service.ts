import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportEffects } from '@opex/contracts/imports';
import type { Transaction } from '../../database/transaction.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { type Caller, covers } from '../../lib/caller.ts';
import { type MeasureThen, withOverlays } from '../figures/what-if.service.ts';
import type { Checked, Effect } from './kinds/kind.service.ts';
import type { Names } from './names.service.ts';
import * as repository from './effects.repository.ts';

type Sums = Map<number | null, bigint>;
const add = (sums: Sums, key: number | null, units: bigint) => sums.set(key, (sums.get(key) ?? 0n) + units);

/** Each measure of the year that changes, as it is, and as the engine would make it of what the rows bring. */
export async function effectsOf(
  caller: Caller,
  year: FiscalYear,
  { effects, moved = [] }: Pick<Checked, 'effects' | 'moved'>,
  names: Names,
  tx: Transaction,
): Promise<ImportEffects[]> {
  if (effects.length + moved.length === 0) return [];
  const together = byService(effects);
  const shares = await withOverlays(year.id, together, tx);
  const found: ImportEffects[] = [];
  for (const measure of ['budget', 'actual'] as const) {
    const effect = await effectOn(measure, caller, year, { effects: together, shares, moved, names }, tx);
    const isMeant = together.some(({ more }) => more[measure] !== undefined);
    if (isMeant || effect.entities.length + effect.towers.length > 0) found.push(effect);
  }
  return found;
}

/** Several rows can speak of one service. */
function byService(effects: readonly Effect[]): Effect[] {
  const found = new Map<number | Effect, Effect>();
  for (const effect of effects) {
    const key = effect.serviceId ?? effect;
    const before = found.get(key);
    found.set(key, before ? { ...before, ...effect, more: added(before.more, effect.more) } : effect);
  }
  return [...found.values()];
}

function added(one: Effect['more'], other: Effect['more']): Effect['more'] {
  const sums = { ...one, ...other };
  for (const measure of ['budget', 'actual'] as const) {
    const [a, b] = [one[measure], other[measure]];
    if (a && b) sums[measure] = a.map((units, index) => units + (b[index] ?? 0n));
  }
  return sums;
}

type Shared = {
  effects: readonly Effect[];
  shares: readonly MeasureThen[][];
  moved: readonly MeasureThen[];
  names: Names;
};

async function effectOn(
  measure: 'budget' | 'actual',
  { scope }: Caller,
  year: FiscalYear,
  { effects, shares, moved, names }: Shared,
  tx: Transaction,
): Promise<ImportEffects> {
  const [before, more] = [
    { towers: new Map() as Sums, entities: new Map() as Sums },
    { towers: new Map() as Sums, entities: new Map() as Sums },
  ];
  let total = 0n;
  for (const { towerId, entityId, amount } of await repository.findSums(measure, year.id, scope, tx)) {
    add(before.towers, towerId, toUnits(amount));
    add(before.entities, entityId, toUnits(amount));
    total += toUnits(amount);
  }
  let difference = 0n;
  effects.forEach(({ towerBefore, towerId }, index) => {
    for (const { measure: of, entityId, now, then } of shares[index] ?? []) {
      if (of !== measure || (scope !== 'all' && !covers(scope, entityId))) continue;
      add(more.towers, towerBefore, -BigInt(now));
      add(more.towers, towerId, BigInt(then));
      add(more.entities, entityId, BigInt(then) - BigInt(now));
      difference += BigInt(then) - BigInt(now);
    }
  });
  for (const { measure: of, entityId, now, then } of moved) {
    if (of === measure) add(more.entities, entityId, BigInt(then) - BigInt(now));
  }
  const named = async (of: 'towers' | 'entities', nobody: string) => {
    const changed = [...more[of]].filter(([, units]) => units !== 0n);
    const known = await repository.findNames(
      of,
      changed.flatMap(([id]) => id ?? []),
      tx,
    );
    return changed
      .map(([id, units]) => {
        const was = before[of].get(id) ?? 0n;
        const name = id === null ? nobody : (known.get(id) ?? names.nameOf(of, id));
        // What will be created has none yet.
        return { id: id !== null && id > 0 ? id : null, name, before: fromUnits(was), after: fromUnits(was + units) };
      })
      .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  };
  return {
    fy: year.label,
    measure,
    total: { before: fromUnits(total), after: fromUnits(total + difference) },
    towers: await named('towers', 'No tower'),
    entities: await named('entities', 'Unallocated'),
  };
}
