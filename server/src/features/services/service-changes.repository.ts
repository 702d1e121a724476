import { z } from 'zod';
import { storedShapeOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { Scope } from '../../lib/caller.ts';
import { keptColumnsOf, referredTablesOf, selectStored } from '../../database/list/catalogue.ts';
import { monthColumns } from '../../database/months.ts';
import { moneyList, scopeValue, seenInScope } from '../../database/fragments.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import type { Months } from './budget-months.rules.ts';

/** A service as it is stored: what an edit starts from. */
const storedService = z.object({
  id: z.int(),
  version: z.int(),
  ...storedShapeOf(serviceFields),
  parentId: z.int().nullable(),
  retired: z.boolean(),
});
export type StoredService = z.infer<typeof storedService>;

const selected = `s.id, s.version, ${selectStored(serviceFields)}, s.retired_at IS NOT NULL AS retired`;

/** Locked until the transaction ends, in one order for all writers; only what the scope can see. */
export async function lockServices(ids: number[], scope: Scope, tx: Transaction): Promise<StoredService[]> {
  const rows = await inside(tx).$queryRawUnsafe(
    `SELECT ${selected} FROM services s LEFT JOIN services parent ON parent.id = s.parent_id
     WHERE s.id = ANY ($1::int[]) AND ${seenInScope('s', '$2')}
     ORDER BY s.id FOR UPDATE OF s`,
    ids,
    scopeValue(scope),
  );
  return z.array(storedService).parse(rows);
}

const kept = keptColumnsOf(serviceFields);
const recordType = `(id int, ${kept.map(({ name, type }) => `"${name}" ${type}`).join(', ')})`;

/** From which day on a changed owner or key of a service counts, for what follows in this transaction. */
export const assignFrom = (day: string, tx: Transaction) =>
  inside(tx).$executeRaw`SELECT set_config('opex.assigned_from', ${day}, true)`;

type Change<Value> = { before: Value; after: Value };

/** Writes the fields that differ in any of them: the rows are locked and known. A version grows with figures, too. */
export async function updateServices(changes: Change<StoredService>[], tx: Transaction) {
  const assignments = kept
    .filter(({ name }) =>
      changes.some(({ before, after }) => before[name as keyof StoredService] !== after[name as keyof StoredService]),
    )
    .map(({ name, column }) => `${column} = changed."${name}", `);
  await inside(tx).$executeRawUnsafe(
    `UPDATE services s SET ${assignments.join('')}version = s.version + 1
     FROM jsonb_to_recordset($1::jsonb) AS changed ${recordType} WHERE s.id = changed.id`,
    JSON.stringify(changes.map(({ after }) => after)),
  );
}

export async function insertService(
  service: Omit<StoredService, 'id' | 'version' | 'retired' | 'parentUid'>,
  tx: Transaction,
): Promise<number> {
  const rows = await inside(tx).$queryRawUnsafe<{ id: number }[]>(
    `INSERT INTO services (${kept.map(({ column }) => column).join(', ')})
     SELECT ${kept.map(({ name }) => `"${name}"`).join(', ')} FROM jsonb_to_recordset($1::jsonb) AS added ${recordType} RETURNING id`,
    JSON.stringify([service]),
  );
  return rows[0]?.id ?? 0;
}

export async function findByUid(
  uid: string,
  scope: Scope,
  tx: Transaction,
): Promise<{ id: number; uid: string } | undefined> {
  const rows = await inside(tx).$queryRawUnsafe<{ id: number; uid: string }[]>(
    `SELECT id, uid FROM services s WHERE name_key(uid) = name_key($1) AND ${seenInScope('s', '$2')}`,
    uid,
    scopeValue(scope),
  );
  return rows[0];
}

const monthNames = monthColumns('m');
const monthArray = z.array(z.string().nullable());

/** Budget months of the services that have any, by service. */
export async function lockMonths(
  planVersionId: number,
  serviceIds: number[],
  tx: Transaction,
): Promise<Map<number, Months>> {
  const rows = await inside(tx).$queryRawUnsafe(
    `SELECT service_id AS id, ${moneyList(monthNames)} AS months
     FROM plan_lines WHERE plan_version_id = $1 AND service_id = ANY ($2::int[]) ORDER BY service_id FOR UPDATE`,
    planVersionId,
    serviceIds,
  );
  return new Map(
    z
      .array(z.object({ id: z.int(), months: monthArray }))
      .parse(rows)
      .map(({ id, months }) => [id, months]),
  );
}

type Line = { id: number; months: Change<Months> };

/** Of lines that are there only the months that differ in any of them. */
export async function saveMonths(planVersionId: number, lines: Line[], tx: Transaction) {
  const list = monthNames.join(', ');
  const changed = monthNames.filter((_, index) =>
    lines.some(({ months: { before, after } }) => before[index] !== after[index]),
  );
  await inside(tx).$executeRawUnsafe(
    `INSERT INTO plan_lines (plan_version_id, service_id, ${list})
     SELECT $1, (line->>'id')::int, ${monthNames.map((_, index) => `(line->'months'->>${index})::numeric`).join(', ')}
     FROM jsonb_array_elements($2::jsonb) AS line ORDER BY 2
     ON CONFLICT (plan_version_id, service_id) DO UPDATE SET ${changed.map((month) => `${month} = excluded.${month}`).join(', ')}`,
    planVersionId,
    JSON.stringify(lines.map(({ id, months }) => ({ id, months: months.after }))),
  );
}

/** Which entities each service belongs to now, after a change; who had it in months that are closed is not among them. */
export async function findEntityIds(serviceIds: number[], tx: Transaction): Promise<Map<number, number[]>> {
  const rows = await inside(tx).$queryRaw<{ id: number; entityIds: number[] }[]>`
    SELECT n.service_id AS id, array_agg(DISTINCT n.entity_id) AS "entityIds"
    FROM service_entity_years n JOIN services s ON s.id = n.service_id
    WHERE n.service_id = ANY (${serviceIds}::int[]) AND (n.entity_id = s.entity_id OR s.service_type = 'Shared' AND EXISTS (
      SELECT FROM allocation_key_versions v JOIN allocation_drivers d ON d.allocation_key_version_id = v.id
      WHERE v.allocation_key_id IN (s.budget_key_id, s.actual_key_id) AND d.entity_id = n.entity_id AND d.value > 0))
    GROUP BY n.service_id`;
  return new Map(rows.map(({ id, entityIds }) => [id, entityIds]));
}

const referredTables = referredTablesOf(serviceFields);
export const isReference = (field: string) => field in referredTables;

/** Names of what changes refer to, so that the history reads well also after a rename. */
export async function findNames(field: string, ids: number[], tx: Transaction): Promise<Map<number, string>> {
  const rows = await inside(tx).$queryRawUnsafe<{ id: number; name: string }[]>(
    `SELECT id, name FROM ${referredTables[field]} WHERE id = ANY ($1::int[])`,
    ids,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
