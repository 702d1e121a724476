import { setImmediate as nextTurn } from 'node:timers/promises';
import { serviceFieldsBody } from '@opex/contracts/fields/service';
import { editablePlanStates } from '@opex/contracts/fiscal-years';
import { asMonthOfEntity } from '@opex/contracts/import-kinds';
import { nameKey } from '@opex/contracts/written';
import type { ImportNote } from '@opex/contracts/import-findings';
import { fromUnits, toUnits } from '../../../lib/amounts/money.ts';
import { type Caller, covers } from '../../../lib/caller.ts';
import { today } from '../../../lib/time.ts';
import * as allocationKeys from '../../allocation-keys/allocation-keys.service.ts';
import * as fiscalYears from '../../fiscal-years/fiscal-years.service.ts';
import * as many from '../../services/many-services.service.ts';
import { isOwn } from '../../services/ownership.service.ts';
import { planOf } from '../../services/service-changes.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import type { FileRow } from '../columns.rules.ts';
import type { CheckedRow, Values } from '../import-rows.repository.ts';
import type { Check, Checked, Effect } from './kind.service.ts';
import { closedFor, countsOf, hintsOf, missingOf, ownRows, rejectedRow, rowOf, spread, totalNotes } from './service-rows.service.ts'; // prettier-ignore
import { cellsOf } from './tracker-cells.rules.ts';
import { trackerColumns } from './tracker-columns.rules.ts';
import { beginning, effectOf, idIn } from './tracker-effects.service.ts';
import { fields } from './tracker-fields.rules.ts';
import { type Refused, type Said, saidOf, type State, stateOf, together } from './tracker-rows.rules.ts';
import { actualOf, budgetOf, valueOf } from './tracker-values.rules.ts';
import { spentOf, valuesOf } from './tracker-now.service.ts';

type Found = many.FoundService;
type Context = {
  task: Check;
  keys: readonly { id: number; name: string }[];
  keyIds: ReadonlyMap<string, number>;
  hints: ReadonlyMap<string, string>;
  /** A change of owner or key counts from here. */
  assignedFrom: string;
  spent: ReadonlyMap<number, Values>;
};
type Judged = { row: CheckedRow; effect?: Effect | undefined; notes: ImportNote[] };

const rowsATurn = 100;

/** What every row would change or bring, or why it is rejected. */
export async function checkTracker(task: Check): Promise<Checked> {
  const { caller, year, columns, rows } = task;
  const own = ownRows(rows);
  const plan = planOf(year);
  const uids = [...new Set(own.map(({ uid }) => uid))].filter((uid) => uid !== '');
  const found = new Map((await many.findWhole(uids, plan.id, caller.scope)).map((one) => [one.asked, one]));
  const keys = await allocationKeys.list(caller);
  const ids = [...found.values()].map(({ id }) => id);
  const context: Context = {
    ...{ task, keys, keyIds: new Map(keys.map(({ id, name }) => [nameKey(name), id])) },
    hints: await hintsOf(caller, uids.filter((uid) => !found.has(uid))), // prettier-ignore
    assignedFrom: await assignedFrom(task),
    spent: await spentOf(year.id, ids),
  };
  const judged: Judged[] = [];
  for (const group of groupsOf(own, found)) {
    judged.push(...judgeGroup(group, found.get(group[0].uid), context));
    if (judged.length % rowsATurn === 0) await nextTurn();
  }
  const checked = judged.map(({ row }) => row).toSorted((one, other) => one.number - other.number);
  const amounts = [...columns.keys()].filter((field) => trackerColumns.readAs(field) === 'amount');
  const planned = await services.findPlanned(plan.id, caller.scope);
  return {
    rows: checked,
    notes: [...totalNotes(rows, columns, amounts), ...judged.flatMap(({ notes }) => notes)],
    counts: countsOf(checked, missingOf(planned, checked)),
    effects: judged.flatMap(({ effect }) => effect ?? []),
  };
}

/** The day after the last closed month, or the first open month of a year to come: as writing does it. */
async function assignedFrom({ year }: Check): Promise<string> {
  const firstOpen = year.periods.find(({ state }) => state !== 'CLOSED');
  if (year.startDate > today() && firstOpen) return firstOpen.startDate;
  const periods = (await fiscalYears.all())
    .flatMap((one) => one.periods)
    .toSorted((one, other) => (one.startDate < other.startDate ? -1 : 1));
  const last = periods.findLastIndex(({ state }) => state === 'CLOSED');
  return last < 0 ? beginning : (periods[last + 1]?.startDate ?? '9999-12-31');
}

type Group = [FileRow, ...FileRow[]];

/** Rows that name the same service, in whatever spelling. */
function groupsOf(rows: FileRow[], found: ReadonlyMap<string, Found>): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const service = found.get(row.uid);
    const key = row.uid === '' ? `row ${row.number}` : service ? `id ${service.id}` : nameKey(row.uid);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** The first row of a service carries what all of them say. */
function judgeGroup(group: Group, service: Found | undefined, context: Context): Judged[] {
  const { columns } = context.task;
  const reject = (row: FileRow, { field, reason }: Refused): Judged => {
    const cell = { column: columns.get(field) ?? null, value: row.values[field] ?? row.uid, reason };
    return { row: rejectedRow(row, service, row.rejected.length > 0 ? row.rejected : [cell]), notes: [] };
  };
  const spoiled = group.find(({ rejected }) => rejected.length > 0);
  if (spoiled)
    return group.map((row) => reject(row, { field: 'uid', reason: `Row ${spoiled.number} of the same service is rejected` })); // prettier-ignore
  const whole = together(group);
  if ('reason' in whole) {
    const { field, rows } = whole;
    return group.map((row) => {
      const rival = rows.find((other) => other !== row) ?? row;
      return reject(row, { field, reason: `Row ${rival.number} ${whole.reason}` });
    });
  }
  const result = judge(whole, service, context);
  if ('reason' in result) return group.map((row) => reject(row, result));
  const [, ...others] = group;
  const { uid, serviceId } = result.row;
  const said = (row: FileRow): CheckedRow => ({ ...rowOf(row, service), uid, serviceId, outcome: 'unchanged' });
  return [result, ...others.map((row) => ({ row: said(row), notes: [] }))];
}

function judge(row: FileRow, service: Found | undefined, context: Context): Judged | Refused {
  const { task, keyIds, spent } = context;
  const { caller, names } = task;
  const refusal = refusalOf(row, service, context);
  if (refusal !== undefined) return { field: 'uid', reason: refusal };
  const before: Values = service ? { ...valuesOf(service), ...spent.get(service.id) } : {};
  const masterOf = (kind: Parameters<typeof names.idOf>[0], name: string) => names.idOf(kind, name);
  const said = saidOf(row, stateOf(service), !service, { masterOf, keys: keyIds });
  if ('reason' in said) return said;
  const { state } = said;
  if (!isOwnState(caller, state)) return { field: 'entity', reason: 'Say one of your own entities' };
  const budget = budgetSaid(row, service, state, task);
  if ('reason' in budget) return budget;
  const actual = actualSaid(row, task);
  if ('reason' in actual) return actual;
  const remark = row.values['remark'];
  const after: Values = {
    ...(service ? {} : { [valueOf.exists]: '1' }),
    ...asValues(state),
    ...budget.values,
    ...actual.values,
    ...(remark && remark !== service?.lastRemark && { [valueOf.remark]: remark }),
  };
  // A new service has what a new one has, without saying so.
  const given = service ? before : asValues(stateOf(undefined));
  const changed = Object.keys(after).filter((key) => (after[key] ?? null) !== (given[key] ?? null));
  if (service?.retired && changed.length > 0)
    return { field: 'uid', reason: 'This service is retired and takes no changes; reinstate it first' };
  const closed = changed.flatMap((key) => closedAt(key, task) ?? [])[0];
  if (closed) return closed;
  const pick = (values: Values) => Object.fromEntries(changed.map((key) => [key, values[key] ?? null]));
  return {
    row: {
      ...rowOf(row, undefined),
      uid: service?.uid ?? row.uid,
      serviceId: service?.id ?? null,
      service: service?.service ?? state['service'] ?? null,
      outcome: changed.length === 0 ? 'unchanged' : service ? 'changed' : 'added',
      before: pick(before),
      after: pick(after),
      cells: cellsOf(changed, { before, after, isSpread: budget.isSpread }, { ...task, keys: context.keys }),
    },
    effect: effectOf(service, state, { changed, before, after }, context.assignedFrom),
    notes: notesOn(row, said, task),
  };
}

const asValues = (state: State): Values =>
  Object.fromEntries(fields.map(({ stored }) => [valueOf.field(stored), state[stored] ?? null]));

function refusalOf({ uid }: FileRow, service: Found | undefined, { task: { caller }, hints }: Context) {
  if (uid === '') return 'This row has no UID';
  const hint = hints.get(uid);
  if (!service && hint) return `There is no service ${uid}; the zeros of ${hint} are missing`;
  if (service)
    return isOwn(caller, service) ? undefined : 'You see only a share of this service, so you cannot change it';
  if (!caller.permissions.has('services.create'))
    return 'There is no service with this UID, and you may not add services';
  return serviceFieldsBody.uid.safeParse(uid).error?.issues[0]?.message;
}

const isOwnState = (caller: Caller, state: State) =>
  isOwn(caller, { serviceType: state['serviceType'] === 'Shared' ? 'Shared' : 'Dedicated', entityId: idIn(state['entityId']) }); // prettier-ignore

/** The budget of the year, spread where it differs from what the months add up to. */
function budgetSaid(
  row: FileRow,
  service: Found | undefined,
  state: State,
  { year }: Check,
): { values: Values; isSpread: boolean } | Refused {
  const said = row.values['budget'];
  const before = service?.months ?? services.noMonths;
  if (said === undefined || (said !== null && said === services.totalOf(before)))
    return { values: {}, isSpread: false };
  const plan = planOf(year);
  if (!editablePlanStates.includes(plan.state))
    return { field: 'budget', reason: `The plan ${plan.name} of ${year.label} is not a draft any more` };
  const about = {
    uid: row.uid,
    phasing: state['phasing'] === 'PROFILE' ? ('PROFILE' as const) : ('EVEN' as const),
    startDate: state['startDate'] ?? null,
    endDate: state['endDate'] ?? null,
  };
  const months = said === null ? services.noMonths : spread(said, about, before, year);
  if (typeof months === 'string') return { field: 'budget', reason: months };
  return {
    values: Object.fromEntries(months.map((month, index) => [valueOf.budget(index + 1), month])),
    isSpread: true,
  };
}

function actualSaid(row: FileRow, { caller }: Check): { values: Values } | Refused {
  const values: Values = {};
  for (const [field, amount] of Object.entries(row.values)) {
    const place = asMonthOfEntity(field);
    if (!place) continue;
    if (place.entityId > 0 && caller.scope !== 'all' && !covers(caller.scope, place.entityId))
      return { field, reason: 'This entity is not one of yours' };
    values[valueOf.actual(place.entityId, place.month)] = amount;
  }
  return { values };
}

function closedAt(key: string, { caller, year }: Check): Refused | undefined {
  const month = budgetOf(key);
  const place = actualOf(key);
  const reason = month
    ? closedFor(caller, year, month, 'plan_lines_period_open')
    : place && closedFor(caller, year, place.month, 'actuals_period_open');
  if (!reason) return undefined;
  return { field: place ? `actual${place.month}:${place.entityId}` : 'budget', reason };
}

function notesOn(row: FileRow, { state, only, unknownKey }: Said, { columns, names }: Check): ImportNote[] {
  const note = (field: string, text: string) => ({ row: row.number, column: columns.get(field) ?? null, text });
  const spent = Object.entries(row.values).filter(([field]) => asMonthOfEntity(field));
  const sum = fromUnits(spent.reduce((total, [, amount]) => total + toUnits(amount ?? '0'), 0n));
  const { total } = row.values;
  return [
    ...(state['serviceType'] === 'Shared' && !state['budgetKeyId']
      ? [note('budgetKey', `${row.uid} is shared and there is no allocation key${unknownKey ? ` "${unknownKey}"` : ' for it'}, so its cost falls on nobody yet`)] // prettier-ignore
      : []),
    ...(only === undefined
      ? []
      : [
          note(
            'entity',
            `${row.uid} is taken to belong to ${names.nameOf('entities', only)}, which alone spends on it`,
          ),
        ]),
    ...(typeof total === 'string' && spent.length > 0 && total !== sum
      ? [note('total', `The months add up to ${sum}, and the year says ${total}; the months are loaded`)]
      : []),
  ];
}
