import { z } from 'zod';
import { inScope, money, scopeValue } from '../../database/fragments.ts';
import { readRows } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Scope } from '../../lib/caller.ts';

const sumsOf = (measure: 'budget' | 'actual') => ({
  name: `service_entity_years.sums_of_${measure}`,
  text: `
    SELECT n.tower_id AS "towerId", n.entity_id AS "entityId", ${money(`sum(n.${measure})`)} AS amount
    FROM service_entity_years n WHERE n.fiscal_year_id = $1 AND ${inScope('n.entity_id', '$2')} GROUP BY n.tower_id, n.entity_id`,
});
const sum = z.object({ towerId: z.int().nullable(), entityId: z.int().nullable(), amount: z.string() });

/** A measure of a year by tower and entity. */
export const findSums = (measure: 'budget' | 'actual', yearId: number, scope: Scope, tx: Transaction) =>
  readRows({ ...sumsOf(measure), values: [yearId, scopeValue(scope)] }, sum, tx);

const naming = {
  towers: { name: 'towers.names', text: 'SELECT id, name FROM towers WHERE id = ANY ($1::int[])' },
  entities: { name: 'entities.names', text: 'SELECT id, name FROM entities WHERE id = ANY ($1::int[])' },
};
export async function findNames(of: keyof typeof naming, ids: number[], tx: Transaction) {
  const rows = await readRows({ ...naming[of], values: [ids] }, z.object({ id: z.int(), name: z.string() }), tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
