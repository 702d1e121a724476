import * as z from 'zod/mini';
import { id, text } from './common.ts';
import { endpoint } from './endpoint.ts';

export const searchHit = z.object({
  kind: z.enum(['service', 'vendor', 'purchase']),
  id,
  title: z.string(),
  detail: z.string(),
});
export type SearchHit = z.infer<typeof searchHit>;

export const searchEndpoints = {
  search: endpoint({
    method: 'get',
    path: '/search',
    tag: 'Search',
    summary: 'Services, vendors and purchase numbers that match',
    permission: 'budgets.view',
    query: z.strictObject({ q: text(100).check(z.minLength(1)) }),
    answer: z.object({ data: z.array(searchHit) }),
  }),
};
