import { toUnits } from '../../../lib/amounts/money.ts';
import type { FoundService as Found } from '../../services/many-services.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import type { Values } from '../import-rows.repository.ts';
import type { Effect } from './kind.service.ts';
import type { State } from './tracker-rows.rules.ts';
import { actualOf, budgetOf, valueOf } from './tracker-values.rules.ts';

export const beginning = '0001-01-01';
export const idIn = (value: string | null | undefined) => (value ? Number(value) : null);
type Sides = { changed: string[]; before: Values; after: Values };

/** What the row does to the figures of the year. */
export function effectOf(
  service: Found | undefined,
  state: State,
  sides: Sides,
  assignedFrom: string,
): Effect | undefined {
  const towerId = idIn(state['towerId']);
  const isAssigned = sides.changed.some((key) => assigning.has(key));
  const budget = moreOf(sides, budgetOf);
  const actual = moreOf(sides, (key) => actualOf(key)?.month);
  if (service && !isAssigned && !budget && !actual && towerId === service.towerId) return undefined;
  return {
    serviceId: service?.id ?? null,
    towerBefore: service?.towerId ?? null,
    towerId,
    more: { ...(budget && { budget }), ...(actual && { actual }) },
    ...((isAssigned || !service) && {
      assigned: {
        validFrom: service ? assignedFrom : beginning,
        shared: state['serviceType'] === 'Shared',
        entityId: idIn(state['entityId']),
        budgetKeyId: idIn(state['budgetKeyId']),
        actualKeyId: idIn(state['actualKeyId']),
      },
    }),
  };
}
const assigning = new Set(['serviceType', 'entityId', 'budgetKeyId', 'actualKeyId'].map(valueOf.field));

function moreOf({ changed, before, after }: Sides, monthOf: (key: string) => number | undefined): bigint[] | undefined {
  const more = services.noMonths.map(() => 0n);
  let isAny = false;
  for (const key of changed) {
    const month = monthOf(key);
    if (!month) continue;
    isAny = true;
    more[month - 1] = (more[month - 1] ?? 0n) + toUnits(after[key] ?? '0') - toUnits(before[key] ?? '0');
  }
  return isAny ? more : undefined;
}
