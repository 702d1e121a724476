import {
  auditBatch,
  type AuditBatchPage,
  type AuditEntry,
  auditEntry,
  auditFields,
  type AuditPage,
  type ListAuditQuery,
} from '@opex/contracts/audit';
import type { Action, Changes, SubjectType } from '@opex/contracts/changes';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import { isSeen } from '../../database/fragments.ts';
import { readRows } from '../../database/read.ts';
import { insertLast, type Transaction } from '../../database/transaction.ts';
import { isReadBy } from './readers.rules.ts';

export type NewAuditEntry = {
  actorId: number | null;
  actorName: string;
  action: Action;
  subjectType: SubjectType;
  subjectId: number | null;
  subjectLabel: string;
  changes: Changes;
  reason: string | null;
  fiscalYear: string | null;
  entityIds: number[] | null;
  requestId: string | null;
};

const inserted = `
  INSERT INTO audit_entries (id, actor_id, actor_name, action, subject_type, subject_id, subject_label, changes, reason, fiscal_year, entity_ids, request_id, previous_hash, hash)
  SELECT 0, "actorId", "actorName", action, "subjectType", "subjectId", "subjectLabel", changes, reason, "fiscalYear", "entityIds", "requestId", '', ''
  FROM jsonb_to_recordset($1::jsonb) AS entry ("actorId" int, "actorName" text, action text, "subjectType" text,
    "subjectId" int, "subjectLabel" text, changes jsonb, reason text, "fiscalYear" text, "entityIds" int[], "requestId" text)`;

/** The database sets id, time and hash; all writers queue for these, so it is done last. */
export const insertMany = (entries: NewAuditEntry[], tx: Transaction) =>
  insertLast(tx, { text: inserted, values: [JSON.stringify(entries)] });

// With their table: a bare name in ORDER BY would mean what is selected under it, which no index holds.
const columns: ListColumns<typeof auditFields> = {
  id: { order: 'audit_entries.id', type: 'integer' },
  at: momentColumn('audit_entries.at'),
  actor: { order: 'lower(actor_name)', type: 'text' },
  action: { order: 'lower(action)', type: 'text' },
  subjectType: { order: 'subject_type', type: 'text' },
  subjectId: { order: 'subject_id', type: 'integer', nullable: true },
};

/** The SQL of the entities that a reader sees; null: all. */
type Entities = string | null;
const entitiesOf = (scope: Scope, values: Values): Entities => (scope === 'all' ? null : `${values.add(scope)}::int[]`);

/** Values are the whole's too: the UID of a parent that a scoped reader does not see is left out. */
function seenChanges(entities: Entities) {
  if (entities === null) return 'changes';
  const isSeenNow = `EXISTS (SELECT FROM services s WHERE name_key(s.uid) = name_key(side.value) AND ${isSeen('s', entities)})`;
  return `CASE WHEN EXISTS (SELECT FROM jsonb_each_text(changes->'parentUid') AS side WHERE side.value IS NOT NULL AND NOT ${isSeenNow})
    THEN changes - 'parentUid' ELSE changes END`;
}

const selected = (
  entities: Entities,
) => `id::int AS id, to_json(at)#>>'{}' AS at, actor_id AS "actorId", actor_name AS actor, action, subject_type AS "subjectType",
  subject_id AS "subjectId", subject_label AS subject, fiscal_year AS fy, reason, ${seenChanges(entities)} AS changes, request_id AS "requestId", encode(hash, 'hex') AS hash`;

const within = (entities: Entities) => (entities === null ? 'true' : isReadBy(entities));

const source = (entities: Entities) => ({
  table: 'audit_entries',
  select: selected(entities),
  from: 'audit_entries',
  id: 'audit_entries.id',
  fields: auditFields,
  columns,
  defaultSort: '-id',
  row: auditEntry,
  searched: ['lower(subject_label)', 'lower(actor_name)', "lower(coalesce(reason, ''))"],
});

function asked({ requestId, ...query }: ListAuditQuery, scope: Scope) {
  const values = new Values();
  const entities = entitiesOf(scope, values);
  const ofRequest = requestId === undefined ? [] : [`request_id = ${values.add(requestId)}`];
  return { query, values, entities, conditions: [within(entities), ...ofRequest] };
}

export function findPage(listed: ListAuditQuery, scope: Scope, secret: string): Promise<AuditPage> {
  const { query, values, entities, conditions } = asked(listed, scope);
  return findListPage(source(entities), query, { values, conditions, secret });
}

/** Entries that one request wrote are found by the last of those that fit. */
export function findBatches(listed: ListAuditQuery, scope: Scope, secret: string): Promise<AuditBatchPage> {
  const { query, values, entities, conditions } = asked(listed, scope);
  const parts = `SELECT action, subject_type AS "subjectType", min(subject_label) AS subject, count(*)::int AS count, min(id) AS first
    FROM audit_entries WHERE (id = own.of_id OR request_id = own.of_request) AND ${within(entities)} GROUP BY action, subject_type`;
  return findListPage(
    {
      ...source(entities),
      select: `${selected(entities)}, (SELECT json_agg(part ORDER BY part.first) FROM (${parts}) AS part) AS parts`,
      // Inside a condition on other entries the names are theirs.
      from: 'audit_entries CROSS JOIN LATERAL (SELECT audit_entries.id, audit_entries.request_id) AS own (of_id, of_request)',
      row: auditBatch,
      only: (where) =>
        `NOT EXISTS (SELECT FROM audit_entries WHERE request_id = own.of_request AND id > own.of_id AND ${where})`,
    },
    query,
    { values, conditions, secret },
  );
}

const noticed = z.object({
  id: z.int(),
  actorId: z.int().nullable(),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.int().nullable(),
  entityIds: z.array(z.int()).nullable(),
});
export type Noticed = z.infer<typeof noticed>;
export const parseNotice = (payload: string): Noticed => noticed.parse(JSON.parse(payload));

export const findAfter = (id: number, limit: number): Promise<Noticed[]> =>
  readRows(
    {
      name: 'audit_entries.after',
      text: `SELECT id::int AS id, actor_id AS "actorId", action, subject_type AS "subjectType", subject_id AS "subjectId", entity_ids AS "entityIds"
        FROM audit_entries WHERE id > $1 ORDER BY id LIMIT $2`,
      values: [id, limit],
    },
    noticed,
  );

export async function findLastId(): Promise<number> {
  const [head] = await readRows(
    { name: 'audit_heads.last', text: 'SELECT last_id::int AS id FROM audit_heads' },
    z.object({ id: z.int() }),
  );
  return head?.id ?? 0;
}

const historyEntry = z.object({
  ...auditEntry.shape,
  /** Of entities that the reader sees all of. */ whole: z.boolean(),
});

/** All entries of one subject, those included that were of others then: `whole` tells them apart. */
export async function findHistory(
  subjectType: string,
  subjectId: number,
  scope: Scope,
  { page, limit }: { page: number; limit: number },
) {
  const values = new Values();
  const [type, subject] = [values.add(subjectType), values.add(subjectId)];
  const entities = entitiesOf(scope, values);
  const [rows, [count]] = await Promise.all([
    readRows(
      {
        name: 'audit_entries.history',
        text: `SELECT ${selected(entities)}, ${within(entities)} AS whole FROM audit_entries WHERE subject_type = ${type} AND subject_id = ${subject}
          ORDER BY id DESC LIMIT ${values.add(limit)} OFFSET ${values.add((page - 1) * limit)}`,
        values: values.list,
      },
      historyEntry,
    ),
    readRows(
      {
        name: 'audit_entries.history_count',
        text: 'SELECT count(*)::int AS total FROM audit_entries WHERE subject_type = $1 AND subject_id = $2',
        values: [subjectType, subjectId],
      },
      z.object({ total: z.int() }),
    ),
  ]);
  return { rows, total: count?.total ?? 0 };
}

export async function findEntry(id: number, scope: Scope): Promise<AuditEntry | undefined> {
  const values = new Values();
  const entities = entitiesOf(scope, values);
  const text = `SELECT ${selected(entities)} FROM audit_entries WHERE id = ${values.add(id)} AND ${within(entities)}`;
  const [entry] = await readRows({ name: 'audit_entries.one', text, values: values.list }, auditEntry);
  return entry;
}

/** For readers who see all entities. */
export const findSome = (ids: number[]): Promise<AuditEntry[]> =>
  readRows(
    {
      name: 'audit_entries.some',
      text: `SELECT ${selected(null)} FROM audit_entries WHERE id = ANY ($1::int[]) ORDER BY id`,
      values: [ids],
    },
    auditEntry,
  );

const verdict = z.object({ entries: z.int(), firstBadId: z.int().nullable(), reason: z.string().nullable() });

/** Every entry must carry the hash of the one before it and of itself, ids must have no gap, and the head must be the last. */
export async function findBrokenLink() {
  const [row] = await readRows(
    {
      name: 'audit_entries.verify',
      text: `
        WITH links AS (
          SELECT id, CASE
            WHEN id <> 1 + coalesce(lag(id) OVER chain, 0) THEN 'an entry before it is missing'
            WHEN previous_hash <> coalesce(lag(hash) OVER chain, '') THEN 'it does not follow the entry before it'
            WHEN hash <> audit_hash(entry) THEN 'it was changed after it was written'
          END AS reason
          FROM audit_entries entry WINDOW chain AS (ORDER BY id)
        ),
        bad AS (
          SELECT id, reason FROM links WHERE reason IS NOT NULL
          UNION ALL
          SELECT least(last_id, 1 + coalesce((SELECT max(id) FROM audit_entries), 0)), 'the last entries are missing' FROM audit_heads
          WHERE last_id > 0 AND NOT EXISTS (SELECT FROM audit_entries WHERE id = last_id AND hash = last_hash)
          UNION ALL
          SELECT id, 'it was put there by hand' FROM audit_entries WHERE id > (SELECT last_id FROM audit_heads)
        )
        SELECT (SELECT count(*)::int FROM links) AS entries, (SELECT min(id)::int FROM bad) AS "firstBadId",
          (SELECT reason FROM bad ORDER BY id LIMIT 1) AS reason`,
      prepared: false,
      withinMs: 16_000,
    },
    verdict,
  );
  return row as z.infer<typeof verdict>;
}
