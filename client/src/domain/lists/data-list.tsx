import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { DataGridProps, GridColDef, GridValidRowModel } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { labelOf } from '../words/field-words.ts';
import { useAddress, useSearchState } from '../../lib/use-search-state.ts';
import { AddressNote } from '../../components/address-note.tsx';
import { ListError } from '../../components/past-the-end.tsx';
import { QuickSearch } from '../../components/quick-search.tsx';
import { SortNote } from '../../components/sort-note.tsx';
import { ServerGrid, type ListState } from '../../components/server-grid.tsx';
import { EmptyState } from '../../components/states.tsx';
import { listPage, type ListEndpoint } from './data-list.queries.ts';

type Props<Row extends GridValidRowModel> = {
  endpoint: ListEndpoint;
  /** The first word is the feature, so that one invalidation refreshes all of it. */
  queryKey: readonly unknown[];
  label: string;
  columns: readonly GridColDef<Row>[];
  defaultSort?: string;
  searchLabel?: string;
  /** What the list says when it is empty without a search. */
  empty: { title: string; hint?: ReactNode; action?: ReactNode };
  /** Filters and buttons at the right of the search. */
  toolbar?: ReactNode;
  gridProps?: Partial<DataGridProps<Row>>;
};

/** A whole list: search, grid, pages, and what is said when it is empty or fails. Its state is the address. */
export function DataList<Row extends GridValidRowModel>(props: Props<Row>) {
  const { endpoint, queryKey, label, columns, defaultSort, searchLabel, empty, toolbar, gridProps } = props;
  const [query, change] = useSearchState(endpoint.query, defaultSort ? { sort: defaultSort } : {});
  const [params] = useAddress();
  const state = query as ListState & { q?: string };
  const { data, error, isFetching, refetch } = useQuery(listPage<Row>(endpoint, queryKey, query));

  return (
    <>
      <AddressNote schema={endpoint.query} />
      {(searchLabel || toolbar) && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
          {searchLabel && (
            <QuickSearch
              label={searchLabel}
              value={state.q ?? ''}
              onChange={(q) => change({ q, page: null }, { replace: true })}
            />
          )}
          {toolbar}
        </Box>
      )}
      <SortNote
        sort={params.get('sort') ?? undefined}
        shown={columns.map(({ field }) => field)}
        titleOf={labelOf}
        onChange={change}
      />
      {error && !data ? (
        <ListError error={error} page={state.page} onAddressChange={change} onRetry={() => void refetch()} />
      ) : (
        <ServerGrid<Row>
          label={label}
          columns={columns}
          answer={data}
          isFetching={isFetching}
          state={state}
          onAddressChange={change}
          empty={
            state.q ? (
              <EmptyState
                title="Nothing matches"
                action={<Button onClick={() => change({ q: null, page: null })}>Clear the search</Button>}
              />
            ) : (
              <EmptyState {...empty} />
            )
          }
          {...gridProps}
        />
      )}
    </>
  );
}
