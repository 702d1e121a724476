import { health as contract } from '@opex/contracts/health';
import { queryOptions } from '@tanstack/react-query';

/** Each tab has a rhythm of its own, so that a server that is back is not asked by all at once. */
const everyMs = 3_000 + Math.random() * 3_000;

/** Answered without a session and without the database; 503 with the same words while something is away. */
export const health = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }) => {
    const response = await fetch('/health', { headers: { accept: 'application/json' }, signal });
    return contract.parse(await response.json());
  },
  refetchInterval: everyMs,
  staleTime: 0,
  gcTime: 0,
  retry: false,
});
