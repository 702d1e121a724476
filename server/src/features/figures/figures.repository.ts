import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import { monthColumns } from '../../database/months.ts';
import type { Connection } from '../../database/settling.ts';
import { parseUnits, type Units, unitsText } from '../../lib/amounts/units.ts';
import { type Assignment, type Keys, type KeyVersion, targetOf, type Year } from './engine.rules.ts';
import type { Changes, DueYear, RollUps, ShareRow, TotalsRow, VendorDifference } from './settling.rules.ts';

const months = [...monthColumns('b'), ...monthColumns('a')];
const amountColumns = [...months, 'committed', 'ytd_budget', 'ytd_actual'];
const shareColumns = ['fiscal_year_id', 'service_id', 'entity_id', 'tower_id', 'vendor_id', ...amountColumns];
const totalsColumns = ['fiscal_year_id', 'service_id', 'budget', 'actual', 'committed', 'ytd_budget', 'ytd_actual'];

/** A service in a year whose figures are due, and where it belongs; it is locked, and its marks are taken off. */
export interface Due {
  serviceId: number;
  yearId: number;
  isThere: boolean;
  towerId: number | null;
  vendorId: number | null;
}

/** Of two writers of facts of one service the second computes after the first has committed, with facts read after that. */
const takeDue = (marks: string) => `
  WITH taken AS (DELETE FROM due_figures WHERE ${marks} RETURNING service_id, fiscal_year_id),
  locked AS MATERIALIZED (
    SELECT id, tower_id, vendor_id FROM services WHERE id IN (SELECT service_id FROM taken) ORDER BY id FOR NO KEY UPDATE
  )
  SELECT DISTINCT service_id AS "serviceId", fiscal_year_id AS "yearId", locked.id IS NOT NULL AS "isThere",
    tower_id AS "towerId", vendor_id AS "vendorId"
  FROM taken LEFT JOIN locked ON locked.id = service_id ORDER BY service_id, fiscal_year_id`;
const markedHere = 'marked_by = (SELECT pg_current_xact_id_if_assigned()::text::bigint)';
const markedByOthers = `(marked_by, service_id, fiscal_year_id) IN (
  SELECT marked_by, service_id, fiscal_year_id FROM due_figures ORDER BY service_id LIMIT $1)`;

/** What this transaction has made due. */
export const takeOwn = (connection: Connection) => take(connection, 'figures.take_own', markedHere, []);
/** What others have left behind, at most so many. */
export const takeLeft = (connection: Connection, most: number) =>
  take(connection, 'figures.take_left', markedByOthers, [most]);

async function take(connection: Connection, name: string, marks: string, values: unknown[]): Promise<Due[]> {
  return (await connection.query<Due>({ name, text: takeDue(marks), values })).rows;
}

/** True for one server at a time, until its transaction ends. */
export async function isTheOneToSettle(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('due_figures')) AS taken`,
  );
  return rows[0]?.taken === true;
}

/** Every service in every year, as if it were due. */
export const markEverything = (connection: Connection) =>
  connection.query(
    'INSERT INTO due_figures (service_id, fiscal_year_id) SELECT s.id, y.id FROM services s CROSS JOIN fiscal_years y ON CONFLICT DO NOTHING',
  );

const list = (columns: string[]) => columns.join(', ');
const plan = monthColumns('m').map((month) => `plan.${month}`);
const spent = monthColumns('m').map((month) => `sum(${month})`);

const dueYears = {
  name: 'figures.facts',
  text: `
    SELECT due.service_id, due.year_id, ARRAY[${list(plan)}]::text, spent.months, orders.open::text,
      ARRAY[totals.budget, totals.actual, totals.committed, totals.ytd_budget, totals.ytd_actual]::text
    FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS due (service_id, year_id, place)
    LEFT JOIN plan_versions version ON version.fiscal_year_id = due.year_id AND version.is_current
    LEFT JOIN plan_lines plan ON plan.plan_version_id = version.id AND plan.service_id = due.service_id
    LEFT JOIN LATERAL (
      SELECT ARRAY[${list(spent)}]::text AS months FROM actuals WHERE service_id = due.service_id AND fiscal_year_id = due.year_id
    ) spent ON true
    LEFT JOIN LATERAL (
      SELECT sum(open) AS open FROM purchase_splits WHERE service_id = due.service_id AND fiscal_year_id = due.year_id
    ) orders ON true
    LEFT JOIN service_years totals ON totals.fiscal_year_id = due.year_id AND totals.service_id = due.service_id
    ORDER BY due.place`,
};
type FactsRow = [serviceId: number, yearId: number, plan: string, spent: string, open: string | null, totals: string];

const keptShares = {
  name: 'figures.kept',
  text: `
    SELECT n.id::text, n.service_id, n.fiscal_year_id, n.entity_id, n.tower_id, n.vendor_id, ARRAY[${list(amountColumns)}]::text
    FROM unnest($1::int[], $2::int[]) AS due (service_id, year_id)
    JOIN service_entity_years n ON n.service_id = due.service_id AND n.fiscal_year_id = due.year_id`,
};
type KeptRow = [
  ...[id: string, serviceId: number, yearId: number],
  ...[entityId: number | null, towerId: number | null, vendorId: number | null, amounts: string],
];

/** What the rules ask beside amounts: whose the services are, the keys they use, the calendar. */
const rulesInForce = {
  name: 'figures.rules',
  text: `
    WITH used AS MATERIALIZED (
      SELECT * FROM service_assignments WHERE service_id = ANY ($1::int[])
    )
    SELECT
      (SELECT json_agg(json_build_array(service_id, valid_from, service_type = 'Shared', entity_id, budget_key_id, actual_key_id) ORDER BY valid_from)
       FROM used) AS assignments,
      (SELECT json_agg(json_build_array(v.allocation_key_id, v.valid_from, (
          SELECT json_agg(json_build_array(entity_id, value::text)) FROM allocation_drivers WHERE allocation_key_version_id = v.id
        )) ORDER BY v.valid_from)
       FROM allocation_key_versions v
       WHERE v.allocation_key_id IN (SELECT budget_key_id FROM used UNION SELECT actual_key_id FROM used)) AS versions,
      (SELECT json_agg(json_build_array(id, reported_through, (
          SELECT json_agg(json_build_array(number, start_date)) FROM periods WHERE fiscal_year_id = y.id
        )))
       FROM fiscal_years y WHERE id = ANY ($2::int[])) AS years`,
};
const id = z.int();
const nullableId = id.nullable();
const rulesRow = z.object({
  assignments: z.array(z.tuple([id, z.string(), z.boolean(), nullableId, nullableId, nullableId])).nullable(),
  versions: z.array(z.tuple([id, z.string(), z.array(z.tuple([id, z.string()])).nullable()])).nullable(),
  years: z.array(z.tuple([id, z.int(), z.array(z.tuple([id, z.string()])).nullable()])).nullable(),
});

export interface DueFacts {
  dueYears: DueYear[];
  years: Map<number, Year>;
  keys: Keys;
}

/** Few rows are asked for by a plan that is kept, many by one that is made for them. */
const statementFor =
  (count: number) =>
  ({ name, text }: { name: string; text: string }, values: unknown[]) =>
    count > 50 ? { text, values } : { name, text, values };

/** The facts of what is due, and what is kept of it. Read after the services are locked, by statements of their own. */
export async function readFacts(connection: Connection, due: Due[]): Promise<DueFacts> {
  const pairs = [due.map(({ serviceId }) => serviceId), due.map(({ yearId }) => yearId)];
  const [serviceIds, yearIds] = pairs.map((ids) => [...new Set(ids)]);
  const ask = statementFor(due.length);
  const { rows: rules } = await connection.query(ask(rulesInForce, [serviceIds, yearIds]));
  const { assignments, keys, years } = readRules(rules[0]);
  const { rows } = await connection.query<FactsRow>({ ...ask(dueYears, pairs), rowMode: 'array' });
  const { rows: kept } = await connection.query<KeptRow>({ ...ask(keptShares, pairs), rowMode: 'array' });
  const found = new Map<string, DueYear>();
  rows.forEach(([serviceId, yearId, planned, spentMonths, open, totals], index) => {
    const { isThere, towerId, vendorId } = due[index] as Due;
    const budget = unitsOf(planned);
    const actual = unitsOf(spentMonths);
    const facts = { assignments: assignments.get(serviceId) ?? [], budget, actual, committed: parseUnits(open ?? '0') };
    found.set(`${serviceId} ${yearId}`, {
      ...{ serviceId, yearId, owner: { towerId, vendorId }, kept: [] },
      facts: isThere && years.has(yearId) ? facts : undefined,
      keptTotals: totals.startsWith('{NULL') ? undefined : unitsOf(totals),
    });
  });
  for (const [rowId, serviceId, yearId, entityId, towerId, vendorId, amounts] of kept)
    found
      .get(`${serviceId} ${yearId}`)
      ?.kept.push({ id: rowId, entityId, towerId, vendorId, amounts: unitsOf(amounts) });
  return { dueYears: [...found.values()], years, keys };
}

/** Of an array as PostgreSQL writes it; a blank month counts nothing. */
const unitsOf = (array: string): Units[] =>
  array
    .slice(1, -1)
    .split(',')
    .map((amount) => (amount === '0.0000' || amount === 'NULL' ? 0 : parseUnits(amount)));

function readRules(row: unknown) {
  const read = z.parse(rulesRow, row);
  const assignments = new Map<number, Assignment[]>();
  for (const [serviceId, validFrom, shared, entityId, budgetKeyId, actualKeyId] of read.assignments ?? [])
    append(assignments, serviceId, { validFrom, shared, entityId, budgetKeyId, actualKeyId });
  const keys = new Map<number, KeyVersion[]>();
  for (const [keyId, validFrom, drivers] of read.versions ?? []) {
    const weights = (drivers ?? []).map(([entityId, value]) => ({ entityId, weight: BigInt(value.replace('.', '')) }));
    append(keys, keyId, { validFrom, target: targetOf(weights) });
  }
  const years = new Map<number, Year>();
  for (const [yearId, reportedThrough, periods] of read.years ?? []) {
    const starts = new Array<string | undefined>(12).fill(undefined);
    for (const [number, start] of periods ?? []) starts[number - 1] = start;
    years.set(yearId, { id: yearId, reportedThrough, starts });
  }
  return { assignments, keys, years };
}

function append<Item>(map: Map<number, Item[]>, key: number, item: Item) {
  const items = map.get(key);
  if (items) items.push(item);
  else map.set(key, [item]);
}

// Few rows go as one text of JSON in one statement, many by COPY.
const mostAsJson = 400;

const rowsOf = (parameter: string, table: string) => `json_populate_recordset(NULL::${table}, ${parameter}::json)`;
const assigned = (columns: string[], from: string) =>
  columns.map((column) => `${column} = ${from}.${column}`).join(', ');
const added = (columns: string[]) =>
  columns.map((column) => `${column} = kept.${column} + excluded.${column}`).join(', ');
const towerColumns = [...months, 'committed'];

const columnsOf = (first: number, types: string[]) => types.map((type, at) => `$${first + at}::${type}[]`).join(', ');

/** Roll-ups learn differences, in one order for all writers; that is all that two of them ever wait for each other. */
const rollUp = (first: number) => `
  towers AS (
    INSERT INTO tower_entity_years AS kept (fiscal_year_id, tower_id, entity_id, ${list(towerColumns)})
    SELECT fiscal_year_id, tower_id, entity_id, ${list(towerColumns)} FROM ${rowsOf(`$${first}`, 'tower_entity_years')}
    ORDER BY fiscal_year_id, tower_id, entity_id
    ON CONFLICT (fiscal_year_id, tower_id, entity_id) DO UPDATE SET ${added(towerColumns)}
  ),
  entities_of_vendors AS (
    INSERT INTO vendor_entity_years AS kept (fiscal_year_id, vendor_id, entity_id, budget, actual)
    SELECT fiscal_year_id, vendor_id, entity_id, budget, actual FROM unnest(${columnsOf(first + 1, ['int', 'int', 'int', 'numeric', 'numeric'])}) AS row (fiscal_year_id, vendor_id, entity_id, budget, actual)
    ORDER BY fiscal_year_id, vendor_id, entity_id
    ON CONFLICT (fiscal_year_id, entity_id, vendor_id) DO UPDATE SET ${added(['budget', 'actual'])}
  ),
  vendors AS (
    INSERT INTO vendor_years AS kept (fiscal_year_id, vendor_id, budget, actual)
    SELECT fiscal_year_id, vendor_id, budget, actual FROM unnest(${columnsOf(first + 6, ['int', 'int', 'numeric', 'numeric'])}) AS row (fiscal_year_id, vendor_id, budget, actual)
    ORDER BY fiscal_year_id, vendor_id
    ON CONFLICT (fiscal_year_id, vendor_id) DO UPDATE SET ${added(['budget', 'actual'])}
  )`;
const writeRollUps = { name: 'figures.roll_up', text: `WITH ${rollUp(1)} SELECT` };

const writeFew = {
  name: 'figures.write',
  text: `
    WITH gone AS (DELETE FROM service_entity_years WHERE id = ANY ($1::bigint[])),
    changed AS (
      UPDATE service_entity_years AS kept SET ${assigned(['tower_id', 'vendor_id', ...amountColumns], 'row')}
      FROM ${rowsOf('$2', 'service_entity_years')} AS row WHERE kept.id = row.id
    ),
    added AS (
      INSERT INTO service_entity_years (${list(shareColumns)})
      SELECT ${list(shareColumns)} FROM ${rowsOf('$3', 'service_entity_years')}
    ),
    totals AS (
      INSERT INTO service_years (${list(totalsColumns)})
      SELECT ${list(totalsColumns)} FROM ${rowsOf('$4', 'service_years')}
      ON CONFLICT (fiscal_year_id, service_id) DO UPDATE SET ${assigned(totalsColumns.slice(2), 'excluded')}
    ),
    ${rollUp(5)} SELECT`,
};

const isEmpty = ({ gone, changed, added: more, totals }: Changes) =>
  gone.length + changed.length + more.length + totals.length === 0;

/** Writes what differs; with `rollUps`, also by how much the sums do. */
export async function write(connection: Connection, changes: Changes, rollUps?: RollUps) {
  if (changes.changed.length + changes.added.length + changes.totals.length <= mostAsJson) {
    if (isEmpty(changes) && !rollUps?.areDifferent) return;
    const { gone, changed, added: more, totals } = changes;
    const rows = [gone, json(changed.map(shareObject)), json(more.map(shareObject)), json(totals.map(totalsObject))];
    await connection.query({ ...writeFew, values: [...rows, ...rollUpRows(rollUps)] });
    return;
  }
  await writeMany(connection, changes);
  if (rollUps) await connection.query({ ...writeRollUps, values: rollUpRows(rollUps) });
}

/** A row that changes gets entries in its indexes as a new one does, so it may as well come anew, by COPY. */
async function writeMany(connection: Connection, { gone, changed, added: more, totals }: Changes) {
  const ids = [...gone, ...changed.map((row) => row.id)];
  if (ids.length > 0) await connection.query('DELETE FROM service_entity_years WHERE id = ANY ($1::bigint[])', [ids]);
  await copy(connection, 'service_entity_years', shareColumns, [changed, more], shareLine);
  await connection.query(
    `DELETE FROM service_years USING unnest($1::int[], $2::int[]) AS gone (service, year)
     WHERE service_id = service AND fiscal_year_id = year`,
    [totals.map(({ serviceId }) => serviceId), totals.map(({ yearId }) => yearId)],
  );
  await copy(connection, 'service_years', totalsColumns, [totals], totalsLine);
}

const blank = '\\N';
const shareLine = ({ yearId, serviceId, entityId, towerId, vendorId, amounts }: ShareRow) =>
  `${yearId}\t${serviceId}\t${entityId ?? blank}\t${towerId ?? blank}\t${vendorId ?? blank}\t${amounts.map(unitsText).join('\t')}\n`;
const totalsLine = ({ yearId, serviceId, totals }: TotalsRow) =>
  `${yearId}\t${serviceId}\t${totals.map(unitsText).join('\t')}\n`;

const chunkLength = 64 * 1024;

async function copy<Row>(
  connection: Connection,
  table: string,
  columns: string[],
  rows: Row[][],
  lineOf: (row: Row) => string,
) {
  const target = connection.query(copyFrom(`COPY ${table} (${list(columns)}) FROM STDIN`));
  await pipeline(Readable.from(chunks(rows, lineOf), { objectMode: false }), target);
}

function* chunks<Row>(lists: Row[][], lineOf: (row: Row) => string): Generator<string> {
  let chunk = '';
  for (const rows of lists)
    for (const row of rows) {
      chunk += lineOf(row);
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = '';
    }
  if (chunk !== '') yield chunk;
}

const json = (rows: object[]) => JSON.stringify(rows);
const named = (columns: string[], amounts: Units[]) =>
  Object.fromEntries(columns.map((column, at) => [column, unitsText(amounts[at] ?? 0)]));

const shareObject = ({
  id: rowId,
  yearId,
  serviceId,
  entityId,
  towerId,
  vendorId,
  amounts,
}: ShareRow & { id?: string }) => ({
  id: rowId,
  fiscal_year_id: yearId,
  service_id: serviceId,
  entity_id: entityId,
  tower_id: towerId,
  vendor_id: vendorId,
  ...named(amountColumns, amounts),
});
const totalsObject = ({ yearId, serviceId, totals }: TotalsRow) => ({
  fiscal_year_id: yearId,
  service_id: serviceId,
  ...named(totalsColumns.slice(2), totals),
});

/** Values of the parameters of `rollUp`: towers as JSON, vendors as columns. */
function rollUpRows(rollUps: RollUps | undefined): unknown[] {
  const towers = (rollUps?.towers ?? []).map(({ yearId, towerId, entityId, amounts }) => ({
    ...{ fiscal_year_id: yearId, tower_id: towerId, entity_id: entityId },
    ...named(towerColumns, amounts),
  }));
  const [ofEntities, ofAll] = [rollUps?.entitiesOfVendors ?? [], rollUps?.vendors ?? []];
  const start = (rows: VendorDifference[]) => [rows.map(({ yearId }) => yearId), rows.map(({ vendorId }) => vendorId)];
  const amounts = (rows: VendorDifference[]) => [
    rows.map(({ budget }) => unitsText(budget)),
    rows.map(({ actual }) => unitsText(actual)),
  ];
  const entityIds = ofEntities.map(({ entityId }) => entityId ?? null);
  return [json(towers), ...start(ofEntities), entityIds, ...amounts(ofEntities), ...start(ofAll), ...amounts(ofAll)];
}
