import { z } from 'zod';
import { monthColumns } from '../../database/months.ts';
import type { Connection } from '../../database/settling.ts';
import { parseUnits, parseUnitsList } from '../../lib/amounts/units.ts';
import { type Assignment, type Facts, type Keys, type KeyVersion, keyVersionOf, type Year } from './engine.rules.ts';
import type { Kept, Place } from './settling.rules.ts';

export const monthsOfFigures = [...monthColumns('b'), ...monthColumns('a')];
/** Of one entity in one year. */
export const amountColumns = [...monthsOfFigures, 'committed', 'ytd_budget', 'ytd_actual'];
/** Of all entities together. */
export const totalColumns = ['budget', 'actual', 'committed', 'ytd_budget', 'ytd_actual'];

export const list = (columns: readonly string[]) => columns.join(', ');
const plan = list(monthColumns('m').map((month) => `plan.${month}`));
const spent = list(monthColumns('m').map((month) => `sum(${month})`));

/** Arrays of JSON, each made by one subselect, so that one statement brings them all. */
const versionsOf = (keys: string) => `
    SELECT json_agg(json_build_array(v.allocation_key_id, v.valid_from, (
        SELECT json_agg(json_build_array(entity_id, value::text)) FROM allocation_drivers WHERE allocation_key_version_id = v.id
      )) ORDER BY v.valid_from)
    FROM allocation_key_versions v
    WHERE v.allocation_key_id ${keys}`;
const questions = {
  assignments: `
    SELECT json_agg(json_build_array(service_id, valid_from, service_type = 'Shared', entity_id, budget_key_id, actual_key_id) ORDER BY valid_from)
    FROM used`,
  versions: versionsOf('IN (SELECT budget_key_id FROM used UNION SELECT actual_key_id FROM used)'),
  years: `
    SELECT json_agg(json_build_array(id, reported_through, (
        SELECT json_agg(json_build_array(number, start_date)) FROM periods WHERE fiscal_year_id = y.id
      )))
    FROM fiscal_years y WHERE id = ANY ($2::int[])`,
  amounts: `
    SELECT json_agg(json_build_array(ARRAY[${plan}]::text, spent.months, orders.open::text) ORDER BY due.place)
    FROM due
    LEFT JOIN plan_versions version ON version.fiscal_year_id = due.year_id AND version.is_current
    LEFT JOIN plan_lines plan ON plan.plan_version_id = version.id AND plan.service_id = due.service_id
    LEFT JOIN LATERAL (
      SELECT ARRAY[${spent}]::text AS months FROM actuals WHERE service_id = due.service_id AND fiscal_year_id = due.year_id
    ) spent ON true
    LEFT JOIN LATERAL (
      SELECT sum(open) AS open FROM purchase_splits WHERE service_id = due.service_id AND fiscal_year_id = due.year_id
    ) orders ON true`,
  /** What the figures are as they are kept. */
  shares: `
    SELECT json_agg(json_build_array(due.place - 1, n.id::text, n.entity_id, n.tower_id, n.vendor_id, ARRAY[${list(amountColumns)}]::text))
    FROM due JOIN service_entity_years n ON n.service_id = due.service_id AND n.fiscal_year_id = due.year_id`,
  totals: `
    SELECT json_agg(json_build_array(due.place - 1, ARRAY[${list(totalColumns)}]::text))
    FROM due JOIN service_years y ON y.service_id = due.service_id AND y.fiscal_year_id = due.year_id`,
};
const statementOf = (name: string, asked: Partial<typeof questions>) => ({
  name,
  text: `
    WITH due AS MATERIALIZED (
      SELECT * FROM unnest((SELECT $1::int[]), (SELECT $2::int[])) WITH ORDINALITY AS due (service_id, year_id, place)
    ),
    used AS MATERIALIZED (
      SELECT * FROM service_assignments WHERE service_id IN (SELECT service_id FROM due)
    )
    SELECT ${list(Object.entries(asked).map(([name, text]) => `(${text}) AS ${name}`))}`,
});
const { shares: _shares, totals: _totals, ...facts } = questions;
const factsAlone = statementOf('figures.facts', facts);
const factsAndKept = statementOf('figures.facts_and_kept', questions);

const id = z.int();
const nullableId = id.nullable();
const rulesRow = z.object({
  assignments: z.array(z.tuple([id, z.string(), z.boolean(), nullableId, nullableId, nullableId])).nullable(),
  versions: z.array(z.tuple([id, z.string(), z.array(z.tuple([id, z.string()])).nullable()])).nullable(),
  years: z.array(z.tuple([id, z.int(), z.array(z.tuple([id, z.string()])).nullable()])).nullable(),
});
/** There are up to millions of amounts: their lists stay text here, and each amount is looked at once, when it becomes a number. */
const listText = z.string();
const factsRow = rulesRow.extend({ amounts: z.array(z.tuple([listText, listText, z.string().nullable()])).nullable() });
const factsAndKeptRow = factsRow.extend({
  shares: z.array(z.tuple([z.int(), z.string(), nullableId, nullableId, nullableId, listText])).nullable(),
  totals: z.array(z.tuple([z.int(), listText])).nullable(),
});

export interface FactsOfPlaces {
  /** In the order of the places; those of a year that is gone have none. */
  facts: (Facts | undefined)[];
  years: Map<number, Year>;
  keys: Keys;
}

/** The facts of services in years, and the rules they go by. */
export async function readFacts(connection: Connection, places: readonly Place[]): Promise<FactsOfPlaces> {
  const { rows } = await connection.query(suited(factsAlone, places.length, columnsOf(places)));
  return factsOf(places, factsRow.parse(rows[0]));
}

/** The same, and the figures that are kept of them, in the order of the places. */
export async function readFactsAndKept(
  connection: Connection,
  places: readonly Place[],
): Promise<FactsOfPlaces & { kept: Kept[] }> {
  const { rows } = await connection.query(suited(factsAndKept, places.length, columnsOf(places)));
  const row = factsAndKeptRow.parse(rows[0]);
  const kept = places.map((): Kept => ({ totals: undefined, shares: [] }));
  for (const [at, rowId, entityId, towerId, vendorId, amounts] of row.shares ?? [])
    kept[at]?.shares.push({ id: rowId, entityId, towerId, vendorId, amounts: parseUnitsList(amounts) });
  for (const [at, amounts] of row.totals ?? []) (kept[at] as Kept).totals = parseUnitsList(amounts);
  return { ...factsOf(places, row), kept };
}

/** The versions of keys, whether anything is shared by them or not. */
export async function readKeys(connection: Connection, ids: readonly number[]): Promise<Keys> {
  const text = `SELECT (${versionsOf('= ANY ($1::int[])')}) AS versions`;
  const { rows } = await connection.query({ name: 'figures.keys', text, values: [ids] });
  return readRules({ assignments: null, years: null, ...rulesRow.pick({ versions: true }).parse(rows[0]) }).keys;
}

function factsOf(places: readonly Place[], row: z.infer<typeof factsRow>): FactsOfPlaces {
  const { assignments, keys, years } = readRules(row);
  const facts = places.map(({ serviceId, yearId }, at) => {
    if (!years.has(yearId)) return undefined;
    const [planned, spentMonths, open] = row.amounts?.[at] as [string, string, string | null];
    return {
      assignments: assignments.get(serviceId) ?? [],
      budget: parseUnitsList(planned),
      actual: parseUnitsList(spentMonths),
      committed: parseUnits(open ?? '0'),
    };
  });
  return { facts, years, keys };
}

const placesOfKey = {
  name: 'figures.places_of_key',
  text: `
    WITH dated AS (
      SELECT *, lead(valid_from) OVER (PARTITION BY service_id ORDER BY valid_from) AS until FROM service_assignments
      WHERE service_id IN (SELECT service_id FROM service_assignments WHERE $1 IN (budget_key_id, actual_key_id))
    )
    SELECT DISTINCT s.id AS "serviceId", s.uid, y.id AS "yearId", y.label AS fy, y.start_date
    FROM dated JOIN services s ON s.id = dated.service_id
    JOIN fiscal_years y ON y.end_date >= dated.valid_from AND (dated.until IS NULL OR y.start_date < dated.until)
    WHERE dated.service_type = 'Shared' AND $1 IN (dated.budget_key_id, coalesce(dated.actual_key_id, dated.budget_key_id))
    ORDER BY s.id, y.start_date`,
};
const namedPlace = z.object({ serviceId: z.int(), uid: z.string(), yearId: z.int(), fy: z.string() });
export type NamedPlace = z.infer<typeof namedPlace>;

/** The services, and of each the years, of which a key shares any month. */
export async function findPlacesOfKey(connection: Connection, keyId: number): Promise<NamedPlace[]> {
  const { rows } = await connection.query({ ...placesOfKey, values: [keyId] });
  return z.array(namedPlace).parse(rows);
}

const columnsOf = (places: readonly Place[]): [number[], number[]] => [
  places.map(({ serviceId }) => serviceId),
  places.map(({ yearId }) => yearId),
];

/** For few rows PostgreSQL keeps a plan; for many it makes one that fits them. */
const suited = ({ name, text }: { name: string; text: string }, count: number, values: unknown[]) =>
  count > 500 ? { text, values } : { name, text, values };

function readRules(read: z.infer<typeof rulesRow>) {
  const assignments = new Map<number, Assignment[]>();
  for (const [serviceId, validFrom, shared, entityId, budgetKeyId, actualKeyId] of read.assignments ?? [])
    append(assignments, serviceId, { validFrom, shared, entityId, budgetKeyId, actualKeyId });
  const keys = new Map<number, KeyVersion[]>();
  for (const [keyId, validFrom, drivers] of read.versions ?? []) {
    append(
      keys,
      keyId,
      keyVersionOf(
        validFrom,
        (drivers ?? []).map(([entityId, value]) => ({ entityId, value })),
      ),
    );
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
