import type { AllocationKey } from '@opex/contracts/allocation-keys';
import { asDriver } from '@opex/contracts/import-kinds';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportNote } from '@opex/contracts/import-findings';
import { nameKey } from '@opex/contracts/written';
import { inTransaction, type Transaction } from '../../../database/transaction.ts';
import type { Caller } from '../../../lib/caller.ts';
import { AppError, conflict } from '../../../lib/errors.ts';
import { mustBeOpenFor, sharesAfter } from '../../allocation-keys/allocation-keys.service.ts';
import * as keys from '../../allocation-keys/keys-by-name.service.ts';
import type { Recorded } from '../../audit/audit.service.ts';
import type { MeasureThen } from '../../figures/what-if.service.ts';
import * as masters from '../../masters/masters-by-name.service.ts';
import type { FileRow } from '../columns.rules.ts';
import type { CheckedRow, Values } from '../import-rows.repository.ts';
import type { Check, Checked, Kind, RowChange } from './kind.service.ts';
import { keysColumns } from './keys-columns.rules.ts';
import { driverIn, inFull, sumOf, valueOf, versionIn } from './keys-values.rules.ts';
import { countsOf, ownRows, rejectedRow, rowOf } from './service-rows.service.ts';

/** How costs are shared from a month on. The name of a key stands where other kinds have a UID. */
export const keysKind: Kind = {
  permission: 'keys.edit',
  columns: keysColumns,
  asksOf: (_rows, { from }) => (from ? [] : ['from']),
  check,
  async findNow(caller, _year, rows) {
    const known = await keys.byName(caller);
    return rows.map(({ uid }) => ({ version: 0, values: valuesOf(known.get(nameKey(uid))) }));
  },
  withCreated: (values, idOf) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const driver = driverIn(key);
        return [driver ? valueOf.driver(driver.from, idOf('entities', driver.entityId)) : key, value];
      }),
    ),
  write,
  async titles() {
    const named = await masters.entityNames();
    return (key) => {
      const driver = driverIn(key);
      return driver
        ? `${named.get(driver.entityId) ?? driver.entityId}, from ${driver.from}`
        : `Values from ${versionIn(key) ?? ''}`;
    };
  },
};

function valuesOf(key: AllocationKey | undefined): Values {
  if (!key) return {};
  const values: Values = { [valueOf.exists]: '1', [valueOf.type]: key.driverType };
  for (const { validFrom, drivers } of key.versions) {
    values[valueOf.version(validFrom)] = '1';
    for (const { entityId, value } of drivers) values[valueOf.driver(validFrom, entityId)] = value;
  }
  return values;
}

async function check(task: Check): Promise<Checked> {
  const { caller, columns, rows, from, year } = task;
  if (!from) throw conflict('Say from which month the keys are as the file says');
  const own = ownRows(rows);
  const known = await keys.byName(caller);
  const names = own.map(({ values }) => nameKey(values['key'] ?? ''));
  const checked: CheckedRow[] = [];
  const moved: MeasureThen[] = [];
  const notes: ImportNote[] = [];
  for (const [index, row] of own.entries()) {
    const rival = own.find((other, at) => at !== index && names[at] === names[index]);
    const key = known.get(names[index] ?? '');
    const judged = await judge(row, key, rival, { ...task, from });
    checked.push(judged.row);
    moved.push(...judged.moved.filter(({ fy }) => fy === year.label).flatMap(ofMeasure));
    notes.push(...controlOf(row, columns), ...typeNote(row, key, columns));
  }
  const said = new Set(names);
  const missing = [...known].filter(([name, { retired }]) => !retired && !said.has(name)).length;
  return { rows: checked, notes, counts: countsOf(checked, missing), effects: [], moved };
}

type Shares = Awaited<ReturnType<typeof sharesAfter>>;
const ofMeasure = ({ measure, entityId, now, then }: Shares[number]): MeasureThen[] =>
  measure === 'committed' ? [] : [{ measure, entityId, now, then }];

type Judged = { row: CheckedRow; moved: Shares };

async function judge(
  row: FileRow,
  key: AllocationKey | undefined,
  rival: FileRow | undefined,
  task: Check & { from: string },
): Promise<Judged> {
  const { caller, columns, from, names } = task;
  const name = row.values['key'] ?? '';
  const reject = (field: string, reason: string): Judged => ({
    row: { ...rejectedRow(row, undefined, row.rejected.length > 0 ? row.rejected : [{ column: columns.get(field) ?? null, value: row.values[field] ?? '', reason }]), uid: name }, // prettier-ignore
    moved: [],
  });
  if (row.rejected.length > 0) return reject('key', '');
  if (name === '') return reject('key', 'This row has values and no key');
  if (name.length > 120) return reject('key', 'This is longer than 120 characters');
  if (rival) return reject('key', `Row ${rival.number} names the same key`);
  if (key?.retired) return reject('key', 'This key is retired');
  const driverType = row.values['driverType'] ?? key?.driverType ?? '';
  if (driverType === '' || driverType.length > 60)
    return reject('driverType', 'Say by what is shared, in up to 60 characters');
  const inForce = key?.versions.find(({ validFrom }) => validFrom <= from);
  const before = new Map(inForce?.drivers.map(({ entityId, value }) => [entityId, value]));
  const after = new Map(before);
  for (const [field, value] of Object.entries(row.values)) {
    const entityId = asDriver(field);
    if (entityId === undefined) continue;
    if (value === null) after.delete(entityId);
    else after.set(entityId, inFull(value));
  }
  if ([...after.values()].every((value) => Number(value) === 0))
    return reject('key', 'Nobody has a value, so there is nothing to share by');
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter((id) => (before.get(id) ?? null) !== (after.get(id) ?? null)); // prettier-ignore
  const base = { ...rowOf(row, undefined), uid: key?.name ?? name };
  if (key && differing.length === 0) return { row: { ...base, outcome: 'unchanged' }, moved: [] };
  const version = { validFrom: from, drivers: [...after].map(([entityId, value]) => ({ entityId, value })) };
  const there = inForce?.validFrom === from ? inForce : undefined;
  const shares = await effectOf(caller, key, there?.id ?? null, version);
  if (shares instanceof AppError) return reject('key', shares.message);
  const now = valuesOf(key);
  const target: Values = {
    ...(key ? {} : { [valueOf.exists]: '1', [valueOf.type]: driverType }),
    [valueOf.version(from)]: '1',
    ...Object.fromEntries(version.drivers.map(({ entityId, value }) => [valueOf.driver(from, entityId), value])),
    ...Object.fromEntries((there?.drivers ?? []).filter(({ entityId }) => !after.has(entityId)).map(({ entityId }) => [valueOf.driver(from, entityId), null])), // prettier-ignore
  };
  const changed = Object.keys(target).filter((one) => (target[one] ?? null) !== (now[one] ?? null));
  const pick = (values: Values) => Object.fromEntries(changed.map((one) => [one, values[one] ?? null]));
  return {
    row: {
      ...base,
      service: driverType,
      outcome: key ? 'changed' : 'added',
      before: pick(now),
      after: pick(target),
      cells: differing.map((entityId) => ({
        column: columns.get(`driver:${entityId}`) ?? null,
        title: `${names.nameOf('entities', entityId)}, from ${from}`,
        from: before.get(entityId) ?? null,
        to: after.get(entityId) ?? null,
        isText: true,
      })),
    },
    moved: shares,
  };
}

/** What moves between entities, or why these months keep what they have. */
async function effectOf(
  caller: Caller,
  key: AllocationKey | undefined,
  id: number | null,
  version: { validFrom: string; drivers: { entityId: number; value: string }[] },
) {
  try {
    if (key) return await sharesAfter(caller, key.id, { id, after: version });
    await inTransaction([], (tx) => mustBeOpenFor(caller, version, tx));
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return error;
    throw error;
  }
}

const controlOf = (row: FileRow, columns: ReadonlyMap<string, string>): ImportNote[] => {
  const said = row.values['total'];
  const sum = sumOf(
    Object.entries(row.values).flatMap(([field, value]) => (asDriver(field) === undefined ? [] : (value ?? []))),
  );
  return typeof said === 'string' && inFull(said) !== sum
    ? [{ row: row.number, column: columns.get('total') ?? null, text: `The entities add up to ${sum}, and the total says ${inFull(said)}; it is shared by the entities` }] // prettier-ignore
    : [];
};

const typeNote = (row: FileRow, key: AllocationKey | undefined, columns: ReadonlyMap<string, string>): ImportNote[] => {
  const said = row.values['driverType'];
  return key && said && nameKey(said) !== nameKey(key.driverType)
    ? [
        {
          row: row.number,
          column: columns.get('driverType') ?? null,
          text: `${key.name} goes by ${key.driverType} here; that stays`,
        },
      ]
    : [];
};

async function write(tx: Transaction, caller: Caller, _year: FiscalYear, changes: RowChange[], reason: string) {
  const known = await keys.byName(caller);
  const entries: Recorded[] = [];
  for (const { row, values, isPartial } of changes) {
    const drivers = Object.entries(values).flatMap(([key, value]) => {
      const driver = driverIn(key);
      return driver ? [{ ...driver, value }] : [];
    });
    const from = Object.keys(row.after).map(versionIn).find(Boolean) ?? drivers[0]?.from;
    if (!from) continue;
    const key = known.get(nameKey(row.uid));
    if (!key) {
      const given = drivers.flatMap(({ entityId, value }) => (value === null ? [] : [{ entityId, value }]));
      const body = { name: row.uid, driverType: values[valueOf.type] ?? '', validFrom: from, drivers: given };
      entries.push((await keys.createIn(tx, caller, body)).entry);
    } else if (values[valueOf.exists] === null && !isPartial) {
      entries.push(await keys.removeIn(tx, key.id, { validFrom: from, reason }));
    } else entries.push(...(await keys.setIn(tx, caller, key, { validFrom: from, drivers }, reason)));
  }
  return () => Promise.resolve(entries);
}
