import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportEffects } from '@opex/contracts/imports';
import type { Transaction } from '../../database/transaction.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { type Caller, covers } from '../../lib/caller.ts';
import { withOtherBudgets } from '../figures/what-if.service.ts';
import type { Change } from './budget-rows.service.ts';
import * as repository from './effects.repository.ts';

type Sums = Map<number | null, bigint>;
const add = (sums: Sums, key: number | null, units: bigint) => sums.set(key, (sums.get(key) ?? 0n) + units);

/** The budget of the year as it is, and as the engine would make it of the changed months. */
export async function effectsOf(
  { scope }: Caller,
  year: FiscalYear,
  changes: readonly Change[],
  tx: Transaction,
): Promise<ImportEffects> {
  const [before, more] = [
    { towers: new Map() as Sums, entities: new Map() as Sums },
    { towers: new Map() as Sums, entities: new Map() as Sums },
  ];
  let total = 0n;
  for (const { towerId, entityId, budget } of await repository.findBudgets(year.id, scope, tx)) {
    add(before.towers, towerId, toUnits(budget));
    add(before.entities, entityId, toUnits(budget));
    total += toUnits(budget);
  }
  const towerOf = new Map(changes.map(({ serviceId, towerId }) => [serviceId, towerId]));
  let difference = 0n;
  for (const { serviceId, entityId, now, then } of await withOtherBudgets(year.id, changes, tx)) {
    if (scope !== 'all' && !covers(scope, entityId)) continue;
    const units = BigInt(then) - BigInt(now);
    add(more.towers, towerOf.get(serviceId) ?? null, units);
    add(more.entities, entityId, units);
    difference += units;
  }
  const named = async (of: 'towers' | 'entities', nobody: string) => {
    const changed = [...more[of]].filter(([, units]) => units !== 0n);
    const names = await repository.findNames(
      of,
      changed.flatMap(([id]) => id ?? []),
      tx,
    );
    return changed
      .map(([id, units]) => {
        const was = before[of].get(id) ?? 0n;
        const name = id === null ? nobody : (names.get(id) ?? `#${id}`);
        return { id, name, before: fromUnits(was), after: fromUnits(was + units) };
      })
      .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  };
  return {
    fy: year.label,
    total: { before: fromUnits(total), after: fromUnits(total + difference) },
    towers: await named('towers', 'No tower'),
    entities: await named('entities', 'Unallocated'),
  };
}
