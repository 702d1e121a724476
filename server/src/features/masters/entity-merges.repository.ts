import { z } from 'zod';
import { inside, type Transaction } from '../../database/inside.ts';
import { readRows } from '../../database/read.ts';
import { monthColumns } from '../../database/months.ts';

/** What hangs on entities beside services: actuals, drivers of keys, and what people see. Two rows may become one. */

const months = z.array(z.string().nullable());
const actualFact = z.object({
  id: z.int(),
  serviceId: z.int(),
  yearId: z.int(),
  source: z.string(),
  months,
  /** The row of the other entity that it is added to, and that row's months before and after. */
  keptId: z.int().nullable(),
  keptMonths: months.nullable(),
  after: months,
});
export type ActualFact = z.infer<typeof actualFact>;
const driverFact = z.object({ versionId: z.int(), from: z.string(), into: z.string().nullable(), after: z.string() });
export type DriverFact = z.infer<typeof driverFact>;
const viewerFact = z.object({ id: z.int(), hadFrom: z.boolean(), hadInto: z.boolean() });
const assignmentFact = z.object({ serviceId: z.int(), validFrom: z.string() });
export type AssignmentFact = z.infer<typeof assignmentFact>;
export const entityFacts = z.object({
  /** Merges from before assignments were dated have none. */
  assignments: z.array(assignmentFact).default([]),
  actuals: z.array(actualFact),
  drivers: z.array(driverFact),
  viewers: z.array(viewerFact),
});
export type EntityFacts = z.infer<typeof entityFacts>;

const monthNames = monthColumns('m');
const arrayOf = (alias: string) => `ARRAY[${monthNames.map((month) => `${alias}.${month}`).join(', ')}]`;
const textOf = (alias: string) => `${arrayOf(alias)}::numeric(22, 2)[]::text[]`;
const sumOf = (one: string, other: string) =>
  `ARRAY[${monthNames.map((month) => `coalesce(${one}.${month} + ${other}.${month}, ${one}.${month}, ${other}.${month})`).join(', ')}]`;
const setMonths = (array: string) => monthNames.map((month, index) => `${month} = ${array}[${index + 1}]`).join(', ');

export const lockActuals = (fromId: number, intoId: number, tx: Transaction): Promise<ActualFact[]> =>
  readRows(
    {
      name: 'actuals.lock_of_entity',
      text: `SELECT a.id, a.service_id AS "serviceId", a.fiscal_year_id AS "yearId", a.source, ${textOf('a')} AS months,
       kept.id AS "keptId", CASE WHEN kept.id IS NOT NULL THEN ${textOf('kept')} END AS "keptMonths",
       ${sumOf('a', 'kept')}::numeric(22, 2)[]::text[] AS after
     FROM actuals a LEFT JOIN actuals kept ON kept.entity_id = $2 AND kept.service_id = a.service_id
       AND kept.fiscal_year_id = a.fiscal_year_id AND kept.source = a.source
     WHERE a.entity_id = $1 ORDER BY a.id FOR UPDATE OF a`,
      values: [fromId, intoId],
    },
    actualFact,
    tx,
  );

const factRow = `(id int, "serviceId" int, "yearId" int, source text, months numeric[], "keptId" int, "keptMonths" numeric[], after numeric[])`;

/** Rows that would become one are added up; a month that neither has stays empty. */
export async function mergeActuals(fromId: number, intoId: number, facts: ActualFact[], db: Transaction) {
  const added = JSON.stringify(facts.filter(({ keptId }) => keptId !== null));
  await inside(db).$executeRawUnsafe(
    `UPDATE actuals a SET ${setMonths('fact.after')}, version = a.version + 1 FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow} WHERE a.id = fact."keptId"`,
    added,
  );
  await inside(db).$executeRawUnsafe(
    `DELETE FROM actuals WHERE id IN (SELECT id FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow})`,
    added,
  );
  await inside(db).$executeRawUnsafe(`UPDATE actuals SET entity_id = $2 WHERE entity_id = $1`, fromId, intoId);
}

/** Actuals that are not as the merge left them: whose they are cannot be told any more. */
export async function findChangedActuals(intoId: number, facts: ActualFact[], db: Transaction): Promise<string[]> {
  const statement = {
    name: 'actuals.changed_since_merge',
    text: `SELECT DISTINCT s.uid || ' in ' || y.label AS label FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow}
     JOIN services s ON s.id = fact."serviceId" JOIN fiscal_years y ON y.id = fact."yearId"
     LEFT JOIN actuals a ON a.id = coalesce(fact."keptId", fact.id) AND a.entity_id = $2
     WHERE a.id IS NULL OR ${arrayOf('a')}::numeric[] IS DISTINCT FROM fact.after ORDER BY 1`,
    values: [JSON.stringify(facts), intoId],
  };
  const rows = await readRows(statement, z.object({ label: z.string() }), db);
  return rows.map(({ label }) => label);
}

export async function partActuals(fromId: number, facts: ActualFact[], db: Transaction) {
  const alone = facts.filter(({ keptId }) => keptId === null).map(({ id }) => id);
  await inside(db).$executeRawUnsafe(`UPDATE actuals SET entity_id = $1 WHERE id = ANY ($2::int[])`, fromId, alone);
  const added = JSON.stringify(facts.filter(({ keptId }) => keptId !== null));
  await inside(db).$executeRawUnsafe(
    `UPDATE actuals a SET ${setMonths('fact."keptMonths"')}, version = a.version + 1 FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow} WHERE a.id = fact."keptId"`,
    added,
  );
  await inside(db).$executeRawUnsafe(
    `INSERT INTO actuals (id, service_id, entity_id, fiscal_year_id, source, ${monthNames.join(', ')})
     SELECT id, "serviceId", $2, "yearId", source, ${monthNames.map((_, index) => `months[${index + 1}]`).join(', ')}
     FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow}`,
    added,
    fromId,
  );
}

const serviceOfYear = z.object({ id: z.int(), label: z.string(), fy: z.string(), entityIds: z.array(z.int()) });

/** The services whose actuals these are, once for each year. */
export const describeActuals = (facts: ActualFact[], tx: Transaction) =>
  readRows(
    {
      name: 'actuals.describe',
      text: `SELECT DISTINCT s.id, s.uid AS label, y.label AS fy,
       ARRAY(SELECT DISTINCT entity_id FROM service_entity_years n WHERE n.service_id = s.id AND entity_id IS NOT NULL) AS "entityIds"
     FROM jsonb_to_recordset($1::jsonb) AS fact ${factRow}
     JOIN services s ON s.id = fact."serviceId" JOIN fiscal_years y ON y.id = fact."yearId" ORDER BY s.id, fy`,
      values: [JSON.stringify(facts)],
    },
    serviceOfYear,
    tx,
  );

export const lockDrivers = (fromId: number, intoId: number, tx: Transaction): Promise<DriverFact[]> =>
  readRows(
    {
      name: 'allocation_drivers.lock_of_entity',
      text: `SELECT d.allocation_key_version_id AS "versionId", trim_scale(d.value)::text AS "from", trim_scale(kept.value)::text AS "into",
      trim_scale(d.value + coalesce(kept.value, 0))::text AS after
    FROM allocation_drivers d LEFT JOIN allocation_drivers kept
      ON kept.allocation_key_version_id = d.allocation_key_version_id AND kept.entity_id = $2
    WHERE d.entity_id = $1 ORDER BY 1 FOR UPDATE OF d`,
      values: [fromId, intoId],
    },
    driverFact,
    tx,
  );

export async function mergeDrivers(fromId: number, intoId: number, db: Transaction) {
  await inside(db).$executeRaw`
    INSERT INTO allocation_drivers AS kept (allocation_key_version_id, entity_id, value)
    SELECT allocation_key_version_id, ${intoId}::int, value FROM allocation_drivers WHERE entity_id = ${fromId}
    ON CONFLICT (allocation_key_version_id, entity_id) DO UPDATE SET value = kept.value + excluded.value`;
  await inside(db).$executeRaw`DELETE FROM allocation_drivers WHERE entity_id = ${fromId}`;
}

const driverRow = `("versionId" int, "from" numeric, "into" numeric, after numeric)`;
const keyVersion = z.object({
  id: z.int(),
  label: z.string(),
  versionId: z.int(),
  validFrom: z.string(),
  isChanged: z.boolean(),
  entityIds: z.array(z.int()),
});

/** The versions of keys that these drivers are of, as far as they are still there, and whether they are as the merge left them. */
export const describeDrivers = (intoId: number, facts: DriverFact[], tx: Transaction) =>
  readRows(
    {
      name: 'allocation_drivers.describe',
      text: `SELECT k.id, k.name AS label, v.id AS "versionId", v.valid_from::text AS "validFrom", d.value IS DISTINCT FROM fact.after AS "isChanged",
       ARRAY(SELECT entity_id FROM allocation_drivers WHERE allocation_key_version_id = v.id) AS "entityIds"
     FROM jsonb_to_recordset($1::jsonb) AS fact ${driverRow}
     JOIN allocation_key_versions v ON v.id = fact."versionId" JOIN allocation_keys k ON k.id = v.allocation_key_id
     LEFT JOIN allocation_drivers d ON d.allocation_key_version_id = v.id AND d.entity_id = $2 ORDER BY k.id, v.valid_from`,
      values: [JSON.stringify(facts), intoId],
    },
    keyVersion,
    tx,
  );

export async function partDrivers(fromId: number, intoId: number, facts: DriverFact[], db: Transaction) {
  const text = JSON.stringify(facts);
  await inside(db).$executeRawUnsafe(
    `DELETE FROM allocation_drivers d USING jsonb_to_recordset($1::jsonb) AS fact ${driverRow}
     WHERE d.allocation_key_version_id = fact."versionId" AND d.entity_id = $2 AND fact."into" IS NULL`,
    text,
    intoId,
  );
  await inside(db).$executeRawUnsafe(
    `UPDATE allocation_drivers d SET value = fact."into" FROM jsonb_to_recordset($1::jsonb) AS fact ${driverRow}
     WHERE d.allocation_key_version_id = fact."versionId" AND d.entity_id = $2 AND fact."into" IS NOT NULL`,
    text,
    intoId,
  );
  await inside(db).$executeRawUnsafe(
    `INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value)
     SELECT v.id, $2, fact."from" FROM jsonb_to_recordset($1::jsonb) AS fact ${driverRow} JOIN allocation_key_versions v ON v.id = fact."versionId"`,
    text,
    fromId,
  );
}

const viewer = z.object({
  id: z.int(),
  label: z.string(),
  entityIds: z.array(z.int()),
  hadFrom: z.boolean(),
  hadInto: z.boolean(),
});
export type Viewer = z.infer<typeof viewer>;

/** The people whose scope names one of the two, or both. */
export const lockViewers = (fromId: number, intoId: number, tx: Transaction): Promise<Viewer[]> =>
  readRows(
    {
      name: 'users.lock_viewers',
      text: `WITH people AS (
      SELECT id, email FROM users
      WHERE id IN (SELECT user_id FROM user_entities WHERE entity_id IN ($1, $2)) ORDER BY id FOR UPDATE
    )
    SELECT id, email AS label, scope."entityIds", $1 = ANY (scope."entityIds") AS "hadFrom", $2 = ANY (scope."entityIds") AS "hadInto"
    FROM people, LATERAL (SELECT array_agg(entity_id ORDER BY entity_id) AS "entityIds" FROM user_entities WHERE user_id = people.id) scope
    ORDER BY id`,
      values: [fromId, intoId],
    },
    viewer,
    tx,
  );

export async function setEntities(people: { id: number; entityIds: number[] }[], db: Transaction) {
  const ids = people.map(({ id }) => id);
  await inside(db).userEntity.deleteMany({ where: { userId: { in: ids } } });
  await inside(db).userEntity.createMany({
    data: people.flatMap(({ id, entityIds }) => entityIds.map((entityId) => ({ userId: id, entityId }))),
  });
  await inside(db).user.updateMany({ where: { id: { in: ids } }, data: { version: { increment: 1 } } });
}

/** Who edits a key must have seen what a merge made of it. */
export const raiseKeyVersions = (ids: number[], db: Transaction) =>
  inside(db).allocationKey.updateMany({ where: { id: { in: ids } }, data: { version: { increment: 1 } } });

/** One entity takes the place of another at all times, in closed months too: it is the same one under another name. */
export const beginMerging = (db: Transaction) => inside(db).$executeRaw`SELECT set_config('opex.merging', 'on', true)`;

/** All assignments to an entity, or only some of them. */
export const moveAssignments = (fromId: number, toId: number, only: AssignmentFact[] | null, tx: Transaction) =>
  readRows(
    {
      name: 'service_assignments.move',
      text: `UPDATE service_assignments a SET entity_id = $2
    WHERE entity_id = $1 AND ($3::jsonb IS NULL OR (service_id, valid_from::text) IN
      (SELECT "serviceId", "validFrom" FROM jsonb_to_recordset($3::jsonb) AS fact ("serviceId" int, "validFrom" text)))
    RETURNING service_id AS "serviceId", valid_from::text AS "validFrom"`,
      values: [fromId, toId, only && JSON.stringify(only)],
    },
    assignmentFact,
    tx,
  );
