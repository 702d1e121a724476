import * as z from 'zod/mini';
import { example, id, idParams, nameText, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, type ListFields, pageOf } from './list.ts';
import { keyPermissions } from './permissions.ts';

export const apiKey = z.object({
  id,
  name: z.string(),
  prefix: z.string(),
  permissions: z.array(z.string()),
  createdAt: timestamp,
  expiresAt: timestamp,
  lastUsedAt: z.nullable(timestamp),
  revokedAt: z.nullable(timestamp),
});
export type ApiKey = z.infer<typeof apiKey>;

/** The key itself is shown only now. */
export const newApiKey = z.extend(apiKey, { key: z.string() });
export type NewApiKey = z.infer<typeof newApiKey>;

export const createApiKeyBody = z.strictObject({
  name: nameText(100),
  permissions: z.array(z.enum(keyPermissions)).check(z.minLength(1)),
  expiresInDays: z.int().check(z.minimum(1), z.maximum(366), example(90)),
});
export type CreateApiKeyBody = z.infer<typeof createApiKeyBody>;

/** A key as administrators see it. */
export const apiKeyOfUser = z.extend(apiKey, {
  userId: id,
  user: z.string(),
  email: z.string(),
  state: z.enum(['Live', 'Expired', 'Revoked']),
});
export type ApiKeyOfUser = z.infer<typeof apiKeyOfUser>;
export const apiKeyPage = pageOf(apiKeyOfUser);
export type ApiKeyPage = z.infer<typeof apiKeyPage>;
export const apiKeyFields = {
  user: 'text',
  name: 'text',
  state: 'choice',
  createdAt: 'date',
  expiresAt: 'date',
  lastUsedAt: 'date',
} as const satisfies ListFields;
export const listApiKeysQuery = listQuery(apiKeyFields, {});
export type ListApiKeysQuery = z.infer<typeof listApiKeysQuery>;

const tag = 'API keys';
export const apiKeyEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api-keys',
    tag,
    summary: 'Your API keys',
    permission: 'api-keys.own',
    person: true,
    answer: z.object({ data: z.array(apiKey) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/api-keys',
    tag,
    permission: 'api-keys.own',
    person: true,
    summary: 'Make a key that acts as you, with some of your permissions',
    body: createApiKeyBody,
    answer: newApiKey,
    status: 201,
  }),
  revoke: endpoint({
    method: 'delete',
    path: '/api-keys/:id',
    tag,
    summary: 'Revoke a key of yours',
    permission: 'api-keys.own',
    person: true,
    params: idParams,
  }),
  listOfEverybody: endpoint({
    method: 'get',
    path: '/api-keys/everybody',
    tag,
    summary: 'The API keys of everybody',
    permission: 'users.view',
    query: listApiKeysQuery,
    answer: apiKeyPage,
  }),
  revokeOfAnybody: endpoint({
    method: 'delete',
    path: '/api-keys/everybody/:id',
    tag,
    summary: 'Revoke a key of anybody',
    permission: 'users.edit',
    person: true,
    params: idParams,
  }),
};
