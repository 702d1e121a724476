import { z } from 'zod';
import { storedShapeOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { Scope } from '../../lib/caller.ts';
import { keptColumnsOf, referredTablesOf, selectStored } from '../../database/list/catalogue.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import { monthColumns } from '../../database/months.ts';
import {
  execute,
  only,
  type Question,
  question,
  readRows,
  readTogether,
  shifted,
  type Statement,
} from '../../database/read.ts';
import { isAmong, moneyList, scopeValue, seenInScope, unseen } from '../../database/fragments.ts';
import type { Months } from './budget-months.rules.ts';

/** A service as it is stored: what an edit starts from. */
export const storedService = z.object({
  id: z.int(),
  version: z.int(),
  ...storedShapeOf(serviceFields),
  parentId: z.int().nullable(),
  retired: z.boolean(),
});
export type StoredService = z.infer<typeof storedService>;

const selected = `s.id, s.version, ${selectStored(serviceFields)}, s.retired_at IS NOT NULL AS retired`;
const lockedServices = `
  SELECT ${selected} FROM services s LEFT JOIN services parent ON parent.id = s.parent_id
  WHERE ${isAmong('s.id', '$1')} AND ${seenInScope('s', unseen('$2'))}
  ORDER BY s.id FOR UPDATE OF s`;

/** Locked until the transaction ends, in one order for all writers; only what the scope can see. */
export const lockServices = (ids: number[], scope: Scope, tx: Transaction): Promise<StoredService[]> =>
  readRows({ name: 'services.lock', text: lockedServices, values: [ids, scopeValue(scope)] }, storedService, tx);

const monthNames = monthColumns('m');
const budgetMonths = z.object({ id: z.int(), months: z.array(z.string().nullable()) });

/**
 * The same services with the budget months of those that have any, and the periods. A write of months raises the
 * version of its service, so these are the months of the version that is answered. Where another writer closes a period
 * meanwhile, the database refuses the change.
 */
export const lockWithMonths = <Period extends Question>(
  ids: number[],
  scope: Scope,
  planVersionId: number,
  periods: Period,
  tx: Transaction,
) =>
  readTogether(
    'services.lock_with_months',
    {
      periods,
      services: question({ name: '', text: lockedServices, values: [ids, scopeValue(scope)] }, storedService),
      lines: question(
        {
          name: '',
          text: `
            SELECT service_id AS id, ${moneyList(monthNames)} AS months
            FROM plan_lines WHERE plan_version_id = $1 AND ${isAmong('service_id', '$2')} ORDER BY service_id FOR UPDATE`,
          values: [planVersionId, ids],
        },
        budgetMonths,
      ),
    },
    tx,
  );

const kept = keptColumnsOf(serviceFields);
const recordOf = (columns: typeof kept) => `(id int${columns.map(({ name, type }) => `, "${name}" ${type}`).join('')})`;

/** From which day on a changed owner or key of a service counts, for what follows in this transaction. */
export const assignFrom = (day: string, tx: Transaction) =>
  inside(tx).$executeRaw`SELECT set_config('opex.assigned_from', ${day}, true)`;

type Change<Value> = { before: Value; after: Value };
/** `isNew`: the plan has no line of the service yet. */
export type MonthsChange = Change<Months> & { isNew: boolean };
type Line = { id: number; months: MonthsChange };
type Part = { text: string; values: unknown[] };

/**
 * Keeps what differs of services that are locked and known. Answers which entities each belongs to; that is right
 * unless a service gets another owner or key, for months change nothing of it.
 */
export async function save(
  changes: Change<StoredService>[],
  planVersionId: number,
  lines: Line[],
  tx: Transaction,
): Promise<Map<number, number[]>> {
  const values: unknown[] = [changes.map(({ after }) => after.id)];
  const parts = [updated(changes), ...entered(planVersionId, lines)].map((part, index) => {
    const text = `part_${index} AS (${shifted(part.text, values.length)})`;
    values.push(...part.values);
    return text;
  });
  return entityIdsBy({ name: 'services.save', text: `WITH ${parts.join(', ')} ${entityIds}`, values }, tx);
}

/** Writes the fields that differ in any of them. The version grows where only months change, too. */
function updated(changes: Change<StoredService>[]): Part {
  const differing = kept.filter(({ name }) =>
    changes.some(({ before, after }) => before[name as keyof StoredService] !== after[name as keyof StoredService]),
  );
  const assigned = differing.map(({ name, column }) => `${column} = changed."${name}", `);
  const text = `UPDATE services s SET ${assigned.join('')}version = s.version + 1
    FROM jsonb_to_recordset($1::jsonb) AS changed ${recordOf(differing)} WHERE s.id = changed.id`;
  const names = ['id', ...differing.map(({ name }) => name)];
  const rows = changes.map(({ after }) => after);
  return { text, values: [JSON.stringify(rows, names)] };
}

const inserted = `
  INSERT INTO services (${kept.map(({ column }) => column).join(', ')})
  SELECT ${kept.map(({ name }) => `"${name}"`).join(', ')} FROM jsonb_to_recordset($1::jsonb) AS added ${recordOf(kept)} RETURNING id`;

export async function insertService(
  service: Omit<StoredService, 'id' | 'version' | 'retired' | 'parentUid'>,
  tx: Transaction,
): Promise<number> {
  const values = [JSON.stringify([service])];
  return only(await readRows({ name: 'services.insert', text: inserted, values }, z.object({ id: z.int() }), tx)).id;
}

const idAndUid = z.object({ id: z.int(), uid: z.string() });
const byUid = `SELECT id, uid FROM services s WHERE name_key(uid) = name_key($1) AND ${seenInScope('s', '$2')}`;

export async function findByUid(uid: string, scope: Scope, tx: Transaction) {
  const statement = { name: 'services.by_uid', text: byUid, values: [uid, scopeValue(scope)] };
  return (await readRows(statement, idAndUid, tx))[0];
}

export async function saveMonths(planVersionId: number, lines: Line[], tx: Transaction): Promise<void> {
  for (const part of entered(planVersionId, lines)) await execute({ name: 'plan_lines.save', ...part }, tx);
}

/** Lines that are there are updated: an upsert would ask the rules of new lines as well. */
function entered(planVersionId: number, lines: Line[]): Part[] {
  const [added, kept] = [lines.filter(({ months }) => months.isNew), lines.filter(({ months }) => !months.isNew)];
  return [
    ...(added.length > 0 ? [addedLines(planVersionId, added)] : []),
    ...(kept.length > 0 ? [changedLines(planVersionId, kept)] : []),
  ];
}

const asRows = (lines: Line[], names: readonly string[]) =>
  JSON.stringify(
    lines.map(({ id, months: { after } }) => ({
      id,
      ...Object.fromEntries(names.map((name) => [name, after[monthNames.indexOf(name)]])),
    })),
  );
const lineRecord = (names: readonly string[]) => `(id int${names.map((name) => `, ${name} numeric`).join('')})`;

/** Another program may have added the same line meanwhile. */
function addedLines(planVersionId: number, lines: Line[]): Part {
  const list = monthNames.join(', ');
  const text = `
    INSERT INTO plan_lines (plan_version_id, service_id, ${list})
    SELECT $1, id, ${list} FROM jsonb_to_recordset($2::jsonb) AS line ${lineRecord(monthNames)} ORDER BY id
    ON CONFLICT (plan_version_id, service_id) DO UPDATE SET ${monthNames.map((month) => `${month} = excluded.${month}`).join(', ')}`;
  return { text, values: [planVersionId, asRows(lines, monthNames)] };
}

/** Only the months that differ in any of them. */
function changedLines(planVersionId: number, lines: Line[]): Part {
  const changed = monthNames.filter((_, index) =>
    lines.some(({ months: { before, after } }) => before[index] !== after[index]),
  );
  const text = `
    UPDATE plan_lines kept SET ${changed.map((month) => `${month} = line.${month}`).join(', ')}
    FROM jsonb_to_recordset($2::jsonb) AS line ${lineRecord(changed)}
    WHERE kept.plan_version_id = $1 AND kept.service_id = line.id`;
  return { text, values: [planVersionId, asRows(lines, changed)] };
}

const entityIdsOfService = z.object({ id: z.int(), entityIds: z.array(z.int()) });

/**
 * Which entities each service belongs to now; who had it in months that are closed is not among them. Each is looked up: as a join,
 * which EXISTS may become, all shares were read again for every service of a table that nobody had analysed yet.
 */
const entityIds = `
    SELECT s.id, array_agg(belongs.to_id) AS "entityIds"
    FROM services s CROSS JOIN LATERAL (
      SELECT s.entity_id AS to_id
      UNION
      SELECT d.entity_id FROM allocation_key_versions v JOIN allocation_drivers d ON d.allocation_key_version_id = v.id
      WHERE s.service_type = 'Shared' AND v.allocation_key_id IN (s.budget_key_id, s.actual_key_id) AND d.value > 0
    ) belongs
    WHERE ${isAmong('s.id', '$1')} AND (
      SELECT true FROM service_entity_years n WHERE n.service_id = s.id AND n.entity_id = belongs.to_id LIMIT 1)
    GROUP BY s.id`;

export const findEntityIds = (serviceIds: number[], tx: Transaction) =>
  entityIdsBy({ name: 'services.entity_ids', text: entityIds, values: [serviceIds] }, tx);

async function entityIdsBy(statement: Statement, tx: Transaction): Promise<Map<number, number[]>> {
  const rows = await readRows(statement, entityIdsOfService, tx);
  return new Map(rows.map(({ id, entityIds }) => [id, entityIds]));
}

const referredTables = referredTablesOf(serviceFields);
export const isReference = (field: string) => field in referredTables;

const idAndName = z.object({ id: z.int(), name: z.string() });
/** Names of what changes refer to, so that the history reads well also after a rename. */
export async function findNames(field: string, ids: number[], tx: Transaction): Promise<Map<number, string>> {
  const table = referredTables[field];
  const statement = { name: `${table}.names`, text: `SELECT id, name FROM ${table} WHERE id = ANY ($1::int[])` };
  const rows = await readRows({ ...statement, values: [ids] }, idAndName, tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
