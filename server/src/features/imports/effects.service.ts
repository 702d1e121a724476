import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportEffects } from '@opex/contracts/imports';
import type { Transaction } from '../../database/transaction.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { type Caller, covers } from '../../lib/caller.ts';
import { withMore } from '../figures/what-if.service.ts';
import type { Effect } from './kinds/kind.service.ts';
import type { Names } from './names.service.ts';
import * as repository from './effects.repository.ts';

type Sums = Map<number | null, bigint>;
const add = (sums: Sums, key: number | null, units: bigint) => sums.set(key, (sums.get(key) ?? 0n) + units);

/** Each measure of the year that changes, as it is, and as the engine would make it of the changed months. */
export async function effectsOf(
  caller: Caller,
  year: FiscalYear,
  effects: readonly Effect[],
  names: Names,
  tx: Transaction,
): Promise<ImportEffects[]> {
  const found: ImportEffects[] = [];
  for (const measure of ['budget', 'actual'] as const) {
    const ofMeasure = effects.filter((effect) => effect.measure === measure);
    if (ofMeasure.length > 0) found.push(await effectOn(measure, caller, year, byService(ofMeasure), names, tx));
  }
  return found;
}

/** Several rows can speak of one service. */
function byService(effects: readonly Effect[]): Effect[] {
  const found = new Map<number, Effect>();
  for (const effect of effects) {
    const before = found.get(effect.serviceId)?.more;
    const more = effect.more.map((units, index) => units + (before?.[index] ?? 0n));
    found.set(effect.serviceId, { ...effect, more });
  }
  return [...found.values()];
}

async function effectOn(
  measure: Effect['measure'],
  { scope }: Caller,
  year: FiscalYear,
  effects: readonly Effect[],
  names: Names,
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
  const towerOf = new Map(effects.map(({ serviceId, towerId }) => [serviceId, towerId]));
  let difference = 0n;
  for (const { serviceId, entityId, now, then } of await withMore(year.id, effects, tx)) {
    if (scope !== 'all' && !covers(scope, entityId)) continue;
    const units = BigInt(then) - BigInt(now);
    add(more.towers, towerOf.get(serviceId) ?? null, units);
    add(more.entities, entityId, units);
    difference += units;
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
        return { id, name, before: fromUnits(was), after: fromUnits(was + units) };
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
