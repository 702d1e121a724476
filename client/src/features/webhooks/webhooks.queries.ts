import { webhookEndpoints } from '@opex/contracts/webhooks';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const webhooksKey = ['webhooks'] as const;

/** Where the dialogs of the page keep what is typed. */
export const webhooksPlace = 'webhooks';

export const webhooks = queryOptions({
  queryKey: webhooksKey,
  queryFn: ({ signal }) => callApi(webhookEndpoints.list, { signal }),
});

export const deliveriesTo = (id: number) =>
  queryOptions({
    queryKey: [...webhooksKey, id, 'deliveries'],
    queryFn: ({ signal }) => callApi(webhookEndpoints.deliveries, { params: { id }, signal }),
  });
