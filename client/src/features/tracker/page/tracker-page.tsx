import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import { trackerEndpoints, trackerListQuery, type TrackerRow } from '@opex/contracts/tracker';
import { horizonLabel, kindOf } from '@opex/contracts/horizon';
import { ListError } from '../../../components/past-the-end.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { QuickSearch } from '../../../components/quick-search.tsx';
import { SortNote } from '../../../components/sort-note.tsx';
import { EmptyState } from '../../../components/states.tsx';
import { AddressNotes } from '../../../domain/address-notes.tsx';
import { FileMenu } from '../../../domain/lists/file-menu.tsx';
import { useBaseCurrency, useEntityId, useYear } from '../../../domain/calendar.queries.ts';
import { later } from '../../../lib/later.ts';
import { Share, useShare } from '../../../domain/share.tsx';
import { useMay } from '../../../lib/session.ts';
import { useAmountEntry } from '../../../domain/amounts/use-amount-entry.ts';
import { useDialog } from '../../../lib/use-draft.ts';
import { useFormat } from '../../../domain/amounts/use-format.ts';
import { takeWanted } from '../../../lib/wanted.ts';
import { useAddress } from '../../../lib/use-search-state.ts';
import { amountWidths, type Widths } from '../../../domain/sheet/columns/amount-width.ts';
import { contractColumns, monthColumns } from '../../../domain/sheet/columns/columns.tsx';
import { EditDialogs } from '../../../domain/sheet/editing/edit-dialogs.tsx';
import { EditStatus, UndoButtons } from '../../../domain/sheet/editing/edit-status.tsx';
import { editRefusal } from '../../../domain/sheet/editing/edit-refusal.ts';
import { titleFor, withWanted } from '../../../domain/sheet/columns/fields.ts';
import { FilterBar } from '../filters/filter-bar.tsx';
import { filtersOf, noFilters } from '../filters/filters.ts';
import type { RowEdit } from '../../../domain/sheet/editing/row-edits.ts';
import { totalsOf } from '../../../domain/sheet/totals.tsx';
import { fileQueryOf, trackerPage, trackerQuery } from '../../../domain/sheet/tracker.queries.ts';
import { newServicePlace } from './new-service.ts';
import { SheetGrid } from '../../../domain/sheet/sheet-grid.tsx';
import { useEditSession } from '../../../domain/sheet/editing/use-edit-session.ts';
import { useUndo } from '../../../domain/sheet/editing/use-undo.ts';
import { useLiveNote } from '../../../domain/sheet/use-live-note.ts';
import { useStill } from '../../../domain/sheet/keys/use-still.ts';
import { usePeek, type Peek } from './use-peek.ts';
import { useTrackerView, viewNames } from './use-tracker-view.ts';
import { ViewControls } from './view-controls.tsx';
import { ViewsMenu } from '../views/views-menu.tsx';

const NewServiceDialog = later(async () => (await import('./new-service-dialog.tsx')).NewServiceDialog);

/** `panel`: what is drawn beside the list for the service of a row. */
export function TrackerPage({ panel }: { panel?: (peek: Peek) => ReactNode }) {
  const [params, change] = useAddress();
  // As text, so that the same list stays the same while a service is shown beside it.
  const asked = JSON.stringify(trackerQuery(params));
  const query = useMemo(() => JSON.parse(asked) as ReturnType<typeof trackerQuery>, [asked]);
  const { data: latest, error, isFetching, refetch } = useQuery(trackerPage(query));
  const [isTyping, setTyping] = useState(false);
  const data = useStill(latest, query, isTyping);
  const view = useTrackerView();
  const year = useYear();
  const may = useMay();
  const currency = useBaseCurrency();
  const format = useFormat();
  const entry = useAmountEntry();
  const entity = useEntityId();
  const [session, edits] = useEditSession(query);
  const { onKeyDown, ...undo } = useUndo(session, edits);
  const newService = useDialog<{ fy: string }>(newServicePlace);
  const openNew = newService.open;
  const visit = useLocation().key;

  const fy = data?.fy ?? query.fy;
  useEffect(() => {
    if (fy && takeWanted(newServicePlace)) openNew({ fy });
  }, [fy, visit, openNew]);
  const areShares = entity !== null;
  const isShare = useShare() !== undefined;
  const filters = useMemo(() => filtersOf(params), [params]);
  const rows = data?.data;
  const answer = useMemo(
    // `session.shown` reads the state of the session, so `edits` has to be among what it depends on.
    () => data && { ...data, data: [...session.shown(data.data, data.fy, { edits, areShares })] },
    [data, session, edits, areShares],
  );
  const { beside, ...steps } = usePeek(rows ?? noRows);
  const note = useLiveNote(rows ?? noRows);
  // As text, so that columns that are wide enough stay the same columns.
  const measured = useMemo(() => JSON.stringify(amountWidths(answer, format.inColumn)), [answer, format]);
  const columns = useMemo(() => {
    const month = year && kindOf(view.horizon) === 'month' ? horizonLabel(view.horizon, year) : undefined;
    const look = { widths: JSON.parse(measured) as Widths, entry, month };
    return view.view === 'months'
      ? monthColumns(year, look)
      : contractColumns(withWanted(view.shown, query.sort, view.mark), fy, look);
  }, [view.view, view.horizon, view.shown, view.mark, query.sort, year, fy, measured, entry]);
  const lines = useMemo(
    () =>
      answer &&
      totalsOf(
        answer,
        columns.map(({ field }) => field),
        { through: year?.reportedThrough ?? 0, isShare },
      ),
    [answer, columns, year, isShare],
  );
  const mayEdit = may('budgets.edit');
  const mayEditSoft = may('soft-months.edit');
  const canEdit = useMemo(() => editRefusal({ entityId: entity, year, mayEditSoft }), [entity, year, mayEditSoft]);
  const apply = useCallback(
    (changes: RowEdit[]) => {
      if (rows && fy) session.apply(changes, rows, fy);
    },
    [session, rows, fy],
  );

  const isFiltered = filters.some(({ field }) => field !== 'entity') || !!query.exception || !!query.q;
  const newButton = may('services.create') && fy && (
    <Button variant="contained" onClick={() => newService.open({ fy })}>
      New service
    </Button>
  );
  return (
    <Box
      onKeyDown={onKeyDown}
      sx={{ display: 'flex', flexDirection: 'column', gap: 2, flex: 1, minHeight: 420, minWidth: 0 }}
    >
      <PageHeader
        title="Budget tracker"
        detail={<Share>{currency && `Amounts in ${currency} ${format.unit.name}`.trim()}</Share>}
      >
        {mayEdit && <UndoButtons {...undo} />}
        <ViewsMenu view={view.view} shown={view.shown} />
        <ViewControls {...view} fy={fy} beside={beside} />
        <FileMenu
          endpoint={trackerEndpoints.file}
          query={fileQueryOf(query)}
          columns={columns.map(({ field }) => field)}
          total={latest?.pagination.total}
        />
        {newButton}
      </PageHeader>
      <AddressNotes schema={trackerListQuery} own={viewNames} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
        <QuickSearch
          label="Search the tracker"
          value={query.q ?? ''}
          onChange={(q) => change({ q, page: null }, { replace: true })}
        />
        <FilterBar filters={filters} exception={query.exception} fy={fy} horizon={view.horizon} onChange={change} />
        <SortNote
          sort={query.sort}
          shown={columns.map(({ field }) => field)}
          titleOf={(name) => titleFor(name, fy)}
          onChange={change}
        />
      </Box>
      <Box sx={{ position: 'relative', display: 'flex', gap: 3, flex: 1, minHeight: 0 }}>
        <Box sx={{ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0 }}>
          {error && !data ? (
            <ListError error={error} page={query.page} onAddressChange={change} onRetry={() => void refetch()} />
          ) : (
            <SheetGrid
              label="Budget tracker"
              columns={columns}
              answer={answer}
              lines={lines}
              isFetching={isFetching && edits.pending.length === 0}
              state={query}
              onAddressChange={change}
              density={view.density}
              mark={view.mark}
              beside={beside}
              mayEdit={mayEdit}
              canEdit={canEdit}
              apply={apply}
              onTyping={setTyping}
              status={<EditStatus session={session} state={edits} note={note} />}
              empty={
                isFiltered ? (
                  <EmptyState
                    title="No service matches"
                    hint="Take a filter away, or search for something else."
                    action={<Button onClick={() => change(noFilters(filters))}>Clear filters</Button>}
                  />
                ) : areShares ? (
                  <EmptyState
                    title="No service has a share here"
                    hint="No service of this year falls on the chosen entity."
                    action={<Button onClick={() => change({ entity: null, page: null })}>Take the entity away</Button>}
                  />
                ) : (
                  <EmptyState
                    title="No services yet"
                    hint="Services and their budgets appear here."
                    action={newButton}
                  />
                )
              }
            />
          )}
        </Box>
        {panel && beside.id !== undefined && (
          <Suspense fallback={null}>{panel({ id: beside.id, show: beside.show, ...steps })}</Suspense>
        )}
      </Box>
      <EditDialogs session={session} state={edits} />
      {newService.task && (
        <Suspense fallback={null}>
          <NewServiceDialog fy={newService.task.fy} onClose={newService.close} />
        </Suspense>
      )}
    </Box>
  );
}

const noRows: TrackerRow[] = [];
