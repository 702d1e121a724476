import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { Changes } from '@opex/contracts/changes';
import type { Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { covers } from '../../lib/caller.ts';
import { notFound } from '../../lib/errors.ts';
import type { Recorded } from '../audit/audit.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import { entityIdsOfMany, subjectOf } from '../services/service-changes.service.ts';
import { lockOwnMany } from '../services/ownership.service.ts';
import * as repository from './actuals.repository.ts';

export { findLoaded, findServicesLoaded } from './actuals.repository.ts';

/** What an entity spent on a service in a month of the year; null: nothing was loaded. */
export type ActualChange = { serviceId: number; entityId: number; month: number; amount: string | null };

/** Writes loaded actuals as a part of a larger change. What the audit log says of it is known once the figures are settled. */
export async function updateIn(
  tx: Transaction,
  caller: Caller,
  year: FiscalYear,
  changes: readonly ActualChange[],
  said: { reason: string; nameOf: (entityId: number) => string },
): Promise<() => Promise<Recorded[]>> {
  const ids = [...new Set(changes.map(({ serviceId }) => serviceId))].toSorted((a, b) => a - b);
  const services = await lockOwnMany(caller, ids, tx);
  if (changes.some(({ entityId }) => caller.scope !== 'all' && !covers(caller.scope, entityId)))
    throw notFound('Entity');
  const lines = new Map((await repository.lockLoaded(year.id, ids, tx)).map((line) => [keyOf(line), line]));
  const written = new Map<number, Changes>(ids.map((id) => [id, {}]));
  const touched = new Map<string, repository.Line>();
  for (const { serviceId, entityId, month, amount } of changes) {
    const key = keyOf({ serviceId, entityId });
    const line = touched.get(key) ?? lines.get(key) ?? { serviceId, entityId, months: emptyYear };
    const from = line.months[month - 1] ?? null;
    if (from === amount) continue;
    touched.set(key, { ...line, months: line.months.with(month - 1, amount) });
    Object.assign(written.get(serviceId) ?? {}, {
      [`actuals.${month}.${said.nameOf(entityId)}`]: { from, to: amount },
    });
  }
  const months = new Set(changes.map(({ month }) => month));
  const periods = (await fiscalYears.periodsNow(tx, year.id)).filter(({ number }) => months.has(number));
  fiscalYears.mustBeOpen(caller, periods, 'actuals_period_open');
  if (touched.size > 0) await repository.save(year.id, [...touched.values()], tx);
  const spenders = new Map<number, Set<number>>(ids.map((id) => [id, new Set()]));
  for (const { serviceId, entityId } of changes) spenders.get(serviceId)?.add(entityId);
  return async () => {
    const belongs = await entityIdsOfMany(ids, tx);
    return services
      .filter(({ id }) => Object.keys(written.get(id) ?? {}).length > 0)
      .map((service) => ({
        action: 'service.actuals-changed' as const,
        subject: subjectOf(service),
        changes: written.get(service.id) ?? {},
        reason: said.reason,
        fy: year.label,
        entityIds: [...new Set([...(belongs.get(service.id) ?? []), ...(spenders.get(service.id) ?? [])])],
      }));
  };
}

const emptyYear: (string | null)[] = Array.from({ length: 12 }, () => null);
const keyOf = ({ serviceId, entityId }: { serviceId: number; entityId: number }) => `${serviceId}:${entityId}`;
