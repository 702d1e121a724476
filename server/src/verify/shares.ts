import type pg from 'pg';
import { monthColumns as monthsOf, monthNumbers as numbers } from '../database/months.ts';
import { naiveFigures, type NaiveAssignment, type NaiveKeyVersion } from './naive-figures.ts';

/** What one service costs in one year by its facts, in paise, and what is kept of it for each entity ('' is nobody). */
interface ServiceYear {
  id: number;
  uid: string;
  year_id: number;
  label: string;
  assignments: NaiveAssignment[];
  amounts: string[];
  net: Record<string, string[]> | null;
}

const netColumns = [...monthsOf('b'), ...monthsOf('a'), 'committed'];
const paise = netColumns.map((column) => `trunc(coalesce(${column}, 0) * 100)::text`).join(', ');

const serviceYears = `
  SELECT s.id, uid, y.id AS year_id, label, ARRAY[${paise}] AS amounts,
    (SELECT json_agg(json_build_object('validFrom', valid_from, 'shared', service_type = 'Shared', 'entityId', entity_id,
        'budgetKeyId', budget_key_id, 'actualKeyId', actual_key_id) ORDER BY valid_from)
     FROM service_assignments WHERE service_id = s.id) AS assignments,
    (SELECT jsonb_object_agg(coalesce(entity_id::text, ''), ARRAY[${paise}])
     FROM service_entity_years WHERE service_id = s.id AND fiscal_year_id = y.id) AS net
  FROM (SELECT * FROM services WHERE id > $1 ORDER BY id LIMIT 500) AS s CROSS JOIN fiscal_years y
  LEFT JOIN LATERAL (
    SELECT ${numbers.map((number) => `m${number} AS b${number}`).join(', ')}
    FROM plan_lines JOIN plan_versions v ON v.id = plan_version_id AND v.is_current
    WHERE service_id = s.id AND fiscal_year_id = y.id) AS budget ON true
  LEFT JOIN LATERAL (
    SELECT ${numbers.map((number) => `sum(m${number}) AS a${number}`).join(', ')}
    FROM actuals WHERE service_id = s.id AND fiscal_year_id = y.id) AS actual ON true
  LEFT JOIN LATERAL (
    SELECT sum(greatest(0, ordered - cancelled - invoiced)) AS committed
    FROM purchase_splits WHERE service_id = s.id AND fiscal_year_id = y.id) AS orders ON true
  ORDER BY s.id, y.id`;

/** Hands out every amount again, by the naive reckoning, and compares what falls on each entity, and who has a row. */
export async function firstWrongShare(client: pg.Client): Promise<string | undefined> {
  const versions = await readVersions(client);
  const starts = await readStarts(client);
  for (let lastId = 0; ;) {
    const { rows } = await client.query<ServiceYear>(serviceYears, [lastId]);
    const wrong = rows.map((row) => wrongShare(row, starts, versions)).find((found) => found !== undefined);
    if (wrong !== undefined || rows.length === 0) return wrong;
    lastId = rows.at(-1)?.id ?? lastId;
  }
}

type Starts = Map<number, (string | undefined)[]>;

function wrongShare(row: ServiceYear, starts: Starts, versions: NaiveKeyVersion[]): string | undefined {
  const amounts = row.amounts.map(BigInt);
  const facts = {
    assignments: row.assignments,
    budget: amounts.slice(0, 12),
    actual: amounts.slice(12, 24),
    committed: amounts[24] ?? 0n,
  };
  const expected = naiveFigures(facts, starts.get(row.year_id) ?? [], versionsOf(row, versions));
  const kept = new Map(
    Object.entries(row.net ?? {}).map(([entity, net]) => [entity === '' ? null : Number(entity), net.map(BigInt)]),
  );
  for (const entityId of new Set([...expected.keys(), ...kept.keys()])) {
    const where = `${row.uid}, ${row.label}, ${entityId === null ? 'unallocated' : `entity ${entityId}`}`;
    const [should, is] = [expected.get(entityId), kept.get(entityId)];
    if (!should) return `${where} has a row without a share`;
    if (!is) return `${where} has a share without a row`;
    const index = should.findIndex((units, at) => units !== is[at]);
    if (index >= 0)
      return `${where}, ${netColumns[index]} is off by ${(is[index] ?? 0n) - (should[index] ?? 0n)} paise`;
  }
  return undefined;
}

const versionsOf = ({ assignments }: ServiceYear, versions: NaiveKeyVersion[]) => {
  const used = new Set(assignments.flatMap(({ budgetKeyId, actualKeyId }) => [budgetKeyId, actualKeyId]));
  return versions.filter(({ keyId }) => used.has(keyId));
};

async function readVersions(client: pg.Client): Promise<NaiveKeyVersion[]> {
  const { rows } = await client.query<{
    key_id: number;
    valid_from: string;
    drivers: { entity_id: number; weight: string }[];
  }>(`
    SELECT allocation_key_id AS key_id, valid_from::text, coalesce((
      SELECT json_agg(json_build_object('entity_id', entity_id, 'weight', trunc(value * 100000000)::text))
      FROM allocation_drivers WHERE allocation_key_version_id = v.id), '[]') AS drivers
    FROM allocation_key_versions v`);
  return rows.map(({ key_id: keyId, valid_from: validFrom, drivers }) => ({
    keyId,
    validFrom,
    drivers: drivers.map(({ entity_id: entityId, weight }) => ({ entityId, weight: BigInt(weight) })),
  }));
}

async function readStarts(client: pg.Client): Promise<Starts> {
  const { rows } = await client.query<{ year_id: number; number: number; start_date: string }>(
    'SELECT fiscal_year_id AS year_id, number, start_date::text FROM periods',
  );
  const starts: Starts = new Map();
  for (const { year_id: yearId, number, start_date: day } of rows) {
    const year = starts.get(yearId) ?? Array<undefined>(12).fill(undefined);
    year[number - 1] = day;
    starts.set(yearId, year);
  }
  return starts;
}
