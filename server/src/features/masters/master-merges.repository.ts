import {
  type ListMasterMergesQuery,
  type MasterMerge,
  masterMerge,
  masterMergeFields,
  type MasterMergePage,
} from '@opex/contracts/master-merges';
import { type Master, type MasterKind, masterKinds } from '@opex/contracts/masters';
import { z } from 'zod';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import { only, readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import { entityFacts } from './entity-merges.repository.ts';
import { tables } from './masters.repository.ts';

/** How it was before a merge: enough to put it back. */
const before = z.object({
  retired: z.boolean(),
  version: z.int(),
  serviceIds: z.array(z.int()),
  purchaseLineIds: z.array(z.int()),
  /** Of entities only. */
  facts: entityFacts.nullable(),
});
export type Before = z.infer<typeof before>;

const moved = z.object({ id: z.int(), label: z.string(), entityIds: z.array(z.int()) });
export type Moved = z.infer<typeof moved>[];

const columnIn = (kind: MasterKind, table: string) => tables[kind].uses.find(([used]) => used === table)?.[1];

/** Moves services from one master to the other: all, or those of these ids. */
export async function moveServices(
  kind: MasterKind,
  fromId: number,
  intoId: number,
  ids: number[] | null,
  tx: Transaction,
): Promise<Moved> {
  const column = columnIn(kind, 'services') as string;
  const statement = {
    name: 'services.move_to_master',
    text: `UPDATE services s SET ${column} = $2, version = version + 1 WHERE ${column} = $1 AND ($3::int[] IS NULL OR id = ANY ($3))
     RETURNING id, uid AS label, ARRAY(SELECT DISTINCT entity_id FROM service_entity_years n WHERE n.service_id = s.id AND entity_id IS NOT NULL) AS "entityIds"`,
    values: [fromId, intoId, ids],
  };
  return readRows(statement, moved, tx);
}

/** The same for the lines of purchase orders, which only some kinds stand on. */
export async function movePurchaseLines(
  kind: MasterKind,
  fromId: number,
  intoId: number,
  ids: number[] | null,
  tx: Transaction,
): Promise<Moved> {
  const column = columnIn(kind, 'purchase_lines');
  if (!column) return [];
  const statement = {
    name: 'purchase_lines.move_to_master',
    text: `UPDATE purchase_lines l SET ${column} = $2, version = version + 1 WHERE ${column} = $1 AND ($3::int[] IS NULL OR id = ANY ($3))
     RETURNING id, coalesce(nullif(po_number, ''), pr_number) AS label, ARRAY(SELECT DISTINCT n.entity_id FROM purchase_splits p
       JOIN service_entity_years n ON n.service_id = p.service_id WHERE p.purchase_line_id = l.id AND n.entity_id IS NOT NULL) AS "entityIds"`,
    values: [fromId, intoId, ids],
  };
  return readRows(statement, moved, tx);
}

/** Inserts a merged master again, under the id by which the log and the merge know it. */
export const insertAgain = (
  kind: MasterKind,
  { id, name, retired, version }: Pick<Master, 'id' | 'name' | 'retired' | 'version'>,
  db: Transaction,
) =>
  inside(db).$executeRawUnsafe(
    `INSERT INTO ${tables[kind].table} (id, name, retired_at, version) VALUES ($1, $2, CASE WHEN $3 THEN now() END, $4)`,
    id,
    name,
    retired,
    version,
  );

type NewMerge = {
  kind: MasterKind;
  fromId: number;
  fromName: string;
  intoId: number;
  intoName: string;
  reason: string;
  actorName: string;
  before: Before;
};
export const insertMerge = (merge: NewMerge, db: Transaction) =>
  inside(db).masterMerge.create({ data: merge, select: { id: true } });

const stored = z.object({
  id: z.int(),
  kind: z.enum(masterKinds),
  fromId: z.int(),
  fromName: z.string(),
  intoId: z.int(),
  intoName: z.string(),
  version: z.int(),
  undone: z.boolean(),
  before,
});
export type StoredMerge = z.infer<typeof stored>;

const one = `SELECT id, kind, from_id AS "fromId", from_name AS "fromName", into_id AS "intoId", into_name AS "intoName", version,
  undone_at IS NOT NULL AS undone, before FROM master_merges WHERE id = $1`;

export async function findMerge(id: number): Promise<StoredMerge | undefined> {
  return (await readRows({ name: 'master_merges.one', text: one, values: [id] }, stored))[0];
}

export const lockMerge = async (id: number, tx: Transaction): Promise<StoredMerge> =>
  only(await readRows({ name: 'master_merges.lock', text: `${one} FOR UPDATE`, values: [id] }, stored, tx));

/** The merge, not undone, that this master went away with. */
export const findMergeOf = (kind: MasterKind, fromId: number, db: Transaction) =>
  inside(db).masterMerge.findFirst({ where: { kind, fromId, undoneAt: null }, select: { intoName: true } });

export async function setUndone(id: number, tx: Transaction): Promise<MasterMerge> {
  const statement = {
    name: 'master_merges.set_undone',
    text: `UPDATE master_merges SET undone_at = now(), version = version + 1 WHERE id = $1 RETURNING ${selected}`,
    values: [id],
  };
  return only(await readRows(statement, masterMerge, tx));
}

const selected = `id, to_json(at)#>>'{}' AS at, actor_name AS actor, kind, from_name AS "from", into_name AS "into", reason,
  to_json(undone_at)#>>'{}' AS "undoneAt", version`;

const columns: ListColumns<typeof masterMergeFields> = {
  at: momentColumn('master_merges.at'),
  actor: { order: 'lower(actor_name)', type: 'text' },
  kind: { order: 'master_merges.kind', type: 'text' },
  from: { order: 'lower(from_name)', type: 'text' },
  into: { order: 'lower(into_name)', type: 'text' },
};

export const findPage = (query: ListMasterMergesQuery, secret: string): Promise<MasterMergePage> =>
  findListPage(
    {
      table: 'master_merges',
      select: selected,
      from: 'master_merges',
      id: 'master_merges.id',
      fields: masterMergeFields,
      columns,
      defaultSort: '-at',
      row: masterMerge,
      searched: ['lower(from_name)', 'lower(into_name)', 'lower(reason)'],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );
