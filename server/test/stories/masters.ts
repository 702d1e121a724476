import type { MasterKind } from '@opex/contracts/masters';
import { createPlanned, createYear } from '../factories/index.ts';
import { as } from '../harness/as.ts';
import { sql } from '../harness/sql.ts';

/** The fields of a service that name a master: by its id, and as it is shown. */
export const fieldsOfMaster = {
  vendors: ['vendorId', 'vendor'],
  towers: ['towerId', 'tower'],
  'budget-heads': ['budgetHeadId', 'budgetHead'],
  entities: ['entityId', 'entity'],
  'po-entities': ['poEntityId', 'poEntity'],
  'allocation-types': ['allocationTypeId', 'allocationType'],
} as const satisfies Record<MasterKind, readonly [id: string, name: string]>;

const reason = 'Two names of one thing';
const at = (version = 1) => ({ 'if-match': `"v${version}"` });
type Named = { id: number; name: string; version?: number };

/** A year to plan in, who reads, edits and approves, and the tracker that shows what masters are named. */
export async function mastersStory() {
  const year = await createYear('FY26', { reportedThrough: 12 });
  const [viewer, editor, approver] = [await as('Viewer'), await as('Editor'), await as('Approver')];
  const planned = (overrides: object, month?: string) => createPlanned(year, overrides, month);
  const tracker = async (query: object, who = viewer) =>
    (
      await who
        .get('/api/budgets')
        .query({ fy: 'FY26', ...query })
        .expect(200)
    ).body;
  const merge = (kind: MasterKind, id: number, intoId: number, who = approver) =>
    who.post(`/api/${kind}/${id}/merge`).set(at()).send({ intoId, intoVersion: 1, reason });
  return { year, viewer, editor, approver, planned, tracker, merge };
}

const columnsOfFacts = {
  services: `id, vendor_id, tower_id, budget_head_id, entity_id, po_entity_id, allocation_type_id, vendor_key, tower_key, entity_key`,
  purchase_lines: 'id, vendor_id, po_entity_id',
  actuals: 'id, service_id, entity_id, fiscal_year_id, source, m01, m02, m03, m04, m12',
  allocation_drivers: 'allocation_key_version_id, entity_id, value',
  user_entities: 'user_id, entity_id',
  service_entity_years: 'service_id, fiscal_year_id, entity_id, vendor_id, budget, actual, committed',
};

/** Every fact that stands on masters, and all that is computed from them. */
async function facts() {
  const parts = await Promise.all(
    Object.entries(columnsOfFacts).map(async ([table, columns]) => [
      table,
      await sql(
        `SELECT * FROM (SELECT ${columns} FROM ${table}) t WHERE NOT (to_jsonb(t) @> '{"budget": 0, "actual": 0}') ORDER BY t::text`,
      ),
    ]),
  );
  return Object.fromEntries(parts) as object;
}

/** The same with merges that are looked at, undone and followed in the log. */
export async function mergesStory() {
  const { merge: _, ...story } = await mastersStory();
  const { approver } = story;
  const admin = await as('Admin');
  const merge = (kind: MasterKind, from: Named, into: Named, who = admin) =>
    who
      .post(`/api/${kind}/${from.id}/merge`)
      .set(at(from.version))
      .send({ intoId: into.id, intoVersion: into.version ?? 1, reason });
  const undo = (id: number, who = admin, version = 1) =>
    who.post(`/api/master-merges/${id}/undo`).set(at(version)).send({ reason: 'They are two after all' });
  const merges = async (query: object = {}) =>
    (await approver.get('/api/master-merges').query(query).expect(200)).body.data;
  const lastMerge = async (): Promise<number> => (await merges({ limit: 1 }))[0].id;
  const entriesAfter = async (id: number) =>
    (await admin.get('/api/audit').query({ 'id.gt': id, sort: 'id', limit: 200 }).expect(200)).body.data;
  const lastEntry = async () => (await admin.get('/api/audit?limit=1').expect(200)).body.data[0]?.id ?? 0;
  const named = ({ id, name }: Named) => ({ id, name });
  return { ...story, facts, admin, reason, at, merge, undo, merges, lastMerge, entriesAfter, lastEntry, named };
}
