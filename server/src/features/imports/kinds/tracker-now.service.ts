import type { Transaction } from '../../../database/transaction.ts';
import * as actuals from '../../actuals/actuals.service.ts';
import type { FoundService } from '../../services/many-services.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import type { Values } from '../import-rows.repository.ts';
import { fields, keptAs } from './tracker-fields.rules.ts';
import { valueOf } from './tracker-values.rules.ts';

/** What is kept of a service, as values of a row. */
export const valuesOf = (service: FoundService): Values => ({
  [valueOf.exists]: '1',
  ...Object.fromEntries(
    fields.map(({ stored }) => [valueOf.field(stored), keptAs((service as Record<string, unknown>)[stored])]),
  ),
  ...Object.fromEntries(
    (service.months ?? services.noMonths).map((month, index) => [valueOf.budget(index + 1), month]),
  ),
});

export async function spentOf(yearId: number, ids: number[], tx?: Transaction): Promise<Map<number, Values>> {
  const found = new Map<number, Values>();
  for (const { serviceId, entityId, months } of await actuals.findLoaded(yearId, ids, tx)) {
    const values = found.get(serviceId) ?? {};
    months.forEach((amount, index) => (values[valueOf.actual(entityId, index + 1)] = amount));
    found.set(serviceId, values);
  }
  return found;
}
