import { type ImportOutcome, type ImportState, importEndpoints } from '@opex/contracts/imports';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../lib/api.ts';
import type { LiveEvent } from '../../lib/events.ts';

export const importsKey = ['imports'] as const;

const onTheirWay: readonly ImportState[] = ['reading', 'checking', 'applying', 'undoing'];
export const isOnItsWay = (state: ImportState) => onTheirWay.includes(state);

/** Events of jobs are told once. Who missed one sees by asking. */
export const pollMs = 1_000;

export const importOf = (id: number) =>
  queryOptions({
    queryKey: [...importsKey, id],
    queryFn: ({ signal }) => callApi(importEndpoints.get, { params: { id }, signal }),
    refetchInterval: ({ state: { data } }) => data !== undefined && isOnItsWay(data.state) && pollMs,
  });

type RowsQuery = { outcome: ImportOutcome; page: number; limit: number };
/** Another version may have other rows. */
export const rowsOf = (id: number, version: number, query: RowsQuery) =>
  queryOptions({
    queryKey: [...importsKey, id, 'rows', version, query],
    queryFn: ({ signal }) => callApi(importEndpoints.rows, { params: { id }, query, signal }),
  });

/** Others may write at any time what putting back would overwrite. */
export const conflictsOf = (id: number) =>
  queryOptions({
    queryKey: [...importsKey, id, 'conflicts'],
    queryFn: ({ signal }) => callApi(importEndpoints.conflicts, { params: { id }, signal }),
    staleTime: 0,
  });

export const isOfImports = (event: LiveEvent) =>
  event.kind === 'job'
    ? event.job.kind.startsWith('import-')
    : event.kind === 'change' && event.subjectType === 'import';
