import { z } from 'zod';
import { jobKind } from '../jobs/jobs.service.ts';
import { deliver } from './deliveries.service.ts';

/** Added by the database together with the entries that it tells (`add_webhook_deliveries`), or as a test, without any. */
export const tellingWebhook = jobKind({
  name: 'webhook',
  payload: z.object({ webhookId: z.int(), entryIds: z.array(z.int()) }),
  tries: 8,
  withinMs: 30_000,
  atOnce: 4,
  work: ({ webhookId, entryIds }, { id, signal }) => deliver(webhookId, entryIds, id, signal),
});
