import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { Transaction } from '../../../database/transaction.ts';
import type { Caller } from '../../../lib/caller.ts';
import * as actuals from '../../actuals/actuals.service.ts';
import type { Recorded } from '../../audit/audit.service.ts';
import * as masters from '../../masters/masters-by-name.service.ts';
import * as many from '../../services/many-services.service.ts';
import { updateIn } from '../../services/service-changes.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import { monthTitle } from '../columns.rules.ts';
import * as importRows from '../import-rows.repository.ts';
import type { Values } from '../import-rows.repository.ts';
import { checkTracker } from './check-tracker.service.ts';
import type { Kind, RowChange } from './kind.service.ts';
import { ownRows } from './service-rows.service.ts';
import { trackerColumns } from './tracker-columns.rules.ts';
import { changedTo, fields, isReference } from './tracker-fields.rules.ts';
import { spentOf, valuesOf } from './tracker-now.service.ts';
import { actualOf, budgetOf, fieldOf, valueOf } from './tracker-values.rules.ts';

/** Services with their fields, the budget of the year and what entities spent; new ones are added. */
export const trackerKind: Kind = {
  permission: 'budgets.edit',
  columns: trackerColumns,
  namesIn: (rows) =>
    ownRows(rows).flatMap(({ values }) =>
      fields.flatMap(({ name, field }) => {
        const text = values[name];
        return isReference(field) && field.of !== 'allocation-keys' && text ? [{ kind: field.of, name: text }] : [];
      }),
    ),
  check: checkTracker,
  async findNow({ scope }, year, rows, tx) {
    const uids = rows.map(({ uid }) => uid);
    const found = await many.findWhole(uids, year.plan?.id ?? 0, scope, tx);
    const known = new Map(found.map((one) => [one.asked, one]));
    const spent = await spentOf(year.id, found.map(({ id }) => id), tx); // prettier-ignore
    return rows.map(({ uid, serviceId, after }) => {
      const service = known.get(uid);
      if (!service) return serviceId === null ? { version: 0, values: {} } : undefined;
      return {
        version: service.version,
        values: {
          ...valuesOf(service),
          ...spent.get(service.id),
          // A remark that others followed is not the latest any more, and stays.
          [valueOf.remark]: service.lastRemark === after[valueOf.remark] ? service.lastRemark : null,
        },
      };
    });
  },
  withCreated: (values, idOf) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const spent = actualOf(key);
        if (spent) return [valueOf.actual(idOf('entities', spent.entityId), spent.month), value];
        const field = fieldOf(key);
        if (!field || value === null || !isReference(field.field) || field.field.of === 'allocation-keys')
          return [key, value];
        return [key, String(idOf(field.field.of, Number(value)))];
      }),
    ),
  write,
  async titles(year) {
    const named = await masters.entityNames();
    return (key) => {
      const spent = actualOf(key);
      if (spent) return `${monthTitle(spent.month, year)}, ${named.get(spent.entityId) ?? spent.entityId}`;
      const month = budgetOf(key);
      return month ? `Budget, ${monthTitle(month, year)}` : (fieldOf(key)?.field.title ?? 'Service');
    };
  },
};

const budgetIn = (values: Values) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const month = budgetOf(key);
      return month ? [[month, value]] : [];
    }),
  );
const fieldsIn = (values: Values) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const field = fieldOf(key);
      return field ? [[field.stored, changedTo(field, value)]] : [];
    }),
  );

async function write(tx: Transaction, caller: Caller, year: FiscalYear, changes: RowChange[], reason: string) {
  const added = changes.filter(({ values }) => values[valueOf.exists] === '1');
  const leaving = changes.filter(({ values }) => values[valueOf.exists] === null);
  const created = await many.createIn(
    tx,
    caller,
    year,
    added.map(({ row, values }) => ({
      fields: { ...fieldsIn(values), uid: row.uid },
      months: services.withMonths(services.noMonths, budgetIn(values)),
    })),
    reason,
  );
  const idOf = new Map(added.map(({ row }, index) => [row, created.ids[index] ?? 0]));
  const importId = added[0]?.row.importId;
  if (importId !== undefined)
    await importRows.setServices(importId, [...idOf].map(([{ number }, serviceId]) => ({ number, serviceId })), tx); // prettier-ignore

  const edited = changes.flatMap(({ row, version, values }) => {
    if (row.serviceId === null || idOf.has(row)) return [];
    // Of a service that is taken back only the amounts are, so that nothing hangs on it.
    const ofFields = values[valueOf.exists] === null ? {} : fieldsIn(values);
    const months = budgetIn(values);
    const change = { ...ofFields, ...(Object.keys(months).length > 0 && { months }) };
    return Object.keys(change).length > 0 ? [{ id: row.serviceId, version, ...change }] : [];
  });
  const written = await updateIn(tx, caller, year, edited, { reason, action: 'service.updated' });

  const named = await masters.entityNames();
  const spent = changes.flatMap(({ row, values }) =>
    Object.entries(values).flatMap(([key, amount]) => {
      const place = actualOf(key);
      return place ? [{ serviceId: idOf.get(row) ?? row.serviceId ?? 0, ...place, amount }] : [];
    }),
  );
  const nameOf = (id: number) => named.get(id) ?? `${id}`;
  const loaded =
    spent.length > 0 ? await actuals.updateIn(tx, caller, year, spent, { reason, nameOf }) : () => Promise.resolve([]);
  const remarks = changes.flatMap(({ row, values }) => {
    const text = values[valueOf.remark];
    return text ? [{ serviceId: idOf.get(row) ?? row.serviceId ?? 0, uid: row.uid, text }] : [];
  });
  const remarked = await many.addRemarksIn(tx, caller, remarks);
  const gone = leaving.filter(({ isPartial }) => !isPartial).flatMap(({ row }) => row.serviceId ?? []);
  const leavingIds = new Set(gone);
  const entries = async () =>
    inOne(await created.entries(), [...(await written()), ...(await loaded()), ...(await remarked())]).filter(
      ({ subject: { id } }) => !leavingIds.has(id ?? 0),
    );
  if (gone.length === 0) return entries;
  // What is said of the others is known before these are gone.
  const others = await entries();
  const remarksOfFile = leaving.flatMap(({ row }) => row.after[valueOf.remark] ?? []);
  const removed = await many.removeIn(tx, caller, gone, { reason, remarks: remarksOfFile });
  return () => Promise.resolve([...others, ...removed]);
}

/** Of a service that is added one entry says all; thousands of them are written while others wait for the log. */
function inOne(added: Recorded[], others: Recorded[]): Recorded[] {
  const byService = new Map(added.map((entry) => [entry.subject.id, entry]));
  const left = others.filter(({ subject, changes }) => {
    const entry = byService.get(subject.id);
    if (entry) entry.changes = { ...entry.changes, ...changes };
    return !entry;
  });
  return [...added, ...left];
}
