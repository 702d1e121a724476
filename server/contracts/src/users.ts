import * as z from 'zod/mini';
import { email } from './auth.ts';
import { id, idParams, nameText, notEmpty, timestamp, version } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';
import { permissions, roles } from './permissions.ts';

export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** null: all entities. */
  entityIds: z.nullable(z.array(id)),
  disabled: z.boolean(),
  lastSeenAt: z.nullable(timestamp),
  createdAt: timestamp,
  version,
});
export type User = z.infer<typeof user>;
export const userPage = pageOf(user);
export type UserPage = z.infer<typeof userPage>;

/** null: all entities. A list, even an empty one: these entities and no others. */
const entityScope = z.nullable(
  z.array(id).check(
    z.maxLength(500),
    z.refine((ids) => new Set(ids).size === ids.length, 'An entity is named twice'),
  ),
);

export const createUserBody = z.strictObject({
  email,
  name: nameText(100),
  role: z.enum(roles),
  entityIds: entityScope,
});
export type CreateUserBody = z.infer<typeof createUserBody>;
export const updateUserBody = z
  .strictObject({
    name: z.optional(nameText(100)),
    role: z.optional(z.enum(roles)),
    entityIds: z.optional(entityScope),
    disabled: z.optional(z.boolean()),
  })
  .check(notEmpty());
export type UpdateUserBody = z.infer<typeof updateUserBody>;

/** The password is shown only now. Its owner changes it at the first sign-in, which must come before it expires. */
export const userWithPassword = z.extend(user, {
  temporaryPassword: z.string(),
  temporaryPasswordExpiresAt: timestamp,
});
export type UserWithPassword = z.infer<typeof userWithPassword>;

export const userFields = {
  name: 'text',
  email: 'text',
  role: 'choice',
  lastSeenAt: 'date',
} as const satisfies ListFields;
export const listUsersQuery = listQuery(userFields, {});
export type ListUsersQuery = z.infer<typeof listUsersQuery>;

export const roleDescription = z.object({
  role: z.enum(roles),
  description: z.string(),
  permissions: z.array(z.enum(permissions)),
});
export type RoleDescription = z.infer<typeof roleDescription>;

const tag = 'Users';
export const userEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/users',
    tag,
    summary: 'Users',
    permission: 'users.view',
    query: listUsersQuery,
    answer: userPage,
  }),
  roles: endpoint({
    method: 'get',
    path: '/roles',
    tag,
    summary: 'What each role may do',
    permission: 'signed-in',
    answer: z.object({ data: z.array(roleDescription) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/users',
    tag,
    summary: 'Add a user with a temporary password',
    permission: 'users.edit',
    person: true,
    body: createUserBody,
    answer: userWithPassword,
    status: 201,
  }),
  get: endpoint({
    method: 'get',
    path: '/users/:id',
    tag,
    summary: 'One user',
    permission: 'users.view',
    params: idParams,
    answer: user,
  }),
  update: endpoint({
    method: 'patch',
    path: '/users/:id',
    tag,
    summary: 'Change role, scope, name or access',
    permission: 'users.edit',
    person: true,
    params: idParams,
    body: updateUserBody,
    answer: user,
    guarded: true,
  }),
  resetPassword: endpoint({
    method: 'post',
    path: '/users/:id/password',
    tag,
    permission: 'users.edit',
    person: true,
    summary: 'Give a temporary password; every session of the user ends',
    params: idParams,
    answer: userWithPassword,
  }),
};
