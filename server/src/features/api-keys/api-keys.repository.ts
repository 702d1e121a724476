import {
  type ApiKey,
  apiKeyFields,
  apiKeyOfUser,
  type ApiKeyPage,
  type ListApiKeysQuery,
} from '@opex/contracts/api-keys';
import { database } from '../../database/database.ts';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import { inside, type Transaction } from '../../database/inside.ts';

const selected = {
  id: true,
  name: true,
  prefix: true,
  permissions: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const;
type Row = {
  id: number;
  name: string;
  prefix: string;
  permissions: string[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

const toApiKey = (row: Row): ApiKey => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

export const findOfUser = async (userId: number) =>
  (await database.apiKey.findMany({ where: { userId }, select: selected, orderBy: { id: 'desc' } })).map(toApiKey);

type NewKey = {
  prefix: string;
  secretHash: Uint8Array<ArrayBuffer>;
  name: string;
  userId: number;
  permissions: string[];
  expiresAt: Date;
};
export const insert = async (data: NewKey, db: Transaction) =>
  toApiKey(await inside(db).apiKey.create({ data, select: selected }));

export const findByPrefix = (prefix: string) =>
  database.apiKey.findUnique({
    where: { prefix },
    select: { id: true, secretHash: true, userId: true, permissions: true, expiresAt: true, revokedAt: true },
  });

/** Locks the owner, so that keys made at the same moment are all counted. */
export async function countLive(userId: number, db: Transaction): Promise<number> {
  await inside(db).$executeRaw`SELECT FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
  return inside(db).apiKey.count({ where: { userId, revokedAt: null, expiresAt: { gt: new Date() } } });
}

export type Revoked = { id: number; name: string; owner: string };

export async function revoke(keys: { id?: number; userId?: number }, db: Transaction): Promise<Revoked[]> {
  const revoked = await inside(db).apiKey.updateManyAndReturn({
    where: { ...keys, revokedAt: null },
    data: { revokedAt: new Date() },
    select: { id: true, name: true, user: { select: { email: true } } },
  });
  return revoked.map(({ id, name, user }) => ({ id, name, owner: user.email }));
}

const state = `CASE WHEN api_keys.revoked_at IS NOT NULL THEN 'Revoked' WHEN api_keys.expires_at <= now() THEN 'Expired' ELSE 'Live' END`;
const columns: ListColumns<typeof apiKeyFields> = {
  user: { order: 'lower(users.name)', type: 'text' },
  name: { order: 'lower(api_keys.name)', type: 'text' },
  state: { order: `lower(${state})`, type: 'text' },
  createdAt: momentColumn('api_keys.created_at'),
  expiresAt: momentColumn('api_keys.expires_at'),
  lastUsedAt: momentColumn('api_keys.last_used_at', true),
};

const textRow = `api_keys.id, api_keys.name, prefix, permissions, user_id AS "userId", users.name AS user, users.email, ${state} AS state,
  to_json(api_keys.created_at)#>>'{}' AS "createdAt", to_json(expires_at)#>>'{}' AS "expiresAt",
  to_json(last_used_at)#>>'{}' AS "lastUsedAt", to_json(revoked_at)#>>'{}' AS "revokedAt"`;

export const findPage = (query: ListApiKeysQuery, secret: string): Promise<ApiKeyPage> =>
  findListPage(
    {
      table: 'api_keys',
      select: textRow,
      from: 'api_keys JOIN users ON users.id = user_id',
      id: 'api_keys.id',
      fields: apiKeyFields,
      columns,
      defaultSort: '-createdAt',
      row: apiKeyOfUser,
      searched: ['lower(api_keys.name)', 'lower(users.name)', 'lower(users.email)', 'prefix'],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );

export async function touch(ids: number[]) {
  await database.apiKey.updateMany({ where: { id: { in: ids } }, data: { lastUsedAt: new Date() } });
}
