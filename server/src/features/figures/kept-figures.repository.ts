import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection } from '../../database/settling.ts';
import { type Units, unitsText } from '../../lib/amounts/units.ts';
import { amountColumns, monthsOfFigures, totalColumns } from './figure-columns.ts';
import type { Changes, RollUps, ShareRow, TotalsRow, VendorDifference } from './settling.rules.ts';

const shareColumns = ['fiscal_year_id', 'service_id', 'entity_id', 'tower_id', 'vendor_id', ...amountColumns];
const totalsColumns = ['fiscal_year_id', 'service_id', ...totalColumns];
const list = (columns: string[]) => columns.join(', ');

// Few rows go as one text of JSON in one statement, many by COPY.
const mostAsJson = 400;

const rowsOf = (parameter: string, table: string) => `json_populate_recordset(NULL::${table}, ${parameter}::json)`;
const assigned = (columns: string[], from: string) =>
  columns.map((column) => `${column} = ${from}.${column}`).join(', ');
const added = (columns: string[]) =>
  columns.map((column) => `${column} = kept.${column} + excluded.${column}`).join(', ');
const towerColumns = [...monthsOfFigures, 'committed'];

const arraysFrom = (first: number, types: string[]) => types.map((type, at) => `$${first + at}::${type}[]`).join(', ');

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
    SELECT fiscal_year_id, vendor_id, entity_id, budget, actual FROM unnest(${arraysFrom(first + 1, ['int', 'int', 'int', 'numeric', 'numeric'])}) AS row (fiscal_year_id, vendor_id, entity_id, budget, actual)
    ORDER BY fiscal_year_id, vendor_id, entity_id
    ON CONFLICT (fiscal_year_id, entity_id, vendor_id) DO UPDATE SET ${added(['budget', 'actual'])}
  ),
  vendors AS (
    INSERT INTO vendor_years AS kept (fiscal_year_id, vendor_id, budget, actual)
    SELECT fiscal_year_id, vendor_id, budget, actual FROM unnest(${arraysFrom(first + 6, ['int', 'int', 'numeric', 'numeric'])}) AS row (fiscal_year_id, vendor_id, budget, actual)
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
      ON CONFLICT (fiscal_year_id, service_id) DO UPDATE SET ${assigned(totalColumns, 'excluded')}
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
  ...named(totalColumns, totals),
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
