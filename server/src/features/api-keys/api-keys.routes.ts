import { apiKeyEndpoints } from '@opex/contracts/api-keys';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as apiKeys from './api-keys.service.ts';

export const apiKeysRouter = Router();

serve(apiKeysRouter, apiKeyEndpoints.list, async ({ caller }) => ({ data: await apiKeys.listOf(caller) }));
serve(apiKeysRouter, apiKeyEndpoints.create, ({ caller, body }) => apiKeys.create(caller, body));
serve(apiKeysRouter, apiKeyEndpoints.listOfEverybody, ({ query }) => apiKeys.listOfEverybody(query));
serve(apiKeysRouter, apiKeyEndpoints.revokeOfAnybody, async ({ caller, params }) => {
  await apiKeys.revokeOfAnybody(caller, params.id);
});
serve(apiKeysRouter, apiKeyEndpoints.revoke, async ({ caller, params }) => {
  await apiKeys.revoke(caller, params.id);
});
