import { z } from 'zod';
import { initiativeTypes, phasings, serviceTypes } from '@opex/contracts/budgets';
import type { Scope } from '../../lib/caller.ts';
import type { Db } from '../../lib/transaction.ts';
import type { Months } from './budgets.rules.ts';

const nullableId = z.int().nullable();

/** A service as it is stored: what an edit starts from. */
const storedService = z.object({
  id: z.int(),
  version: z.int(),
  uid: z.string(),
  parentId: nullableId,
  parentUid: z.string().nullable(),
  vendorId: nullableId,
  vendorService: z.string(),
  service: z.string(),
  description: z.string(),
  contract: z.string(),
  startDate: z.string().nullable(),
  endDate: z.string().nullable(),
  renewalDate: z.string().nullable(),
  budgetHeadId: nullableId,
  towerId: nullableId,
  priority: z.string(),
  initiativeType: z.enum(initiativeTypes),
  serviceType: z.enum(serviceTypes),
  allocationTypeId: nullableId,
  costLever: z.string(),
  owner: z.string(),
  poEntityId: nullableId,
  entityId: nullableId,
  budgetKeyId: nullableId,
  actualKeyId: nullableId,
  phasing: z.enum(phasings),
  retired: z.boolean(),
});
export type StoredService = z.infer<typeof storedService>;

const selected = `s.id, s.version, s.uid, s.parent_id AS "parentId", parent.uid AS "parentUid", s.vendor_id AS "vendorId",
  s.vendor_service AS "vendorService", s.service, s.description, s.contract, s.start_date::text AS "startDate", s.end_date::text AS "endDate",
  s.renewal_date::text AS "renewalDate", s.budget_head_id AS "budgetHeadId", s.tower_id AS "towerId", s.priority,
  s.initiative_type AS "initiativeType", s.service_type AS "serviceType", s.allocation_type_id AS "allocationTypeId", s.cost_lever AS "costLever",
  s.owner, s.po_entity_id AS "poEntityId", s.entity_id AS "entityId", s.budget_key_id AS "budgetKeyId", s.actual_key_id AS "actualKeyId",
  s.phasing, s.retired_at IS NOT NULL AS retired`;

const listOf = (scope: Scope) => (scope === 'all' ? null : [...scope]);
const visible = (parameter: string) => `(${parameter}::int[] IS NULL OR s.entity_id = ANY (${parameter}::int[])
       OR EXISTS (SELECT FROM service_entity_years WHERE service_id = s.id AND entity_id = ANY (${parameter}::int[])))`;

/** Locked until the transaction ends, in one order for all writers; only what the scope can see. */
export async function lockServices(ids: number[], scope: Scope, tx: Db): Promise<StoredService[]> {
  const rows = await tx.$queryRawUnsafe(
    `SELECT ${selected} FROM services s LEFT JOIN services parent ON parent.id = s.parent_id
     WHERE s.id = ANY ($1::int[]) AND ${visible('$2')}
     ORDER BY s.id FOR UPDATE OF s`,
    ids,
    listOf(scope),
  );
  return z.array(storedService).parse(rows);
}

const recordType = `(id int, version int, uid text, "parentId" int, "vendorId" int, "vendorService" text, service text, description text,
  contract text, "startDate" date, "endDate" date, "renewalDate" date, "budgetHeadId" int, "towerId" int, priority text,
  "initiativeType" text, "serviceType" text, "allocationTypeId" int, "costLever" text, owner text, "poEntityId" int, "entityId" int,
  "budgetKeyId" int, "actualKeyId" int, phasing text)`;
const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const fields = Object.keys(storedService.shape).filter(
  (field) => !['id', 'version', 'parentUid', 'retired'].includes(field),
);

/** Whole rows, because they are locked and known; their version grows with every change of fields or figures. */
export async function updateServices(services: StoredService[], tx: Db) {
  const assignments = fields.map((field) => `${columnOf(field)} = changed."${field}"`).join(', ');
  await tx.$executeRawUnsafe(
    `UPDATE services s SET ${assignments}, version = s.version + 1
     FROM jsonb_to_recordset($1::jsonb) AS changed ${recordType} WHERE s.id = changed.id`,
    JSON.stringify(services),
  );
}

export async function insertService(
  service: Omit<StoredService, 'id' | 'version' | 'retired' | 'parentUid'>,
  tx: Db,
): Promise<number> {
  const rows = await tx.$queryRawUnsafe<{ id: number }[]>(
    `INSERT INTO services (${fields.map(columnOf).join(', ')})
     SELECT ${fields.map((field) => `"${field}"`).join(', ')} FROM jsonb_to_recordset($1::jsonb) AS added ${recordType} RETURNING id`,
    JSON.stringify([service]),
  );
  return rows[0]?.id ?? 0;
}

export async function findByUid(uid: string, scope: Scope, tx: Db): Promise<{ id: number; uid: string } | undefined> {
  const rows = await tx.$queryRawUnsafe<{ id: number; uid: string }[]>(
    `SELECT id, uid FROM services s WHERE name_key(uid) = name_key($1) AND ${visible('$2')}`,
    uid,
    listOf(scope),
  );
  return rows[0];
}

const monthNames = Array.from({ length: 12 }, (_, index) => `m${String(index + 1).padStart(2, '0')}`);
const monthArray = z.array(z.string().nullable());

/** Budget months of the services that have any, by service. */
export async function lockMonths(planVersionId: number, serviceIds: number[], tx: Db): Promise<Map<number, Months>> {
  const rows = await tx.$queryRawUnsafe(
    `SELECT service_id AS id, ARRAY[${monthNames.map((month) => `${month}::numeric(22, 2)::text`).join(', ')}] AS months
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

export async function saveMonths(planVersionId: number, lines: { id: number; months: Months }[], tx: Db) {
  const list = monthNames.join(', ');
  await tx.$executeRawUnsafe(
    `INSERT INTO plan_lines (plan_version_id, service_id, ${list})
     SELECT $1, (line->>'id')::int, ${monthNames.map((_, index) => `(line->'months'->>${index})::numeric`).join(', ')}
     FROM jsonb_array_elements($2::jsonb) AS line ORDER BY 2
     ON CONFLICT (plan_version_id, service_id) DO UPDATE SET ${monthNames.map((month) => `${month} = excluded.${month}`).join(', ')}`,
    planVersionId,
    JSON.stringify(lines),
  );
}

/** Which entities each service belongs to, after a change. */
export async function findEntityIds(serviceIds: number[], tx: Db): Promise<Map<number, number[]>> {
  const rows = await tx.$queryRaw<{ id: number; entityIds: number[] }[]>`
    SELECT service_id AS id, array_agg(DISTINCT entity_id) AS "entityIds" FROM service_entity_years
    WHERE service_id = ANY (${serviceIds}::int[]) AND entity_id IS NOT NULL GROUP BY service_id`;
  return new Map(rows.map(({ id, entityIds }) => [id, entityIds]));
}

const namedTables = {
  vendorId: 'vendors',
  budgetHeadId: 'budget_heads',
  towerId: 'towers',
  allocationTypeId: 'allocation_types',
  poEntityId: 'po_entities',
  entityId: 'entities',
  budgetKeyId: 'allocation_keys',
  actualKeyId: 'allocation_keys',
} as const;
export type ReferenceField = keyof typeof namedTables;
export const isReference = (field: string): field is ReferenceField => field in namedTables;

/** Names of what changes refer to, so that the history reads well also after a rename. */
export async function findNames(field: ReferenceField, ids: number[], tx: Db): Promise<Map<number, string>> {
  const rows = await tx.$queryRawUnsafe<{ id: number; name: string }[]>(
    `SELECT id, name FROM ${namedTables[field]} WHERE id = ANY ($1::int[])`,
    ids,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
