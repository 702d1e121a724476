import { blankOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { touch, type Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { anything } from '../../database/tags.ts';
import { conflict, forbidden } from '../../lib/errors.ts';
import * as audit from '../audit/audit.service.ts';
import * as figures from '../figures/figures.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import { monthChanges, type Months, noMonths } from './budget-months.rules.ts';
import * as repository from './many-services.repository.ts';
import { checkOwnership, lockOwnMany } from './ownership.service.ts';
import { saveMonths, type StoredService } from './service-changes.repository.ts';
import { entityIdsOfMany, nameReferences, planOf, subjectOf } from './service-changes.service.ts';

/** Services by the hundred, as parts of larger changes, for what loads files. */

export { findWhole, type FoundService } from './many-services.repository.ts';
type Fields = Partial<Omit<StoredService, 'id' | 'version' | 'retired' | 'parentId'>>;
export type NewService = { fields: Fields & { uid: string }; months: Months };
type Entries = () => Promise<audit.Recorded[]>;

const blank = blankOf(serviceFields);

/** In the order of the services. What the audit log says of them is known once the figures are settled. */
export async function createIn(
  tx: Transaction,
  caller: Caller,
  year: FiscalYear,
  services: NewService[],
  reason: string,
): Promise<{ ids: number[]; entries: Entries }> {
  if (services.length === 0) return { ids: [], entries: () => Promise.resolve([]) };
  if (!caller.permissions.has('services.create')) throw forbidden('This takes the right to add services');
  const whole = services.map(({ fields }) => ({ ...blank, ...fields }));
  for (const service of whole) checkOwnership(caller, service);
  const rows = whole.map(({ parentUid: _, ...service }) => ({ ...service, parentId: null }));
  const idOf = new Map((await repository.insert(rows, tx)).map(({ id, uid }) => [uid, id]));
  const ids = whole.map(({ uid }) => idOf.get(uid) ?? 0);
  touch(tx, ids, [anything]);
  const parents = whole.flatMap(({ parentUid }, index) => (parentUid ? [{ id: ids[index] ?? 0, parentUid }] : []));
  const [missing] = parents.length > 0 ? await repository.setParents(parents, caller.scope, tx) : [];
  if (missing) throw conflict(`There is no service ${missing.parentUid} to be a parent`);
  const lines = services.flatMap(({ months }, index) =>
    months.some((month) => month !== null)
      ? [{ id: ids[index] ?? 0, months: { before: noMonths, after: months, isNew: true } }]
      : [],
  );
  if (lines.length > 0) {
    const touched = lines.flatMap(({ months }) =>
      months.after.flatMap((month, index) => (month === null ? [] : [index + 1])),
    );
    const periods = await fiscalYears.periodsNow(tx, year.id);
    fiscalYears.mustBeOpen(caller, periods.filter(({ number }) => touched.includes(number)), 'plan_lines_period_open'); // prettier-ignore
    await saveMonths(planOf(year).id, lines, tx);
  }
  const changes = whole.map((service, index) => ({
    ...audit.differences(blank, service),
    ...monthChanges({ before: noMonths, after: services[index]?.months ?? noMonths }),
  }));
  await nameReferences(changes, tx);
  return {
    ids,
    async entries() {
      const belongs = await entityIdsOfMany(ids, tx);
      return whole.map(({ uid }, index) => {
        const id = ids[index] ?? 0;
        const entry = { action: 'service.created' as const, subject: subjectOf({ id, uid }), fy: year.label, reason };
        return { ...entry, changes: changes[index] ?? {}, entityIds: belongs.get(id) ?? [] };
      });
    },
  };
}

/** Takes back services that came with a file, and its remarks, where nothing else hangs on them; their amounts are gone already. */
export async function removeIn(
  tx: Transaction,
  caller: Caller,
  ids: number[],
  said: { reason: string; remarks: string[] },
): Promise<audit.Recorded[]> {
  const services = await lockOwnMany(caller, ids.toSorted((a, b) => a - b), tx); // prettier-ignore
  await figures.settle(tx);
  const used = new Set(await repository.findUsed(ids, said.remarks, tx));
  const [first] = services.filter(({ id }) => used.has(id));
  if (first)
    throw conflict(
      `${first.uid}${used.size > 1 ? ` and ${used.size - 1} more services` : ''} came with this file and have orders, remarks, amounts or services below them since. Retire them instead, and keep what was changed`,
    );
  const belongs = await entityIdsOfMany(ids, tx);
  await repository.remove(ids, tx);
  touch(tx, ids, [anything]);
  return services.map((service) => ({
    action: 'service.removed' as const,
    subject: subjectOf(service),
    changes: { uid: { from: service.uid, to: null } },
    reason: said.reason,
    entityIds: belongs.get(service.id) ?? [],
  }));
}

/** Remarks are added to what is said of a service, and never replace it. */
export async function addRemarksIn(
  tx: Transaction,
  caller: Caller,
  remarks: (repository.NewRemark & { uid: string })[],
): Promise<Entries> {
  if (remarks.length === 0) return () => Promise.resolve([]);
  if (!caller.permissions.has('remarks.add')) throw forbidden('This takes the right to add remarks');
  await repository.insertRemarks(remarks.map(({ serviceId, text }) => ({ serviceId, text })), caller, tx); // prettier-ignore
  const ids = remarks.map(({ serviceId }) => serviceId);
  touch(tx, ids, ['remark']);
  return async () => {
    const belongs = await entityIdsOfMany(ids, tx);
    return remarks.map(({ serviceId, uid, text }) => ({
      action: 'service.remarked' as const,
      subject: subjectOf({ id: serviceId, uid }),
      changes: { remark: { from: null, to: text } },
      entityIds: belongs.get(serviceId) ?? [],
    }));
  };
}
