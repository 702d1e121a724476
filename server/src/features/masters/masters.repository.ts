import {
  type ListMastersQuery,
  type Master,
  master,
  masterFields,
  type MasterKind,
  type MasterPage,
} from '@opex/contracts/masters';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, Values } from '../../database/list/list-query.ts';
import type { Scope } from '../../lib/caller.ts';
import { hasShare, isOf, isSeen } from '../../database/fragments.ts';
import { only, readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';

/** Where each kind is kept, and every column that refers to it. Names of tables and columns never come from outside. */
export const tables: Record<
  MasterKind,
  { table: string; uses: readonly (readonly [table: string, column: string])[] }
> = {
  vendors: {
    table: 'vendors',
    uses: [
      ['services', 'vendor_id'],
      ['purchase_lines', 'vendor_id'],
    ],
  },
  towers: { table: 'towers', uses: [['services', 'tower_id']] },
  'budget-heads': { table: 'budget_heads', uses: [['services', 'budget_head_id']] },
  entities: {
    table: 'entities',
    uses: [
      ['services', 'entity_id'],
      ['service_assignments', 'entity_id'],
      ['actuals', 'entity_id'],
      ['allocation_drivers', 'entity_id'],
      ['user_entities', 'entity_id'],
    ],
  },
  'po-entities': {
    table: 'po_entities',
    uses: [
      ['services', 'po_entity_id'],
      ['purchase_lines', 'po_entity_id'],
    ],
  },
  'allocation-types': { table: 'allocation_types', uses: [['services', 'allocation_type_id']] },
};

/** How many services use it; readers of some entities hear of their own services only. An entity is used by each that has cost it something. */
function usedBy(kind: MasterKind, scope: Scope, values: Values) {
  const uses = kind === 'entities' ? hasShare('s.id', 'ARRAY[m.id]') : `s.${tables[kind].uses[0]?.[1]} = m.id`;
  const isTheirs = scope === 'all' ? '' : ` AND ${isSeen('s', `${values.add(scope)}::int[]`)}`;
  return `(SELECT count(*)::int FROM services s WHERE ${uses}${isTheirs})`;
}
const selected = (kind: MasterKind, scope: Scope, values: Values) =>
  `m.id, m.name, m.retired_at IS NOT NULL AS retired, ${usedBy(kind, scope, values)} AS "usedBy", m.version`;
/** A scoped caller knows the own entities only. */
const visible = (kind: MasterKind, scope: Scope, values: Values) =>
  kind === 'entities' && scope !== 'all' ? isOf('m.id', `${values.add(scope)}::int[]`) : 'true';

const columns: ListColumns<typeof masterFields> = {
  name: { order: 'm."sortKey"', type: 'text' },
  usedBy: { order: 'm."usedBy"', type: 'integer' },
  retired: { order: `m.retired::text`, type: 'text' },
};

export const findPage = (
  kind: MasterKind,
  query: ListMastersQuery,
  scope: Scope,
  secret: string,
): Promise<MasterPage> => {
  const values = new Values();
  const { table } = tables[kind];
  return findListPage(
    {
      table,
      select: 'm.id, m.name, m.retired, m."usedBy", m.version',
      from: `(SELECT ${selected(kind, scope, values)}, name_key(m.name) AS "sortKey" FROM ${table} m) m`,
      id: 'm.id',
      fields: masterFields,
      columns,
      defaultSort: 'name',
      row: master,
      searched: ['m."sortKey"'],
    },
    query,
    { values, conditions: [visible(kind, scope, values)], secret },
  );
};

export async function findById(
  kind: MasterKind,
  id: number,
  scope: Scope = 'all',
  db?: Transaction,
): Promise<Master | undefined> {
  const values = new Values();
  const text = `SELECT ${selected(kind, scope, values)} FROM ${tables[kind].table} m WHERE ${visible(kind, scope, values)} AND m.id = ${values.add(id)}`;
  const statement = db
    ? { name: `${tables[kind].table}.lock`, text: `${text} FOR UPDATE OF m`, values: values.list }
    : { name: `${tables[kind].table}.one`, text, values: values.list };
  return (await readRows(statement, master, db))[0];
}

export async function insert(kind: MasterKind, name: string, db: Transaction): Promise<Master> {
  const text = `INSERT INTO ${tables[kind].table} (name) VALUES ($1) RETURNING id, name, false AS retired, 0 AS "usedBy", version`;
  return only(await readRows({ name: `${tables[kind].table}.insert`, text, values: [name] }, master, db));
}

export const update = (
  kind: MasterKind,
  { id, name, retired }: Pick<Master, 'id' | 'name' | 'retired'>,
  db: Transaction,
) =>
  inside(db).$executeRawUnsafe(
    `UPDATE ${tables[kind].table} SET name = $2, retired_at = CASE WHEN $3 THEN coalesce(retired_at, now()) END, version = version + 1 WHERE id = $1`,
    id,
    name,
    retired,
  );

/** What the database keeps of it beside the facts; all zero once nothing uses it any more. */
const summaries: Partial<Record<MasterKind, readonly (readonly [table: string, column: string])[]>> = {
  vendors: [
    ['vendor_entity_years', 'vendor_id'],
    ['vendor_years', 'vendor_id'],
  ],
  towers: [['tower_entity_years', 'tower_id']],
  entities: [
    ['tower_entity_years', 'entity_id'],
    ['vendor_entity_years', 'entity_id'],
  ],
};

/** Refused by the facts that refer to it. */
export async function remove(kind: MasterKind, id: number, db: Transaction) {
  for (const [table, column] of summaries[kind] ?? [])
    await inside(db).$executeRawUnsafe(`DELETE FROM ${table} WHERE ${column} = $1`, id);
  await inside(db).$executeRawUnsafe(`DELETE FROM ${tables[kind].table} WHERE id = $1`, id);
}
