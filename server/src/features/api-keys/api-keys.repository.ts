import type { ApiKey } from '@opex/contracts/api-keys';
import { database } from '../../lib/database.ts';
import type { Db } from '../../lib/transaction.ts';

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
export const insert = async (data: NewKey, db: Db) => toApiKey(await db.apiKey.create({ data, select: selected }));

export const findByPrefix = (prefix: string) =>
  database.apiKey.findUnique({
    where: { prefix },
    select: { id: true, secretHash: true, userId: true, permissions: true, expiresAt: true, revokedAt: true },
  });

export const revoke = (id: number, userId: number, db: Db) =>
  db.apiKey.updateManyAndReturn({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
    select: { id: true, name: true },
  });

export async function touch(ids: number[]) {
  await database.apiKey.updateMany({ where: { id: { in: ids } }, data: { lastUsedAt: new Date() } });
}
