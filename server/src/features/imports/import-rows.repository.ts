import { importCell, type ImportOutcome, importOutcomes, type ImportRow, rejectedCell } from '@opex/contracts/imports';
import { z } from 'zod';
import { execute, only, readRows, type Source } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';

/** A row as it was checked. Its values are named as its kind names them. */
export type CheckedRow = ImportRow & { before: Values; after: Values; texts: string[] };
const values = z.record(z.string(), z.string().nullable());
export type Values = z.infer<typeof values>;

const replacing = {
  name: 'import_rows.insert',
  text: `
    INSERT INTO import_rows (import_id, number, outcome, uid, service_id, before, after, cells, rejected, texts)
    SELECT $1, number, outcome, uid, "serviceId", before, after, cells, rejected, texts
    FROM jsonb_to_recordset($2::jsonb) AS row (number int, outcome text, uid text, "serviceId" int, before jsonb,
      after jsonb, cells jsonb, rejected jsonb, texts jsonb)`,
};
const removing = { name: 'import_rows.remove', text: 'DELETE FROM import_rows WHERE import_id = $1' };
const atOnce = 1_000;

/** Instead of those of an earlier check. */
export async function replace(importId: number, rows: readonly CheckedRow[], tx: Transaction) {
  await execute({ ...removing, values: [importId] }, tx);
  for (let at = 0; at < rows.length; at += atOnce)
    await execute({ ...replacing, values: [importId, JSON.stringify(rows.slice(at, at + atOnce))] }, tx);
}

const row = z.object({
  number: z.int(),
  outcome: z.enum(importOutcomes),
  uid: z.string(),
  serviceId: z.int().nullable(),
  service: z.string().nullable(),
  cells: z.array(importCell),
  rejected: z.array(rejectedCell),
});
const ofImport = `FROM import_rows r WHERE r.import_id = $1 AND ($2::text IS NULL OR r.outcome = $2)`;
const listing = {
  name: 'import_rows.list',
  text: `SELECT r.number, r.outcome, r.uid, r.service_id AS "serviceId",
      (SELECT s.service FROM services s WHERE s.id = r.service_id) AS service, r.cells, r.rejected
    ${ofImport} ORDER BY r.number LIMIT $3 OFFSET $4`,
};
const counting = { name: 'import_rows.count', text: `SELECT count(*)::int AS count ${ofImport}` };
type Page = { page: number; limit: number; outcome?: ImportOutcome | undefined };

export async function findPage(importId: number, { page, limit, outcome }: Page) {
  const values = [importId, outcome ?? null];
  const [rows, count] = await Promise.all([
    readRows({ ...listing, values: [...values, limit, (page - 1) * limit] }, row),
    readRows({ ...counting, values }, z.object({ count: z.int() })),
  ]);
  return { rows, total: only(count).count };
}

const rejectedRow = z.object({ number: z.int(), rejected: z.array(rejectedCell), texts: z.array(z.string()) });
const rejecting = {
  name: 'import_rows.rejected',
  text: `SELECT number, rejected, texts FROM import_rows WHERE import_id = $1 AND outcome = 'rejected' AND number > $2
    ORDER BY number LIMIT ${atOnce}`,
};
export async function* rejectedOf(importId: number) {
  for (let after = 0; ;) {
    const rows = await readRows({ ...rejecting, values: [importId, after] }, rejectedRow);
    yield* rows;
    if (rows.length < atOnce) return;
    after = rows.at(-1)?.number ?? after;
  }
}

const changedRow = z.object({
  importId: z.int(),
  number: z.int(),
  uid: z.string(),
  serviceId: z.int().nullable(),
  before: values,
  after: values,
});
export type ChangedRow = z.infer<typeof changedRow>;
const changing = {
  name: 'import_rows.changed',
  text: `SELECT import_id AS "importId", number, uid, service_id AS "serviceId", before, after FROM import_rows
    WHERE import_id = $1 AND outcome IN ('added', 'changed') ORDER BY number`,
};
export const findChanged = (importId: number, source?: Source): Promise<ChangedRow[]> =>
  readRows({ ...changing, values: [importId] }, changedRow, source);

const saving = {
  name: 'import_rows.save_values',
  text: `UPDATE import_rows r SET before = row.before, after = row.after
    FROM jsonb_to_recordset($2::jsonb) AS row (number int, before jsonb, after jsonb)
    WHERE r.import_id = $1 AND r.number = row.number`,
};
export const saveValues = (
  importId: number,
  rows: Pick<ChangedRow, 'number' | 'before' | 'after'>[],
  tx: Transaction,
) => execute({ ...saving, values: [importId, JSON.stringify(rows)] }, tx);

const naming = {
  name: 'import_rows.set_services',
  text: `UPDATE import_rows r SET service_id = row."serviceId"
    FROM jsonb_to_recordset($2::jsonb) AS row (number int, "serviceId" int) WHERE r.import_id = $1 AND r.number = row.number`,
};
/** The services that rows brought. */
export const setServices = (importId: number, rows: { number: number; serviceId: number }[], tx: Transaction) =>
  execute({ ...naming, values: [importId, JSON.stringify(rows)] }, tx);
