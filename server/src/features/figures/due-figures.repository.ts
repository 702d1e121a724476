import { z } from 'zod';
import type { Connection } from '../../database/settling.ts';

const dueRow = z.object({
  serviceId: z.int(),
  yearId: z.int(),
  isThere: z.boolean(),
  towerId: z.int().nullable(),
  vendorId: z.int().nullable(),
});
/** A service in a year whose figures are due, and where it belongs; it is locked, and its marks are taken off. */
export type Due = z.infer<typeof dueRow>;

/**
 * Of two writers of facts of one service the second computes after the first has committed, with facts read after that. Services
 * are looked up one by one, in one order for all writers: nobody can estimate how many are due, and a join planned for a few
 * would take minutes for all of a large company.
 */
const takeDue = (marks: string) => `
  WITH taken AS (DELETE FROM due_figures WHERE ${marks} RETURNING service_id, fiscal_year_id),
  due AS MATERIALIZED (SELECT DISTINCT service_id, fiscal_year_id FROM taken ORDER BY service_id, fiscal_year_id)
  SELECT service_id AS "serviceId", fiscal_year_id AS "yearId", locked.id IS NOT NULL AS "isThere",
    tower_id AS "towerId", vendor_id AS "vendorId"
  FROM due LEFT JOIN LATERAL (
    SELECT id, tower_id, vendor_id FROM services WHERE id = due.service_id FOR NO KEY UPDATE
  ) AS locked ON true
  ORDER BY service_id, fiscal_year_id`;
const markedHere = 'marked_by = (SELECT pg_current_xact_id_if_assigned()::text::bigint)';
const markedByOthers = `(marked_by, service_id, fiscal_year_id) IN (
  SELECT marked_by, service_id, fiscal_year_id FROM due_figures ORDER BY service_id LIMIT $1)`;

/** What this transaction has made due. */
export const takeOwn = (connection: Connection) => take(connection, 'figures.take_own', markedHere, []);
/** What others have left behind, at most so many. */
export const takeLeft = (connection: Connection, most: number) =>
  take(connection, 'figures.take_left', markedByOthers, [most]);

async function take(connection: Connection, name: string, marks: string, values: unknown[]): Promise<Due[]> {
  const { rows } = await connection.query({ name, text: takeDue(marks), values });
  return z.array(dueRow).parse(rows);
}

/** True for one server at a time, until its transaction ends. */
export async function isTheOneToSettle(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query(`SELECT pg_try_advisory_xact_lock(hashtext('due_figures')) AS taken`);
  return z.object({ taken: z.boolean() }).parse(rows[0]).taken;
}

/** Every service in every year, as if it were due. */
export const markEverything = (connection: Connection) =>
  connection.query(
    'INSERT INTO due_figures (service_id, fiscal_year_id) SELECT s.id, y.id FROM services s CROSS JOIN fiscal_years y ON CONFLICT DO NOTHING',
  );
