import { z } from 'zod';
import { moneyList, seenInScope, scopeValue, isAmong } from '../../database/fragments.ts';
import { monthColumns } from '../../database/months.ts';
import { execute, readRows, type Source } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Scope } from '../../lib/caller.ts';

const months = monthColumns('m');
const list = months.join(', ');

const line = z.object({ serviceId: z.int(), entityId: z.int(), months: z.array(z.string().nullable()) });
export type Line = z.infer<typeof line>;

const text = `
  SELECT a.service_id AS "serviceId", a.entity_id AS "entityId", ${moneyList(months)} AS months
  FROM actuals a WHERE a.fiscal_year_id = $1 AND a.source = 'IMPORT' AND ${isAmong('a.service_id', '$2')} ORDER BY a.id`;

/** What was loaded from files of a year, a line for each service and entity. */
export const findLoaded = (yearId: number, serviceIds: number[], source?: Source): Promise<Line[]> =>
  readRows({ name: 'actuals.loaded', text, values: [yearId, serviceIds] }, line, source);

export const lockLoaded = (yearId: number, serviceIds: number[], tx: Transaction): Promise<Line[]> =>
  readRows({ name: 'actuals.lock', text: `${text} FOR UPDATE`, values: [yearId, serviceIds] }, line, tx);

const loading = {
  name: 'actuals.services_loaded',
  text: `SELECT DISTINCT s.id FROM services s JOIN actuals a ON a.service_id = s.id AND a.fiscal_year_id = $1 AND a.source = 'IMPORT'
    WHERE ${seenInScope('s', '$2')}`,
};
/** The services of which anything was loaded. */
export const findServicesLoaded = async (yearId: number, scope: Scope) =>
  (await readRows({ ...loading, values: [yearId, scopeValue(scope)] }, z.object({ id: z.int() }))).map(({ id }) => id);

const saving = {
  name: 'actuals.save',
  text: `
    INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, ${list})
    SELECT "serviceId", "entityId", $1, 'IMPORT', ${months.map((_, index) => `months[${index + 1}]`).join(', ')}
    FROM jsonb_to_recordset($2::jsonb) AS line ("serviceId" int, "entityId" int, months numeric[])
    ORDER BY "serviceId", "entityId"
    ON CONFLICT (service_id, fiscal_year_id, entity_id, source)
    DO UPDATE SET ${months.map((month) => `${month} = excluded.${month}`).join(', ')}, version = actuals.version + 1`,
};
const removing = {
  name: 'actuals.remove_empty',
  text: `DELETE FROM actuals WHERE fiscal_year_id = $1 AND source = 'IMPORT' AND ${isAmong('service_id', '$2')} AND coalesce(${list}) IS NULL`,
};

/** Whole lines. One without any month is gone. */
export async function save(yearId: number, lines: Line[], tx: Transaction): Promise<void> {
  await execute({ ...saving, values: [yearId, JSON.stringify(lines)] }, tx);
  const emptied = lines.filter((one) => one.months.every((month) => month === null)).map(({ serviceId }) => serviceId);
  if (emptied.length > 0) await execute({ ...removing, values: [yearId, emptied] }, tx);
}
