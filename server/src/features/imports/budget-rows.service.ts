import { setImmediate as nextTurn } from 'node:timers/promises';
import { editablePlanStates, type FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportCounts, ImportNote, RejectedCell } from '@opex/contracts/imports';
import { closedWords } from '../../database/problems.ts';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError, conflict } from '../../lib/errors.ts';
import { columnName } from '../../workbooks/cells.ts';
import { planOf, isOwn } from '../services/service-changes.service.ts';
import * as services from '../services/services-by-uid.service.ts';
import { titleOf } from './columns.rules.ts';
import type { CheckedRow } from './import-rows.repository.ts';
import type { FileRow } from './reading.service.ts';
import { plain } from './headers.rules.ts';

type Known = services.KnownService;
export type Change = { serviceId: number; towerId: number | null; months: services.Months };
export type Checked = { rows: CheckedRow[]; notes: ImportNote[]; counts: ImportCounts; changes: Change[] };

const atOnce = 2_000;
const rowsATurn = 100;

/** What every row of a budget would change, or why it is rejected. */
export async function checkBudget(
  caller: Caller,
  year: FiscalYear,
  fields: Record<number, string>,
  rows: FileRow[],
  report: (done: number) => Promise<void>,
): Promise<Checked> {
  const plan = planOf(year);
  if (!editablePlanStates.includes(plan.state))
    throw conflict(`The plan ${plan.name} of ${year.label} is not a draft any more; its budget cannot be changed`);
  const columns = new Map(Object.entries(fields).map(([column, field]) => [field, columnName(Number(column))]));
  const context: Context = { caller, year, columns };
  const own = rows.filter((row) => !row.isTotal && (row.uid !== '' || hasSomething(row)));
  const known = new Map<string, Known>();
  for (let at = 0; at < own.length; at += atOnce) {
    const uids = [...new Set(own.slice(at, at + atOnce).map(({ uid }) => uid))].filter((uid) => uid !== '');
    for (const one of await services.findByUids(uids, plan.id, caller.scope)) known.set(one.asked, one);
    await report(Math.min(at + atOnce, own.length));
  }
  const hints = await hintsFor(own, known, caller);
  const rivals = rowsByService(own, known);
  const checked: CheckedRow[] = [];
  for (const row of own) {
    checked.push(checkRow(row, known.get(row.uid), rivals, hints, context));
    // Requests of this process come in between.
    if (checked.length % rowsATurn === 0) await nextTurn();
  }
  const planned = await services.findPlanned(plan.id, caller.scope);
  const named = new Set(checked.map(({ serviceId }) => serviceId));
  const count = (outcome: CheckedRow['outcome']) => checked.filter((row) => row.outcome === outcome).length;
  return {
    rows: checked,
    notes: [...totalNotes(rows, own, columns), ...differences(own, checked, columns)],
    counts: {
      changed: count('changed'),
      unchanged: count('unchanged'),
      rejected: count('rejected'),
      missing: planned.filter((id) => !named.has(id)).length,
    },
    changes: checked.flatMap((row, index) => changeOf(row, known.get(own[index]?.uid ?? ''))),
  };
}

const hasSomething = ({ amounts, rejected }: FileRow) => Object.keys(amounts).length > 0 || rejected.length > 0;

const changeOf = (row: CheckedRow, service: Known | undefined): Change[] =>
  row.outcome === 'changed' && service
    ? [
        {
          serviceId: service.id,
          towerId: service.towerId,
          months: services.withMonths(service.months ?? services.noMonths, row.after),
        },
      ]
    : [];

type Context = { caller: Caller; year: FiscalYear; columns: ReadonlyMap<string, string> };

/** Numbers that no service has, with the UID that they were before a spreadsheet took its zeros off. */
async function hintsFor(rows: FileRow[], known: Map<string, Known>, { scope }: Caller) {
  const numbers = [...new Set(rows.map(({ uid }) => uid))].filter(
    (uid) => !known.has(uid) && /^[1-9][0-9]*$/.test(uid),
  );
  const found = numbers.length > 0 ? await services.findByNumbers(numbers, scope) : [];
  return new Map(found.map(({ asked, uid }) => [asked, uid]));
}

/** Rows that name the same service, in whatever spelling. */
function rowsByService(rows: FileRow[], known: Map<string, Known>) {
  const found = new Map<number, FileRow[]>();
  for (const row of rows) {
    const id = known.get(row.uid)?.id;
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), row]);
  }
  return found;
}

function checkRow(
  row: FileRow,
  service: Known | undefined,
  rivals: Map<number, FileRow[]>,
  hints: Map<string, string>,
  context: Context,
): CheckedRow {
  const { columns } = context;
  const base = {
    number: row.number,
    uid: service?.uid ?? row.uid,
    serviceId: service?.id ?? null,
    service: service?.service ?? null,
    version: service?.version ?? null,
    ...{ before: {}, after: {}, cells: [], texts: [] },
  };
  const rejectedFor = (rejected: RejectedCell[]): CheckedRow => ({
    ...base,
    outcome: 'rejected',
    rejected,
    texts: row.texts,
  });
  const atUid = (reason: string) => rejectedFor([{ column: columns.get('uid') ?? null, value: row.uid, reason }]);
  if (row.rejected.length > 0) return rejectedFor(row.rejected);
  if (row.uid === '') return atUid('This row has amounts and no UID');
  if (!service) {
    const hint = hints.get(row.uid);
    return atUid(
      hint ? `There is no service ${row.uid}; the zeros of ${hint} are missing` : 'There is no service with this UID',
    );
  }
  if (!isOwn(context.caller, service)) return atUid('You see only a share of this service, so you cannot change it');
  const rival = rivals.get(service.id)?.find((other) => other !== row);
  if (rival && !isSame(rival, row)) return atUid(`Row ${rival.number} names the same service with other amounts`);
  if (rival && rival.number < row.number) return { ...base, outcome: 'unchanged', rejected: [] };

  const before = service.months ?? services.noMonths;
  const result = monthsOf(row, service, before, context);
  if ('rejected' in result) return rejectedFor(result.rejected);
  const changed = result.after.flatMap((to, index) =>
    to === before[index] ? [] : [{ index, from: before[index] ?? null, to }],
  );
  if (service.retired && changed.length > 0)
    return atUid('This service is retired and takes no changes; reinstate it first');
  const kept = changed.flatMap((one) => keptBy(one, row, context));
  if (kept.length > 0) return rejectedFor(kept);
  const ofYear = result.isSpread ? [{ column: columns.get('budget') ?? null, title: titleOf('budget', context.year), from: services.totalOf(before), to: services.totalOf(result.after) }] : []; // prettier-ignore
  const cells = changed.map(({ index, from, to }) => ({
    column: result.isSpread ? null : (columns.get(`month${index + 1}`) ?? null),
    title: titleOf(`month${index + 1}`, context.year),
    from,
    to,
  }));
  return {
    ...base,
    outcome: changed.length > 0 ? 'changed' : 'unchanged',
    before: Object.fromEntries(changed.map(({ index, from }) => [index + 1, from])),
    after: Object.fromEntries(changed.map(({ index, to }) => [index + 1, to])),
    cells: changed.length > 0 ? [...ofYear, ...cells] : [],
    rejected: [],
  };
}

const isSame = (one: FileRow, other: FileRow) =>
  one.rejected.length + other.rejected.length === 0 && amountsText(one) === amountsText(other);
const amountsText = ({ amounts }: FileRow) => JSON.stringify(Object.entries(amounts).toSorted());

type Result = { after: services.Months; isSpread: boolean } | { rejected: RejectedCell[] };

/** Months as they are said; or the year's budget spread over them, where none is. */
function monthsOf(row: FileRow, service: Known, before: services.Months, { year, columns }: Context): Result {
  const { budget, ...months } = row.amounts;
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
  try {
    return { after: services.spreadYear(budget, service, before, year.periods), isSpread: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return atBudget(error.details.errors?.[0]?.message ?? error.message);
  }
}

/** Half a unit of the currency. */
const tolerance = 50n;
function distance(one: string, other: string): bigint {
  const difference = toUnits(one) - toUnits(other);
  return difference < 0n ? -difference : difference;
}

/** A closed month keeps its budget; one that is being closed is left to controllers. */
function keptBy(
  { index, to }: { index: number; to: string | null },
  row: FileRow,
  { caller, year, columns }: Context,
): RejectedCell[] {
  const period = year.periods[index];
  const field = `month${index + 1}` in row.amounts ? `month${index + 1}` : 'budget';
  const at = (reason: string) => [{ column: columns.get(field) ?? null, value: to ?? 'CLEAR', reason }];
  if (period?.state === 'CLOSED') return at(closedWords([period.label], 'plan_lines_period_open'));
  if (period?.state === 'SOFT' && !caller.permissions.has('soft-months.edit'))
    return at(`${period.label} is being closed; only a controller can change it now`);
  return [];
}

/** Totals are compared with the rows above them, and never loaded. */
function totalNotes(rows: FileRow[], own: FileRow[], columns: ReadonlyMap<string, string>): ImportNote[] {
  const totals = rows.filter(({ isTotal }) => isTotal);
  const notes: ImportNote[] = totals.map(({ number }) => ({
    row: number,
    column: null,
    text: 'A total: it is not loaded',
  }));
  const last = totals.at(-1);
  if (!last || plain(last.texts.find((text) => text.trim() !== '') ?? '').startsWith('sub')) return notes;
  for (const [field, said] of Object.entries(last.amounts)) {
    const sum = own.reduce(
      (total, { number, amounts }) => (number < last.number ? total + toUnits(amounts[field] ?? '0') : total),
      0n,
    );
    if (said !== null && said !== fromUnits(sum))
      notes.push({
        row: last.number,
        column: columns.get(field) ?? null,
        text: `The total says ${said}; the rows above it add up to ${fromUnits(sum)}`,
      });
  }
  return notes;
}

/** Years that differ from their months by so little that it does not matter. */
const differences = (own: FileRow[], checked: CheckedRow[], columns: ReadonlyMap<string, string>): ImportNote[] =>
  own.flatMap(({ number, amounts: { budget, ...months } }, index) => {
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
