import * as z from 'zod/mini';
import { id, idParams, nameText, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { permissions } from './permissions.ts';

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

/** The key itself is shown this once. */
export const newApiKey = z.extend(apiKey, { key: z.string() });
export type NewApiKey = z.infer<typeof newApiKey>;

export const createApiKeyBody = z.strictObject({
  name: nameText(100),
  permissions: z.array(z.enum(permissions)).check(z.minLength(1)),
  expiresInDays: z.int().check(z.minimum(1), z.maximum(366)),
});
export type CreateApiKeyBody = z.infer<typeof createApiKeyBody>;

const tag = 'API keys';
export const apiKeyEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api-keys',
    tag,
    summary: 'Your API keys',
    permission: 'api-keys.own',
    answer: z.object({ data: z.array(apiKey) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/api-keys',
    tag,
    permission: 'api-keys.own',
    summary: 'Make a key that acts as you, with some of your permissions',
    body: createApiKeyBody,
    answer: newApiKey,
    status: 201,
  }),
  revoke: endpoint({
    method: 'delete',
    path: '/api-keys/:id',
    tag,
    summary: 'Revoke a key',
    permission: 'api-keys.own',
    params: idParams,
  }),
};
