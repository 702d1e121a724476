import { createJob } from '../factories/jobs.ts';
import { createWebhook } from '../factories/webhooks.ts';
import { named } from '../factories/index.ts';
import { type Addresses, ofTheWhole } from '../harness/addresses.ts';

export const operations: Addresses = {
  'GET /jobs': { least: 'Admin', read: { ...ofTheWhole, isEmpty: 'it takes the whole' } },
  'POST /jobs/:id/retry': { least: 'Admin', write: async () => [{ ids: [await createJob('failed')] }] },
  'POST /jobs/:id/cancel': { least: 'Admin', write: async () => [{ ids: [await createJob('waiting')] }] },
  'GET /webhooks': { least: 'Admin', read: { ...ofTheWhole, isEmpty: 'it takes the whole' } },
  'POST /webhooks': {
    least: 'Admin',
    write: () => [{ body: { name: named(), url: 'https://example.com', events: ['user.created'] } }],
  },
  'PATCH /webhooks/:id': {
    least: 'Admin',
    write: async () => [{ ids: [await createWebhook()], body: { url: 'https://example.com/mine' } }],
  },
  'DELETE /webhooks/:id': { least: 'Admin', write: async () => [{ ids: [await createWebhook()] }] },
  'POST /webhooks/:id/test': { least: 'Admin', write: async () => [{ ids: [await createWebhook()] }] },
  'GET /webhooks/:id/deliveries': { least: 'Admin', read: { ...ofTheWhole, id: () => 1 } },
  'GET /operations': { least: 'Admin', read: ofTheWhole },
  'GET /performance': { least: 'Admin', read: ofTheWhole },
  'POST /performance/cpu-profile': { least: 'Admin', write: () => [{ query: '?seconds=1', keepsNothing: true }] },
  'POST /performance/heap-profile': { least: 'Admin', write: () => [{ query: '?seconds=1', keepsNothing: true }] },
  'POST /performance/benchmark': { least: 'Admin', write: () => [{ keepsNothing: true }] },
  'POST /performance/collect-garbage': { least: 'Admin', write: () => [{ keepsNothing: true }] },
  'GET /performance/breakers': { least: 'Admin', read: ofTheWhole },
  'POST /performance/breakers': {
    least: 'Admin',
    write: () => [{ body: { name: 'replica', state: 'automatic' }, keepsNothing: true }],
  },
  'GET /costs/realtime': { least: 'Admin', read: ofTheWhole },
  'GET /costs/daily': { least: 'Admin', read: ofTheWhole },
  'GET /costs/forecast': { least: 'Admin', read: ofTheWhole },
  'GET /costs/replicas': { least: 'Admin', read: ofTheWhole },
  'GET /costs/optimization': { least: 'Admin', read: ofTheWhole },
};
