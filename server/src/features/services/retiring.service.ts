import type { BodyOf } from '@opex/contracts/endpoint';
import type { Service, serviceEndpoints } from '@opex/contracts/services';
import { conflict } from '../../lib/errors.ts';
import type { Caller } from '../../lib/caller.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import { monthChanges } from './budget-months.rules.ts';
import { saveMonths } from './service-changes.repository.ts';
import { entityIdsOf, lockOwn, subjectOf } from './service-changes.service.ts';
import * as repository from './services.repository.ts';
import { get } from './services.service.ts';

type Seen = { id: number; version: number };

export async function retire(
  caller: Caller,
  seen: Seen,
  { reason, releaseBudget = false }: BodyOf<typeof serviceEndpoints.retire>,
): Promise<Service> {
  await change(caller, { tags: ['figures'] }, async (tx) => {
    const service = await lockOwn(caller, seen, tx);
    if (service.retired) throw conflict('This service is retired already');
    await repository.setRetired(seen.id, true, tx);
    const about = { subject: subjectOf(service), reason, entityIds: await entityIdsOf(seen.id, tx) };
    const released = releaseBudget ? await releaseMonths(seen.id, tx) : [];
    const retired: audit.Recorded = {
      action: 'service.retired',
      changes: { status: { from: 'Active', to: 'Retired' } },
      ...about,
    };
    return { answer: undefined, entries: [...released.map((one) => ({ ...one, ...about })), retired] };
  });
  return get(caller, seen.id);
}

/** The years that had a budget in months to come, each with what was taken off. */
async function releaseMonths(id: number, tx: Transaction) {
  const years = await repository.lockMonthsToCome(id, tx);
  const released = years.map(({ fy, planId, before, toCome }) => ({
    fy,
    planId,
    months: {
      isNew: false,
      before,
      after: before.map((month, index) => (toCome.includes(index + 1) && month ? '0.00' : month)),
    },
  }));
  const differing = released.filter(({ months: { before, after } }) => before.join() !== after.join());
  for (const { planId, months } of differing) await saveMonths(planId, [{ id, months }], tx);
  return differing.map(({ fy, months }) => ({
    action: 'service.updated' as const,
    fy,
    changes: monthChanges(months),
  }));
}

/** What was taken off the plan stays off; the history can put it back. */
export async function reinstate(caller: Caller, seen: Seen, reason: string): Promise<Service> {
  await change(caller, { tags: ['figures'] }, async (tx) => {
    const service = await lockOwn(caller, seen, tx);
    if (!service.retired) throw conflict('This service is not retired');
    await repository.setRetired(seen.id, false, tx);
    const entries: audit.Recorded = {
      action: 'service.reinstated',
      subject: subjectOf(service),
      changes: { status: { from: 'Retired', to: 'Active' } },
      reason,
      entityIds: await entityIdsOf(seen.id, tx),
    };
    return { answer: undefined, entries };
  });
  return get(caller, seen.id);
}
