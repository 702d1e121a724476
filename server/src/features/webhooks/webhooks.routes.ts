import { webhookEndpoints } from '@opex/contracts/webhooks';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as webhooks from './webhooks.service.ts';

export const webhooksRouter = Router();

serve(webhooksRouter, webhookEndpoints.list, async () => ({ data: await webhooks.list() }));
serve(webhooksRouter, webhookEndpoints.create, ({ caller, body }) => webhooks.create(caller, body));
serve(webhooksRouter, webhookEndpoints.update, ({ caller, params, version, body }) =>
  webhooks.update(caller, params.id, version, body),
);
serve(webhooksRouter, webhookEndpoints.remove, ({ caller, params }) => webhooks.remove(caller, params.id));
serve(webhooksRouter, webhookEndpoints.test, ({ caller, params, idempotency }) =>
  webhooks.test(caller, params.id, idempotency),
);
serve(webhooksRouter, webhookEndpoints.deliveries, async ({ params }) => ({
  data: await webhooks.deliveries(params.id),
}));
