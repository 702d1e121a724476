import { createUser, named } from '../factories/index.ts';
import { type Addresses, ofNone, ofTheWhole } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

async function keyOfAnother() {
  const [key] = await sql<{ id: number }>(
    `INSERT INTO api_keys (prefix, secret_hash, name, user_id, permissions, expires_at)
     VALUES ($1, '', 'x', $2, '{}', now() + interval '1 day') RETURNING id`,
    [named(), (await createUser('Viewer')).id],
  );
  return key!.id;
}

export const apiKeys: Addresses = {
  'GET /api-keys': { least: 'Viewer', read: { ...ofNone, isEmpty: 'they are the own ones' } },
  'POST /api-keys': {
    least: 'Viewer',
    write: () => [
      { body: { name: 'Mine', permissions: ['masters.edit'], expiresInDays: 1 } },
      { body: { name: 'Mine', permissions: ['budgets.view', 'users.view'], expiresInDays: 1 } },
    ],
  },
  'DELETE /api-keys/:id': {
    least: 'Viewer',
    write: async () => [{ ids: [await keyOfAnother()], nobodyElse: true }],
  },
  'GET /api-keys/everybody': { least: 'Admin', read: { ...ofTheWhole, isEmpty: 'it takes the whole' } },
  'DELETE /api-keys/everybody/:id': { least: 'Admin', write: async () => [{ ids: [await keyOfAnother()] }] },
};
