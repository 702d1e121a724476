import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { preparedName } from '../../database/prepared.ts';
import type { Connection } from '../../database/settling.ts';
import { type Units, unitsText } from '../../lib/amounts/units.ts';
import { amountColumns, list, monthsOfFigures, totalColumns } from './facts.repository.ts';
import type { Changes, KeptShareRow, RollUps, ShareRow, TotalsRow } from './settling.rules.ts';

const towerColumns = [...monthsOfFigures, 'committed'];

/** One column of the rows that a statement is given, as an array. */
type Column = [name: string, type: 'int' | 'bigint' | 'numeric', values: readonly (number | string | null)[]];

const ints = <Row>(rows: readonly Row[], names: Record<string, (row: Row) => number | null>): Column[] =>
  Object.entries(names).map(([name, valueOf]) => [name, 'int', rows.map(valueOf)]);
/** Amounts stand in the rows in the order of `names`; those of `only` are taken. */
const amounts = <Row>(
  rows: readonly Row[],
  names: readonly string[],
  amountsOf: (row: Row) => readonly Units[],
  only = names,
): Column[] =>
  only.map((name) => {
    const at = names.indexOf(name);
    return [name, 'numeric', rows.map((row) => unitsText(amountsOf(row)[at] as Units))];
  });

/** Parts of one statement, with their parameters. */
class Parts {
  readonly #texts: string[] = [];
  readonly values: string[] = [];

  add(text: string) {
    this.#texts.push(`part_${this.#texts.length} AS (${text})`);
  }

  parameter(type: Column[1], values: Column[2]) {
    this.values.push(`{${values.map((value) => (value === null ? 'NULL' : String(value))).join()}}`);
    return `$${this.values.length}::${type}[]`;
  }

  rows(columns: Column[]) {
    const arrays = columns.map(([, type, values]) => this.parameter(type, values));
    return `unnest(${list(arrays)}) AS row (${list(columns.map(([name]) => name))})`;
  }

  /** In a row that is there already each amount becomes what `learn` says. */
  upsert(table: string, keys: Column[], sums: Column[], learn: (column: string) => string) {
    const [ofKeys, ofSums] = [keys, sums].map((columns) => columns.map(([name]) => name)) as [string[], string[]];
    const columns = list([...ofKeys, ...ofSums]);
    const update = ofSums.map((column) => `${column} = ${learn(column)}`);
    // In one order for all writers, so that two of them only ever wait for each other.
    this.add(`
      INSERT INTO ${table} AS kept (${columns}) SELECT ${columns} FROM ${this.rows([...keys, ...sums])} ORDER BY ${list(ofKeys)}
      ON CONFLICT (${list(ofKeys)}) DO ${update.length > 0 ? `UPDATE SET ${list(update)}` : 'NOTHING'}`);
  }

  async send(connection: Connection) {
    if (this.#texts.length === 0) return;
    const text = `WITH ${list(this.#texts)} SELECT`;
    await connection.query({ name: preparedName('figures.write', text), text, values: this.values });
  }
}

// Few rows go as arrays in one statement, many by COPY.
const mostInArrays = 20_000;

/** Writes what differs; with `rollUps`, also by how much the sums do. */
export async function write(connection: Connection, changes: Changes, rollUps?: RollUps) {
  const parts = new Parts();
  const { gone, changed, added, totals } = changes;
  const differing = columnsThatDiffer(changed);
  const cells = changed.length * differing.length + added.length * amountColumns.length + totals.length;
  if (cells > mostInArrays) await writeMany(connection, changes);
  else {
    if (gone.length > 0)
      parts.add(`DELETE FROM service_entity_years WHERE id = ANY (${parts.parameter('bigint', gone)})`);
    if (changed.length > 0) change(parts, changed, differing);
    if (added.length > 0) add(parts, added);
    if (totals.length > 0) {
      const keys = ints(totals, { fiscal_year_id: ({ yearId }) => yearId, service_id: ({ serviceId }) => serviceId });
      const sums = amounts(totals, totalColumns, (row) => row.totals);
      parts.upsert('service_years', keys, sums, (column) => `excluded.${column}`);
    }
  }
  if (rollUps) rollUp(parts, rollUps);
  await parts.send(connection);
}

const shareKeys = {
  fiscal_year_id: ({ yearId }: ShareRow) => yearId,
  service_id: ({ serviceId }: ShareRow) => serviceId,
  entity_id: ({ entityId }: ShareRow) => entityId,
  tower_id: ({ towerId }: ShareRow) => towerId,
  vendor_id: ({ vendorId }: ShareRow) => vendorId,
};

/** Amounts that none of the rows changes stay as they are, and with them their indexes. */
function columnsThatDiffer(changed: readonly KeptShareRow[]) {
  const differing = new Set<number>();
  for (const { amounts: after, before } of changed)
    for (let at = 0; at < after.length; at++) if (after[at] !== before[at]) differing.add(at);
  return amountColumns.filter((_, at) => differing.has(at));
}

function change(parts: Parts, changed: readonly KeptShareRow[], differing: string[]) {
  const { tower_id, vendor_id } = shareKeys;
  const columns = [
    ...(changed.some(({ hasMoved }) => hasMoved) ? ints(changed, { tower_id, vendor_id }) : []),
    ...amounts(changed, amountColumns, (row) => row.amounts, differing),
  ];
  const rows = parts.rows([['id', 'bigint', changed.map(({ id }) => id)], ...columns]);
  const assigned = columns.map(([name]) => `${name} = row.${name}`);
  parts.add(`UPDATE service_entity_years AS kept SET ${list(assigned)} FROM ${rows} WHERE kept.id = row.id`);
}

function add(parts: Parts, added: readonly ShareRow[]) {
  const columns = [...ints(added, shareKeys), ...amounts(added, amountColumns, (row) => row.amounts)];
  const names = list(columns.map(([name]) => name));
  parts.add(`INSERT INTO service_entity_years (${names}) SELECT ${names} FROM ${parts.rows(columns)}`);
}

const sum = (column: string) => `kept.${column} + excluded.${column}`;

/** Roll-ups are told by how much their amounts change. */
function rollUp(parts: Parts, { towers, entitiesOfVendors, vendors }: RollUps) {
  const ofYear = { fiscal_year_id: ({ yearId }: { yearId: number }) => yearId };
  if (towers.length > 0) {
    const keys = ints(towers, { ...ofYear, tower_id: (row) => row.towerId, entity_id: (row) => row.entityId });
    const columns = towerColumns.filter((_, at) => towers.some((row) => row.amounts[at] !== 0));
    const sums = amounts(towers, towerColumns, (row) => row.amounts, columns);
    parts.upsert('tower_entity_years', keys, sums, sum);
  }
  const ofVendor = { ...ofYear, vendor_id: ({ vendorId }: { vendorId: number | null }) => vendorId };
  const sumsOf = (rows: readonly { budget: Units; actual: Units }[]) =>
    amounts(rows, ['budget', 'actual'], ({ budget, actual }) => [budget, actual]);
  if (entitiesOfVendors.length > 0) {
    const keys = ints(entitiesOfVendors, { ...ofVendor, entity_id: (row) => row.entityId ?? null });
    parts.upsert('vendor_entity_years', keys, sumsOf(entitiesOfVendors), sum);
  }
  if (vendors.length > 0) parts.upsert('vendor_years', ints(vendors, ofVendor), sumsOf(vendors), sum);
}

/** A row whose every amount changes gets entries in its indexes as a new one does, so it may as well come anew, by COPY. */
async function writeMany(connection: Connection, { gone, changed, added, totals }: Changes) {
  const ids = [...gone, ...changed.map((row) => row.id)];
  if (ids.length > 0) await connection.query('DELETE FROM service_entity_years WHERE id = ANY ($1::bigint[])', [ids]);
  const shareColumns = [...Object.keys(shareKeys), ...amountColumns];
  await copy(connection, 'service_entity_years', shareColumns, [changed, added], shareLine);
  await connection.query(
    `DELETE FROM service_years USING unnest($1::int[], $2::int[]) AS gone (service, year)
     WHERE service_id = service AND fiscal_year_id = year`,
    [totals.map(({ serviceId }) => serviceId), totals.map(({ yearId }) => yearId)],
  );
  await copy(connection, 'service_years', ['fiscal_year_id', 'service_id', ...totalColumns], [totals], totalsLine);
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
