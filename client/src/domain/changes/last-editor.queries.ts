import { auditEndpoints } from '@opex/contracts/audit';
import type { SubjectType } from '@opex/contracts/changes';
import { serviceEndpoints } from '@opex/contracts/services';
import { queryOptions, useQueries } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';
import { useMay } from '../../lib/session.ts';

const looked = 20;

/** Who changed a service last: neither the stream nor a refusal names anybody. */
export const lastEditor = (id: number) =>
  queryOptions({
    queryKey: ['services', id, 'last-editor'],
    queryFn: async ({ signal }) => {
      const { data } = await callApi(serviceEndpoints.history, { params: { id }, query: { limit: looked }, signal });
      // A remark changes no version.
      return data.find(({ action }) => action !== 'service.remarked')?.actor ?? null;
    },
    staleTime: 0,
  });

/** What is no service, by the audit log. */
export type Subject = { type: SubjectType; id: number };
const lastEditorOf = ({ type, id }: Subject) =>
  queryOptions({
    queryKey: ['audit', 'last-editor', type, id],
    queryFn: async ({ signal }) => {
      const query = { subjectType: type, subjectId: String(id), sort: '-id', limit: 1 };
      return (await callApi(auditEndpoints.list, { query, signal })).data[0]?.actor ?? null;
    },
    staleTime: 0,
  });

/** "Ravi", "Ravi and Asha", or, where it is not known or may not be read, "Somebody else". */
export function useLastEditors(ids: readonly number[], subject?: Subject): string {
  const mayReadLog = useMay()('audit.view');
  return useQueries({
    queries: [...[...new Set(ids)].map(lastEditor), ...(subject && mayReadLog ? [lastEditorOf(subject)] : [])],
    combine: (answers) => [...new Set(answers.flatMap(({ data }) => data ?? []))].join(' and ') || 'Somebody else',
  });
}
