import { apiKeyEndpoints } from '@opex/contracts/api-keys';
import { subscriptionEndpoints } from '@opex/contracts/subscriptions';
import { authEndpoints } from '@opex/contracts/auth';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';

export const sessions = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => callApi(authEndpoints.sessions, { signal }),
});

export const apiKeys = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => callApi(apiKeyEndpoints.list, { signal }),
});

export const subscriptions = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: ({ signal }) => callApi(subscriptionEndpoints.get, { signal }),
});
