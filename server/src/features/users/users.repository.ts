import { z } from 'zod';
import { type ListUsersQuery, type User, user, userFields, type UserPage } from '@opex/contracts/users';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import { database } from '../../database/database.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import { readRows } from '../../database/read.ts';

const selected = {
  id: true,
  email: true,
  name: true,
  role: true,
  allEntities: true,
  disabledAt: true,
  lastSeenAt: true,
  createdAt: true,
  version: true,
  userEntities: { select: { entityId: true }, orderBy: { entityId: 'asc' } },
} as const;

type Row = {
  id: number;
  email: string;
  name: string;
  role: string;
  allEntities: boolean;
  disabledAt: Date | null;
  lastSeenAt: Date | null;
  createdAt: Date;
  version: number;
  userEntities: { entityId: number }[];
};

const toUser = ({ allEntities, disabledAt, lastSeenAt, createdAt, userEntities, role, ...rest }: Row): User => ({
  ...rest,
  role: role as User['role'],
  entityIds: allEntities ? null : userEntities.map(({ entityId }) => entityId),
  disabled: disabledAt !== null,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

const columns: ListColumns<typeof userFields> = {
  name: { order: 'lower(name)', type: 'text' },
  email: { order: 'lower(email)', type: 'text' },
  role: { order: 'lower(role)', type: 'text' },
  lastSeenAt: momentColumn('last_seen_at', true),
};

const textRow = `id, email, name, role, disabled_at IS NOT NULL AS disabled, version, to_json(last_seen_at)#>>'{}' AS "lastSeenAt", to_json(created_at)#>>'{}' AS "createdAt",
  CASE WHEN NOT all_entities THEN ARRAY(SELECT entity_id FROM user_entities WHERE user_id = users.id ORDER BY entity_id) END AS "entityIds"`;

export const findPage = (query: ListUsersQuery, secret: string): Promise<UserPage> =>
  findListPage(
    {
      table: 'users',
      select: textRow,
      from: 'users',
      id: 'id',
      fields: userFields,
      columns,
      defaultSort: 'name',
      row: user,
      searched: ['lower(name)', 'lower(email)'],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );

export async function findById(id: number, tx?: Transaction): Promise<User | undefined> {
  const row = await (tx ? inside(tx) : database).user.findUnique({ where: { id }, select: selected });
  return row ? toUser(row) : undefined;
}

/** However it is spelled: the address is what people sign in with. */
export async function findByEmail(email: string): Promise<User | undefined> {
  const [found] = await readRows(
    { name: 'users.id_by_email', text: 'SELECT id FROM users WHERE name_key(email) = name_key($1)', values: [email] },
    z.object({ id: z.int() }),
  );
  return found && findById(found.id);
}

/** Before it is read, so that it says what every other writer has left. */
export async function lock(id: number, tx: Transaction): Promise<User | undefined> {
  await inside(tx).$executeRaw`SELECT FROM users WHERE id = ${id} FOR NO KEY UPDATE`;
  return findById(id, tx);
}

type NewUser = {
  email: string;
  name: string;
  role: string;
  passwordHash: string;
  passwordExpiresAt: Date | null;
  entityIds: number[] | null;
};

export async function insert({ entityIds, ...fields }: NewUser, db: Transaction): Promise<User> {
  const row = await inside(db).user.create({
    data: {
      ...fields,
      mustChangePassword: fields.passwordExpiresAt !== null,
      allEntities: entityIds === null,
      userEntities: { create: (entityIds ?? []).map((entityId) => ({ entityId })) },
    },
    select: selected,
  });
  return toUser(row);
}

type UserChanges = {
  name?: string | undefined;
  role?: string | undefined;
  entityIds?: number[] | null | undefined;
  disabled?: boolean | undefined;
};

export async function update(id: number, { entityIds, disabled, name, role }: UserChanges, db: Transaction) {
  await inside(db).user.update({
    where: { id },
    data: {
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(entityIds !== undefined && { allEntities: entityIds === null }),
      ...(disabled !== undefined && { disabledAt: disabled ? new Date() : null }),
      version: { increment: 1 },
    },
  });
  if (entityIds !== undefined) {
    await inside(db).userEntity.deleteMany({ where: { userId: id } });
    if (entityIds)
      await inside(db).userEntity.createMany({ data: entityIds.map((entityId) => ({ userId: id, entityId })) });
  }
}

/** Locked, so that two administrators cannot remove each other at the same moment. */
export const countOtherAdmins = (id: number, db: Transaction): Promise<number> =>
  inside(db).$executeRaw`
    SELECT FROM users WHERE role = 'Admin' AND disabled_at IS NULL AND all_entities AND id <> ${id} ORDER BY id FOR UPDATE`;

/** The addresses of administrators, without one of them if that one is named. */
export const findAdmins = async (db: Transaction, without = 0): Promise<string[]> => {
  const where = { role: 'Admin', disabledAt: null, id: { not: without } };
  return (await inside(db).user.findMany({ where, select: { email: true } })).map(({ email }) => email);
};

export const isEmpty = async () => (await database.user.count()) === 0;
