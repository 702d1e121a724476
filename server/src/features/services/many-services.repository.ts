import { serviceFields } from '@opex/contracts/fields/service';
import { z } from 'zod';
import { isAmong, moneyList, scopeValue, seenInScope } from '../../database/fragments.ts';
import { keptColumnsOf, selectStored } from '../../database/list/catalogue.ts';
import { monthColumns } from '../../database/months.ts';
import { execute, readRows, type Source } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Scope } from '../../lib/caller.ts';
import { storedService, type StoredService } from './service-changes.repository.ts';

const found = z.object({
  ...storedService.shape,
  lastRemark: z.string(),
  months: z.array(z.string().nullable()).nullable(),
});
export type FoundService = z.infer<typeof found>;

const selected = `s.id, s.version, ${selectStored(serviceFields)}, s.retired_at IS NOT NULL AS retired, s.last_remark AS "lastRemark",
  (SELECT ${moneyList(monthColumns('m'))} FROM plan_lines line WHERE line.plan_version_id = $2 AND line.service_id = s.id) AS months`;

/** Whole services by their UIDs, without regard to case and blanks, with their budget in a plan. */
export const findWhole = (uids: string[], planVersionId: number, scope: Scope, source?: Source) =>
  readRows(
    {
      name: 'services.whole_by_uids',
      text: `SELECT asked.uid AS asked, ${selected} FROM unnest($1::text[]) AS asked (uid)
        JOIN services s ON name_key(s.uid) = name_key(asked.uid) LEFT JOIN services parent ON parent.id = s.parent_id
        WHERE ${seenInScope('s', '$3')}`,
      values: [uids, planVersionId, scopeValue(scope)],
    },
    found.extend({ asked: z.string() }),
    source,
  );

const kept = keptColumnsOf(serviceFields);
const inserting = {
  name: 'services.insert_many',
  text: `INSERT INTO services (${kept.map(({ column }) => column).join(', ')})
    SELECT ${kept.map(({ name }) => `"${name}"`).join(', ')}
    FROM jsonb_to_recordset($1::jsonb) AS added (${kept.map(({ name, type }) => `"${name}" ${type}`).join(', ')}) RETURNING id, uid`,
};
export const insert = (services: Omit<StoredService, 'id' | 'version' | 'retired' | 'parentUid'>[], tx: Transaction) =>
  readRows({ ...inserting, values: [JSON.stringify(services)] }, z.object({ id: z.int(), uid: z.string() }), tx);

/** Parents may be as new as their children. Answers those whose parent is not there. */
export const setParents = (parents: { id: number; parentUid: string }[], scope: Scope, tx: Transaction) =>
  readRows(
    {
      name: 'services.set_parents',
      text: `
        WITH said AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS said (id int, "parentUid" text)), done AS (
          UPDATE services child SET parent_id = s.id FROM said JOIN services s ON name_key(s.uid) = name_key(said."parentUid")
          WHERE child.id = said.id AND ${seenInScope('s', '$2')} RETURNING child.id)
        SELECT "parentUid" FROM said WHERE id NOT IN (SELECT id FROM done)`,
      values: [JSON.stringify(parents), scopeValue(scope)],
    },
    z.object({ parentUid: z.string() }),
    tx,
  );

export type NewRemark = { serviceId: number; text: string };
export const insertRemarks = (
  remarks: NewRemark[],
  { id, name }: { id: number | null; name: string },
  tx: Transaction,
) =>
  execute(
    {
      name: 'remarks.insert_many',
      text: `
        WITH said AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS said ("serviceId" int, text text)), logged AS (
          INSERT INTO remarks (service_id, author_id, author_name, text) SELECT "serviceId", $2, $3, text FROM said)
        UPDATE services s SET last_remark = said.text FROM said WHERE s.id = said."serviceId"`,
      values: [JSON.stringify(remarks), id, name],
    },
    tx,
  );

/** Those that something hangs on beside what came with them: orders, other services, other remarks, amounts of any year. */
export const findUsed = async (ids: number[], remarks: string[], tx: Transaction): Promise<number[]> =>
  (
    await readRows(
      {
        name: 'services.used',
        text: `SELECT s.id FROM services s WHERE ${isAmong('s.id', '$1')} AND (
          EXISTS (SELECT FROM purchase_splits WHERE service_id = s.id)
          OR EXISTS (SELECT FROM services child WHERE child.parent_id = s.id AND child.id <> ALL ($1))
          OR EXISTS (SELECT FROM remarks WHERE service_id = s.id AND text <> ALL ($2::text[]))
          OR EXISTS (SELECT FROM plan_lines WHERE service_id = s.id AND total <> 0)
          OR EXISTS (SELECT FROM actuals WHERE service_id = s.id))`,
        values: [ids, remarks],
      },
      z.object({ id: z.int() }),
      tx,
    )
  ).map(({ id }) => id);

/** What nothing hangs on any more. The figures of nothing are nothing. */
export async function remove(ids: number[], tx: Transaction): Promise<void> {
  const leaving = [
    'UPDATE services SET parent_id = NULL WHERE id = ANY ($1)',
    'UPDATE import_rows SET service_id = NULL WHERE service_id = ANY ($1)',
    'DELETE FROM remarks WHERE service_id = ANY ($1)',
    'DELETE FROM plan_lines WHERE service_id = ANY ($1)',
    'DELETE FROM services WHERE id = ANY ($1)',
    'DELETE FROM service_entity_years WHERE service_id = ANY ($1)',
    'DELETE FROM due_figures WHERE service_id = ANY ($1)',
  ];
  for (const text of leaving) await execute({ name: '', text, values: [ids], prepared: false }, tx);
}
