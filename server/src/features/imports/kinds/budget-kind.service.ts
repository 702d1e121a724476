import { setImmediate as nextTurn } from 'node:timers/promises';
import { editablePlanStates } from '@opex/contracts/fiscal-years';
import type { ImportNote } from '@opex/contracts/import-findings';
import type { RejectedCell } from '@opex/contracts/imports';
import { toUnits } from '../../../lib/amounts/money.ts';
import { conflict } from '../../../lib/errors.ts';
import { planOf, updateIn } from '../../services/service-changes.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import { monthTitle } from '../columns.rules.ts';
import type { CheckedRow } from '../import-rows.repository.ts';
import type { FileRow } from '../columns.rules.ts';
import { budgetColumns } from './budget-columns.rules.ts';
import type { Check, Checked, Effect, Kind } from './kind.service.ts';
import {
  closedFor,
  countsOf,
  type Known,
  type KnownServices,
  knownOf,
  missingOf,
  ownRows,
  refusalOf,
  rejectedRow,
  rowOf,
  spread,
  totalNotes,
} from './service-rows.service.ts';

/** The budget of a year, a row a service. Values of a row are its months, `1` to `12`. */
export const budgetKind: Kind = {
  permission: 'budgets.edit',
  columns: budgetColumns,
  check,
  async findNow({ scope }, year, rows, tx) {
    const ids = rows.flatMap(({ serviceId }) => serviceId ?? []);
    const found = await services.findMonthsNow(ids, planOf(year).id, scope, tx);
    const known = new Map(found.map((one) => [one.id, one]));
    return rows.map(({ serviceId }) => {
      const service = known.get(serviceId ?? 0);
      return service && { version: service.version, values: valuesOf(service.months ?? services.noMonths) };
    });
  },
  write: (tx, caller, year, changes, reason) => {
    const rows = changes.map(({ row, version, values }) => ({ id: row.serviceId ?? 0, version, months: values }));
    return updateIn(tx, caller, year, rows, { reason, action: 'service.updated' });
  },
  titles: (year) => Promise.resolve((field) => monthTitle(Number(field), year)),
};

const valuesOf = (months: services.Months) => Object.fromEntries(months.map((month, index) => [index + 1, month]));

const rowsATurn = 100;

/** What every row would change, or why it is rejected. */
async function check(task: Check): Promise<Checked> {
  const { caller, year, columns, rows, report } = task;
  const plan = planOf(year);
  if (!editablePlanStates.includes(plan.state))
    throw conflict(`The plan ${plan.name} of ${year.label} is not a draft any more; its budget cannot be changed`);
  const own = ownRows(rows);
  const known = await knownOf(caller, plan.id, own, report);
  const rivals = rowsByService(own, known);
  const checked: CheckedRow[] = [];
  for (const row of own) {
    checked.push(checkRow(row, known, rivals, task));
    // Requests of this process come in between.
    if (checked.length % rowsATurn === 0) await nextTurn();
  }
  const planned = await services.findPlanned(plan.id, caller.scope);
  return {
    rows: checked,
    notes: [...totalNotes(rows, columns, [...columns.keys()].filter(isAmount)), ...differences(own, checked, columns)],
    counts: countsOf(checked, missingOf(planned, checked)),
    effects: checked.flatMap((row, index) => effectOf(row, known.known.get(own[index]?.uid ?? ''))),
  };
}

const isAmount = (field: string) => budgetColumns.readAs(field) === 'amount';

const effectOf = ({ outcome, before, after }: CheckedRow, service: Known | undefined): Effect[] =>
  outcome === 'changed' && service
    ? [
        {
          serviceId: service.id,
          towerBefore: service.towerId,
          towerId: service.towerId,
          more: { budget: services.noMonths.map((_, index) => moreOf(before[index + 1], after[index + 1])) },
        },
      ]
    : [];
const moreOf = (before: string | null | undefined, after: string | null | undefined) =>
  toUnits(after ?? '0') - toUnits(before ?? '0');

/** Rows that name the same service, in whatever spelling. */
function rowsByService(rows: FileRow[], { known }: KnownServices) {
  const found = new Map<number, FileRow[]>();
  for (const row of rows) {
    const id = known.get(row.uid)?.id;
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), row]);
  }
  return found;
}

function checkRow(row: FileRow, found: KnownServices, rivals: Map<number, FileRow[]>, task: Check): CheckedRow {
  const { caller, year, columns } = task;
  const service = found.known.get(row.uid);
  const atUid = (reason: string) =>
    rejectedRow(row, service, [{ column: columns.get('uid') ?? null, value: row.uid, reason }]);
  if (row.rejected.length > 0) return rejectedRow(row, service, row.rejected);
  const refusal = refusalOf(caller, row, found);
  if (refusal !== undefined || !service) return atUid(refusal ?? '');
  const base = rowOf(row, service);
  const rival = rivals.get(service.id)?.find((other) => other !== row);
  if (rival && !isSame(rival, row)) return atUid(`Row ${rival.number} names the same service with other amounts`);
  if (rival && rival.number < row.number) return { ...base, outcome: 'unchanged' };

  const before = service.months ?? services.noMonths;
  const result = monthsOf(row, service, before, task);
  if ('rejected' in result) return rejectedRow(row, service, result.rejected);
  const { after, isSpread } = result;
  const changed = after.flatMap((to, index) =>
    to === before[index] ? [] : [{ number: index + 1, from: before[index] ?? null, to }],
  );
  if (service.retired && changed.length > 0)
    return atUid('This service is retired and takes no changes; reinstate it first');
  const kept = changed.flatMap((one) => keptBy(one, row, task));
  if (kept.length > 0) return rejectedRow(row, service, kept);
  const ofYear = isSpread ? [{ column: columns.get('budget') ?? null, title: `Budget ${year.label}`, from: services.totalOf(before), to: services.totalOf(after) }] : []; // prettier-ignore
  const cells = changed.map(({ number, from, to }) => ({
    column: isSpread ? null : (columns.get(`month${number}`) ?? null),
    title: monthTitle(number, year),
    from,
    to,
  }));
  return {
    ...base,
    outcome: changed.length > 0 ? 'changed' : 'unchanged',
    before: Object.fromEntries(changed.map(({ number, from }) => [number, from])),
    after: Object.fromEntries(changed.map(({ number, to }) => [number, to])),
    cells: changed.length > 0 ? [...ofYear, ...cells] : [],
  };
}

const isSame = (one: FileRow, other: FileRow) =>
  one.rejected.length + other.rejected.length === 0 && valuesText(one) === valuesText(other);
const valuesText = ({ values }: FileRow) => JSON.stringify(Object.entries(values).toSorted());

type Result = { after: services.Months; isSpread: boolean } | { rejected: RejectedCell[] };

/** Months as they are said; or the year's budget spread over them, where none is. */
function monthsOf(row: FileRow, service: Known, before: services.Months, { year, columns }: Check): Result {
  const { budget, ...months } = row.values;
  const atBudget = (reason: string): Result => ({
    rejected: [{ column: columns.get('budget') ?? null, value: budget ?? 'CLEAR', reason }],
  });
  const values = Object.fromEntries(
    Object.entries(months).map(([field, value]) => [field.slice('month'.length), value]),
  );
  if (Object.keys(months).length > 0) {
    const after = services.withMonths(before, values);
    if (budget === null) return atBudget('The months have amounts, so the year cannot be cleared');
    const total = services.totalOf(after);
    if (budget !== undefined && distance(budget, total) > tolerance)
      return atBudget(`The months add up to ${total}, and the year says ${budget}`);
    return { after, isSpread: false };
  }
  if (budget === undefined) return { after: before, isSpread: false };
  if (budget === null) return { after: services.noMonths, isSpread: true };
  // What the year says already needs no spreading anew.
  if (budget === services.totalOf(before)) return { after: before, isSpread: false };
  const after = spread(budget, service, before, year);
  return typeof after === 'string' ? atBudget(after) : { after, isSpread: true };
}

/** Half a unit of the currency. */
const tolerance = 50n;
function distance(one: string, other: string): bigint {
  const difference = toUnits(one) - toUnits(other);
  return difference < 0n ? -difference : difference;
}

function keptBy(
  { number, to }: { number: number; to: string | null },
  { values }: FileRow,
  { caller, year, columns }: Check,
): RejectedCell[] {
  const reason = closedFor(caller, year, number, 'plan_lines_period_open');
  const field = `month${number}` in values ? `month${number}` : 'budget';
  return reason ? [{ column: columns.get(field) ?? null, value: to ?? 'CLEAR', reason }] : [];
}

/** Years that differ from their months by so little that it does not matter. */
const differences = (own: FileRow[], checked: CheckedRow[], columns: ReadonlyMap<string, string>): ImportNote[] =>
  own.flatMap(({ number, values: { budget, ...months } }, index) => {
    const isControlled =
      checked[index]?.outcome !== 'rejected' && typeof budget === 'string' && Object.keys(months).length === 12;
    const total = services.totalOf(Object.values(months));
    return isControlled && total !== budget
      ? [
          {
            row: number,
            column: columns.get('budget') ?? null,
            text: `The months add up to ${total}, and the year says ${budget}; the months are loaded`,
          },
        ]
      : [];
  });
