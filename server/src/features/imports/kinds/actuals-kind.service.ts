import { setImmediate as nextTurn } from 'node:timers/promises';
import { asMonthOfEntity } from '@opex/contracts/import-kinds';
import type { ImportNote } from '@opex/contracts/import-findings';
import type { RejectedCell } from '@opex/contracts/imports';
import { fromUnits, toUnits } from '../../../lib/amounts/money.ts';
import { covers } from '../../../lib/caller.ts';
import { AppError } from '../../../lib/errors.ts';
import * as actuals from '../../actuals/actuals.service.ts';
import * as currencies from '../../currencies/currencies.service.ts';
import * as masters from '../../masters/masters-by-name.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import { monthTitle } from '../columns.rules.ts';
import type { CheckedRow, Values } from '../import-rows.repository.ts';
import type { FileRow } from '../columns.rules.ts';
import { actualsColumns } from './actuals-columns.rules.ts';
import { amountsOf, type CellOfRow, sumsOf } from './actuals-rows.rules.ts';
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
  totalNotes,
} from './service-rows.service.ts';

/** What entities spent in the months of a year. Values of a row are amounts by entity and month: `12:4`. */
export const actualsKind: Kind = {
  permission: 'budgets.edit',
  columns: actualsColumns,
  namesIn: (rows) =>
    ownRows(rows).flatMap(({ values }) =>
      typeof values['entity'] === 'string' ? [{ kind: 'entities', name: values['entity'] }] : [],
    ),
  asksOf: (rows, { months }) =>
    !months && rows.some(({ values }) => values['month']?.startsWith('#')) ? ['months'] : [],
  check,
  async findNow({ scope }, year, rows, tx) {
    const ids = [...new Set(rows.flatMap(({ serviceId }) => serviceId ?? []))];
    const seen = new Set((await services.findMonthsNow(ids, year.plan?.id ?? 0, scope, tx)).map(({ id }) => id));
    const loaded = await loadedOf(year.id, ids, tx);
    return rows.map(({ serviceId }) =>
      serviceId !== null && seen.has(serviceId) ? { version: 0, values: loaded.get(serviceId) ?? {} } : undefined,
    );
  },
  withCreated: (values, idOf) =>
    Object.fromEntries(
      Object.entries(values).map(([field, amount]) => {
        const { entityId, month } = placeOf(field);
        return [fieldOf(idOf('entities', entityId), month), amount];
      }),
    ),
  async write(tx, caller, year, changes, reason) {
    const named = await masters.entityNames();
    const all = changes.flatMap(({ row, values }) =>
      Object.entries(values).map(([field, amount]) => ({ serviceId: row.serviceId ?? 0, ...placeOf(field), amount })),
    );
    return actuals.updateIn(tx, caller, year, all, { reason, nameOf: (id) => named.get(id) ?? `${id}` });
  },
  async titles(year) {
    const named = await masters.entityNames();
    return (field) => {
      const { entityId, month } = placeOf(field);
      return `${monthTitle(month, year)}, ${named.get(entityId) ?? `${entityId}`}`;
    };
  },
};

const fieldOf = (entityId: number, month: number) => `${entityId}:${month}`;
const placeOf = (field: string) => {
  const [entityId, month] = field.split(':').map(Number);
  return { entityId: entityId ?? 0, month: month ?? 0 };
};

/** What was loaded by service, as values of its rows. */
async function loadedOf(yearId: number, ids: number[], tx?: Parameters<Kind['findNow']>[3]) {
  const found = new Map<number, Values>();
  for (const { serviceId, entityId, months } of await actuals.findLoaded(yearId, ids, tx)) {
    const values = found.get(serviceId) ?? {};
    months.forEach((amount, index) => Object.assign(values, { [fieldOf(entityId, index + 1)]: amount }));
    found.set(serviceId, values);
  }
  return found;
}

const rowsATurn = 100;

async function check(task: Check): Promise<Checked> {
  const { caller, year, columns, rows, report } = task;
  const own = ownRows(rows);
  const found = await knownOf(caller, year.plan?.id ?? 0, own, report);
  const loaded = await loadedOf(year.id, [...new Set([...found.known.values()].map(({ id }) => id))]);
  const rates = ratesOf();
  const read: (Read & { row: FileRow; service: Known | undefined })[] = [];
  for (const row of own) {
    read.push({ row, service: found.known.get(row.uid), ...(await readRow(row, found, rates, task)) });
    if (read.length % rowsATurn === 0) await nextTurn();
  }
  const spoiled = new Map(read.flatMap(({ row, service, rejected }) => (service && rejected.length > 0 ? [[service.id, row.number]] : []))); // prettier-ignore
  const sums = sumsOf(read.map(({ row, service, cells }) => ({ number: row.number, serviceId: service?.id ?? 0, cells }))); // prettier-ignore
  const checked = read.map(({ row, service, cells, rejected }): CheckedRow => {
    if (rejected.length > 0 || !service) return rejectedRow(row, service, rejected);
    const other = spoiled.get(service.id);
    if (other !== undefined)
      return rejectedRow(row, service, [
        {
          column: columns.get('uid') ?? null,
          value: row.uid,
          reason: `Row ${other} of the same service is rejected, so what it spent is not known`,
        },
      ]);
    return changeOf(row, service, cells, { sums, loaded: loaded.get(service.id) ?? {}, task });
  });
  return {
    rows: checked,
    notes: [
      ...totalNotes(
        rows,
        columns,
        [...columns.keys()].filter((field) => actualsColumns.readAs(field) === 'amount'),
      ),
      ...read.flatMap(({ notes }) => notes),
      ...controls(own, columns),
    ],
    counts: countsOf(checked, missingOf(await actuals.findServicesLoaded(year.id, caller.scope), checked)),
    effects: checked.flatMap((row, index) => effectOf(row, read[index]?.service)),
  };
}

type Read = { cells: CellOfRow[]; rejected: RejectedCell[]; notes: ImportNote[] };

/** The amounts of a row by entity and month, in the currency of the company; or why it is rejected. */
async function readRow(row: FileRow, found: KnownServices, rateOf: Rates, task: Check): Promise<Read> {
  const { caller, columns, names, year, months } = task;
  const nothing = { cells: [], notes: [] };
  const at = (field: string, reason: string): Read => ({
    ...nothing,
    rejected: [{ column: columns.get(field) ?? null, value: row.values[field] ?? row.uid, reason }],
  });
  if (row.rejected.length > 0) return { ...nothing, rejected: row.rejected };
  const refusal = refusalOf(caller, row, found);
  if (refusal !== undefined) return at('uid', refusal);
  const amounts = amountsOf(row, columns, { year, months, idOf: (name) => names.idOf('entities', name) });
  if ('reason' in amounts) return at(amounts.field, amounts.reason);
  const cells: CellOfRow[] = [];
  for (const cell of amounts.cells) {
    const placed = (field: string) => (cell.field === 'amount' ? field : cell.field);
    if (cell.entityId > 0 && caller.scope !== 'all' && !covers(caller.scope, cell.entityId))
      return at(placed('entity'), 'This entity is not one of yours');
    const closed = closedFor(caller, year, cell.month, 'actuals_period_open');
    if (closed) return at(placed('month'), closed);
    const rate = await rateOf(row, monthEnd(task, cell.month));
    if (rate instanceof AppError) return at('currency', rate.message);
    cells.push(rate && cell.amount !== null ? { ...cell, amount: inBase(cell.amount, rate.rate), words: `${rate.currency} ${cell.amount} at ${rate.rate}` } : cell); // prettier-ignore
  }
  const service = found.known.get(row.uid);
  return { cells, rejected: [], notes: service ? notesOn(row, service, cells, task) : [] };
}

const monthEnd = ({ year }: Check, month: number) => year.periods[month - 1]?.endDate ?? year.endDate;

type Rate = { rate: string; currency: string };
type Rates = (row: FileRow, day: string) => Promise<Rate | AppError | undefined>;

/** The rate of the row's currency on the day of its invoice, or at the end of its month; each is looked up once. */
function ratesOf(): Rates {
  const kept = new Map<string, Promise<Rate | AppError>>();
  return async ({ values }, day) => {
    const currency = values['currency']?.toUpperCase();
    if (!currency || (await currencies.isBase(currency))) return undefined;
    const date = values['invoiceDate'] ?? day;
    const key = `${currency} ${date}`;
    const found =
      kept.get(key) ??
      currencies.lookupRate({ set: 'ACTUAL', currency, date }).then(
        ({ rate }): Rate => ({ rate, currency }),
        (error: unknown) => {
          if (error instanceof AppError) return error;
          throw error;
        },
      );
    kept.set(key, found);
    return found;
  };
}

/** Rounded half away from zero to the unit, once a line. */
function inBase(amount: string, rate: string): string {
  const [whole = '0', fraction = ''] = rate.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const exact = toUnits(amount) * BigInt(whole + fraction);
  const half = exact < 0n ? -(scale / 2n) : scale / 2n;
  return fromUnits((exact + half) / scale);
}

function notesOn(
  row: FileRow,
  { uid, serviceType, entityId, retired }: Known,
  cells: CellOfRow[],
  { names }: Check,
): ImportNote[] {
  const note = (text: string) => ({ row: row.number, column: null, text });
  const others = cells.filter((cell) => serviceType === 'Dedicated' && entityId !== null && cell.entityId !== entityId);
  return [
    ...(retired ? [note(`${uid} is retired`)] : []),
    ...(others[0] ? [note(`${uid} belongs to ${names.nameOf('entities', entityId ?? 0)} alone, so what ${names.nameOf('entities', others[0].entityId)} spent falls there`)] : []), // prettier-ignore
  ];
}

type Sums = ReturnType<typeof sumsOf>;

/** A cell that several rows add to is told with the first of them. */
function changeOf(
  row: FileRow,
  service: Known,
  cells: CellOfRow[],
  { sums, loaded, task }: { sums: Sums; loaded: Values; task: Check },
): CheckedRow {
  const { columns, year, names } = task;
  const base = rowOf(row, service);
  const [before, after]: [Values, Values] = [{}, {}];
  const told: CheckedRow['cells'] = [];
  for (const { entityId, month, field, words } of cells) {
    const sum = sums.get(`${service.id}:${entityId}:${month}`);
    if (!sum) continue;
    if (sum.rejected !== undefined)
      return rejectedRow(row, service, [
        { column: columns.get(field) ?? null, value: row.values[field] ?? 'CLEAR', reason: sum.rejected },
      ]);
    const key = fieldOf(entityId, month);
    const [from, to] = [loaded[key] ?? null, sum.amount];
    if (from === to) continue;
    const isFirst = sum.rows[0] === row.number && !(key in after);
    const [, ...others] = sum.rows;
    const more = others.length > 0 ? `rows ${sum.rows.join(', ')}` : undefined;
    const title = [
      `${monthTitle(month, year)}, ${names.nameOf('entities', entityId)}`,
      words,
      isFirst ? more : `added up in row ${sum.rows[0]}`,
    ];
    told.push({
      column: columns.get(field) ?? null,
      title: title.filter(Boolean).join('; '),
      ...(isFirst ? { from, to } : { from: null, to: null }),
    });
    if (!isFirst) continue;
    before[key] = from;
    after[key] = to;
  }
  return { ...base, outcome: told.length > 0 ? 'changed' : 'unchanged', before, after, cells: told };
}

const effectOf = ({ before, after }: CheckedRow, service: Known | undefined): Effect[] => {
  if (!service || Object.keys(after).length === 0) return [];
  const more = services.noMonths.map(() => 0n);
  for (const [field, to] of Object.entries(after)) {
    const index = placeOf(field).month - 1;
    more[index] = (more[index] ?? 0n) + toUnits(to ?? '0') - toUnits(before[field] ?? '0');
  }
  const { id, towerId } = service;
  return [{ serviceId: id, towerBefore: towerId, towerId, more: { actual: more } }];
};

/** "FY Actuals" beside columns of months says what they should add up to. */
const controls = (own: FileRow[], columns: ReadonlyMap<string, string>): ImportNote[] =>
  own.flatMap(({ number, values }) => {
    const months = Object.entries(values).filter(([field]) => asMonthOfEntity(field));
    const sum = fromUnits(months.reduce((total, [, amount]) => total + toUnits(amount ?? '0'), 0n));
    const said = values['total'];
    return typeof said === 'string' && months.length > 0 && said !== sum
      ? [
          {
            row: number,
            column: columns.get('total') ?? null,
            text: `The months add up to ${sum}, and the year says ${said}; the months are loaded`,
          },
        ]
      : [];
  });
