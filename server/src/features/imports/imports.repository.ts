import { type ImportKind, importKindNames } from '@opex/contracts/import-kinds';
import {
  importColumn,
  importNote,
  importSheet,
  monthNumberings,
  nameChoice,
  unknownName,
} from '@opex/contracts/import-findings';
import {
  importCounts,
  importEffects,
  importQuestions,
  importRecord,
  importStates,
  importSummary,
} from '@opex/contracts/imports';
import { masterKinds } from '@opex/contracts/masters';
import { z } from 'zod';
import type { Caller } from '../../lib/caller.ts';
import { scopeValue } from '../../database/fragments.ts';
import { execute, only, readRows, type Source } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';

const header = z.object({ column: z.int(), text: z.string(), day: z.string().optional() });
const found = z.object({
  sheets: z.array(z.object({ ...importSheet.shape, headers: z.array(header) })).default([]),
  columns: z.array(importColumn).default([]),
  asks: z.array(z.enum(importQuestions)).default([]),
  notes: z.array(importNote).default([]),
  names: z.array(unknownName).default([]),
  fy: z.string().nullable().default(null),
});
export type FoundInFile = z.infer<typeof found>;
const options = z.object({
  fy: z.string().optional(),
  units: z.boolean().optional(),
  months: z.enum(monthNumberings).optional(),
  days: z.enum(['day-first', 'month-first']).optional(),
  from: z.string().optional(),
  columns: z.record(z.string(), z.string().nullable()).optional(),
  names: z.array(z.object({ kind: z.enum(masterKinds), name: z.string(), is: nameChoice })).optional(),
});
export type Options = z.infer<typeof options>;

const stored = z.object({
  ...importSummary.shape,
  kind: z.enum(importKindNames).nullable(),
  state: z.enum(importStates),
  counts: z.nullable(importCounts),
  sheet: z.string().nullable(),
  options,
  found,
  effects: z.array(importEffects),
  upload: z.string().nullable(),
  createdBy: z.int(),
  sameAs: importRecord.shape.sameAs,
});
export type StoredImport = z.infer<typeof stored>;

const time = (column: string, as: string) => `to_json(${column})#>>'{}' AS "${as}"`;
/** A job that is over without having said so has kept nothing, so the state before it counts. */
const isAtIt = `(i.doing IS NOT NULL AND job.state IN ('waiting', 'running'))`;
const unfinished = 'It was begun and did not come to its end, so nothing of it was kept. Try it again';
const summary = `i.id, i.version, i.name, i.kind, CASE WHEN ${isAtIt} THEN i.doing ELSE i.state END AS state,
  CASE WHEN i.doing IS NOT NULL AND NOT coalesce(${isAtIt}, false) THEN '${unfinished}' ELSE i.problem END AS problem,
  CASE WHEN ${isAtIt} THEN i.job_id END AS "jobId", job.done, job.total, i.bytes, ${time('i.created_at', 'createdAt')},
  creator.name AS creator,
  CASE WHEN i.counts IS NOT NULL THEN '{"added": 0}'::jsonb || i.counts END AS counts, ${time('i.applied_at', 'appliedAt')}, i.applied_by AS "appliedBy", i.reason`;
/** Counts of before there were others than budgets know nothing of what is added. $1 is who asks, $2 what they see: their own, as far as they still see what is in them; who sees all sees all. */
const from = `FROM imports i JOIN users creator ON creator.id = i.created_by LEFT JOIN jobs job ON job.id = i.job_id`;
const isSeen = (alias: string) => `($2::int[] IS NULL OR ${alias}.created_by = $1 AND ${alias}.scope <@ $2::int[])`;
const seen = `${from} WHERE ${isSeen('i')}`;
const who = ({ id, scope }: Caller) => [id, scopeValue(scope)];
const whole = `${summary}, i.sheet, i.options, i.found, CASE jsonb_typeof(i.effects) WHEN 'array' THEN i.effects ELSE '[]' END AS effects, i.upload, i.created_by AS "createdBy",
  (SELECT json_build_object('id', other.id, 'name', other.name, 'creator', users.name, 'createdAt', other.created_at)
    FROM imports other JOIN users ON users.id = other.created_by
    WHERE other.sha256 = i.sha256 AND other.id <> i.id AND other.state = 'applied' AND i.applied_at IS NULL AND ${isSeen('other')}
    ORDER BY other.id DESC LIMIT 1) AS "sameAs"`;

const finding = { name: 'imports.one', text: `SELECT ${whole} ${seen} AND i.id = $3` };
export async function find(caller: Caller, id: number, source?: Source): Promise<StoredImport | undefined> {
  const [one] = await readRows({ ...finding, values: [...who(caller), id] }, stored, source);
  return one;
}

const locking = { name: 'imports.lock', text: `${finding.text} FOR UPDATE OF i` };
export async function lock(caller: Caller, id: number, tx: Transaction): Promise<StoredImport | undefined> {
  const [one] = await readRows({ ...locking, values: [...who(caller), id] }, stored, tx);
  return one;
}

const listing = {
  name: 'imports.list',
  text: `SELECT ${summary} ${seen} ORDER BY i.id DESC LIMIT $3 OFFSET $4`,
};
const counting = { name: 'imports.count', text: `SELECT count(*)::int AS count ${seen}` };
const counted = z.object({ count: z.int() });
export async function findPage(caller: Caller, { page, limit }: { page: number; limit: number }) {
  const values = who(caller);
  const [rows, count] = await Promise.all([
    readRows({ ...listing, values: [...values, limit, (page - 1) * limit] }, importSummary),
    readRows({ ...counting, values }, counted),
  ]);
  return { rows, total: only(count).count };
}

const likeIt = {
  name: 'imports.like',
  text: `SELECT i.name, i.options - 'fy' - 'from' AS options FROM imports i
    WHERE i.kind = $3 AND i.state = 'applied' AND ${isSeen('i')}
      AND (SELECT array_agg(said->>'header') FROM jsonb_array_elements(i.found->'columns') AS said) = $4::text[]
    ORDER BY i.id DESC LIMIT 1`,
};
/** The latest import of a sheet with the very same headers, and what was chosen for it. */
export async function findLike(caller: Caller, kind: ImportKind, headers: string[]) {
  const values = [...who(caller), kind, headers];
  const [one] = await readRows({ ...likeIt, values }, z.object({ name: z.string(), options }));
  return one;
}

const waiting = {
  name: 'imports.waiting',
  text: `SELECT count(*)::int AS count FROM imports WHERE created_by = $1 AND upload IS NOT NULL AND state NOT IN ('applied', 'undone', 'cancelled')`,
};
/** How many files are kept for somebody. */
export const countKept = async ({ id }: Caller): Promise<number> =>
  only(await readRows({ ...waiting, values: [id] }, counted)).count;

const inserting = {
  name: 'imports.insert',
  text: `INSERT INTO imports (name, bytes, sha256, upload, scope, created_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
};
export type NewImport = { name: string; bytes: number; sha256: Buffer; upload: string };
export const insert = async ({ name, bytes, sha256, upload }: NewImport, { id, scope }: Caller, tx: Transaction) =>
  only(
    await readRows(
      { ...inserting, values: [name, bytes, sha256, upload, scopeValue(scope), id] },
      z.object({ id: z.int() }),
      tx,
    ),
  ).id;

/** Under which name each field is kept. Those of JSON are written as such. */
const columns = {
  state: 'state',
  doing: 'doing',
  jobId: 'job_id',
  problem: 'problem',
  kind: 'kind',
  sheet: 'sheet',
  reason: 'reason',
  appliedBy: 'applied_by',
  options: 'options',
  found: 'found',
  counts: 'counts',
  effects: 'effects',
} as const;
type Field = keyof typeof columns;
const json = new Set<string>(['options', 'found', 'counts', 'effects']);

export async function update(id: number, change: Partial<Record<Field, unknown>>, tx: Transaction) {
  const fields = Object.keys(change) as Field[];
  const sets = fields.map((field, index) => `${columns[field]} = $${index + 2}`);
  const values = fields.map((field) =>
    json.has(field) && change[field] !== null ? JSON.stringify(change[field]) : (change[field] ?? null),
  );
  const applied = change.state === 'applied' ? ', applied_at = clock_timestamp()' : '';
  await execute(
    {
      name: 'imports.update',
      text: `UPDATE imports SET ${[...sets, 'changed_at = clock_timestamp()', 'version = version + 1'].join(', ')}${applied} WHERE id = $1`,
      values: [id, ...values],
      prepared: false,
    },
    tx,
  );
}
