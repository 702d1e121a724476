import { createUser, named } from '../factories/index.ts';
import { type Addresses, ofNone } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

async function viewOfAnother(isShared: boolean) {
  const [view] = await sql<{ id: number }>(
    `INSERT INTO saved_views (page, name, address, owner_id, is_shared) VALUES ('tracker', $1, '', $2, $3) RETURNING id`,
    [named(), (await createUser('Viewer')).id, isShared],
  );
  return view!.id;
}

export const savedViews: Addresses = {
  'GET /saved-views': {
    least: 'Viewer',
    read: { ...ofNone, isEmpty: 'a view holds an address, and no figure', query: () => '?page=tracker' },
  },
  'POST /saved-views': { least: 'Viewer', write: 'own' },
  'PATCH /saved-views/:id': {
    least: 'Viewer',
    write: async () => [
      { ids: [await viewOfAnother(false)], body: { name: 'Mine' }, nobodyElse: true },
      { ids: [await viewOfAnother(true)], body: { name: 'Mine' }, nobodyElse: true },
    ],
  },
  'DELETE /saved-views/:id': {
    least: 'Viewer',
    write: async () => [{ ids: [await viewOfAnother(false)], nobodyElse: true }, { ids: [await viewOfAnother(true)] }],
  },
  'POST /saved-views/:id/default': {
    least: 'Viewer',
    write: async () => [{ ids: [await viewOfAnother(false)], nobodyElse: true }],
  },
  'DELETE /saved-views/:id/default': {
    least: 'Viewer',
    write: async () => [{ ids: [await viewOfAnother(false)], nobodyElse: true }],
  },
};
