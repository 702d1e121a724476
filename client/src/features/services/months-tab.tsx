import type { Service, ServiceMonths } from '@opex/contracts/services';
import type { TrackerList, TrackerRow } from '@opex/contracts/tracker';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { TotalsLine } from '../../components/grid-footer.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { Amount } from '../../domain/amounts/amount.tsx';
import { sum } from '../../domain/amounts/money.ts';
import { useAmountEntry } from '../../domain/amounts/use-amount-entry.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { useEntityId, useYear, useYears } from '../../domain/calendar.queries.ts';
import { amountWidths, type Widths } from '../../domain/sheet/columns/amount-width.ts';
import { monthsOfOne, namesField } from '../../domain/sheet/columns/columns.tsx';
import { monthField } from '../../domain/sheet/columns/fields.ts';
import { EditDialogs } from '../../domain/sheet/editing/edit-dialogs.tsx';
import { editRefusal } from '../../domain/sheet/editing/edit-refusal.ts';
import { EditStatus, UndoButtons } from '../../domain/sheet/editing/edit-status.tsx';
import type { RowEdit } from '../../domain/sheet/editing/row-edits.ts';
import { useEditSession } from '../../domain/sheet/editing/use-edit-session.ts';
import { useUndo } from '../../domain/sheet/editing/use-undo.ts';
import { useStill } from '../../domain/sheet/keys/use-still.ts';
import { SheetGrid } from '../../domain/sheet/sheet-grid.tsx';
import { totalsOf } from '../../domain/sheet/totals.tsx';
import { trackerPage, type TrackerQuery } from '../../domain/sheet/tracker.queries.ts';
import { useLiveNote } from '../../domain/sheet/use-live-note.ts';
import { choiceWord } from '../../domain/words/field-words.ts';
import { useMay } from '../../lib/session.ts';
import { isChangeable, rowQuery, serviceMonths } from './service.queries.ts';

/** The months of one service in the sheet of the tracker: the same cells, keys and way of saving. */
export function MonthsTab({ service, fy }: { service: Service; fy: string | undefined }) {
  const entity = useEntityId();
  const query = useMemo(() => rowQuery(service.id, fy, entity), [service.id, fy, entity]);
  const months = useQuery(serviceMonths(service.id, fy));
  const list = useQuery(trackerPage(query));
  const error = months.error ?? list.error;
  if (months.data && list.data?.data.length === 0)
    return (
      <EmptyState title="No share of these months" hint={`Nothing of this service falls here in ${months.data.fy}.`} />
    );
  if (months.data && list.data)
    return <Months service={service} saved={months.data} latest={list.data} query={query} />;
  if (!error) return <LinesSkeleton lines={5} />;
  return <ErrorState error={error} onRetry={() => void Promise.all([months.refetch(), list.refetch()])} />;
}

type Props = { service: Service; saved: ServiceMonths; latest: TrackerList; query: TrackerQuery };

function Months({ service, saved, latest, query }: Props) {
  const may = useMay();
  const mayEdit = may('budgets.edit');
  const mayEditSoft = may('soft-months.edit');
  const entity = useEntityId();
  const year = useYear();
  const format = useFormat();
  const entry = useAmountEntry();
  const [isTyping, setTyping] = useState(false);
  const data = useStill(latest, query, isTyping);
  const [session, edits] = useEditSession(query);
  const { onKeyDown, ...undo } = useUndo(session, edits, service.id);
  const note = useLiveNote(data.data);

  const answer = useMemo(
    // `session.shown` reads the state of the session, so `edits` has to be among what it depends on.
    () => ({ ...data, data: [...session.shown(data.data, data.fy, { edits, areShares: entity !== null })] }),
    [data, session, edits, entity],
  );
  // As text, so that columns that are wide enough stay the same columns.
  const measured = useMemo(() => JSON.stringify(amountWidths(answer, format.inColumn)), [answer, format]);
  const columns = useMemo(
    () => monthsOfOne(year, { widths: JSON.parse(measured) as Widths, entry }),
    [year, measured, entry],
  );
  const isShare = entity !== null && service.entityId !== entity;
  const isWhole = saved.editable && isChangeable(service) && !isShare;
  const canEdit = useMemo(() => {
    const refusal = editRefusal({ entityId: entity, year, mayEditSoft });
    const why = isWhole || isShare ? null : whyNot(service, saved, true);
    return (row: TrackerRow, field: string) => why ?? refusal(row, field);
  }, [entity, year, mayEditSoft, isWhole, isShare, service, saved]);
  const apply = useCallback((changes: RowEdit[]) => session.apply(changes, data.data, data.fy), [session, data]);
  const previousYear = usePreviousYear(saved.fy);
  const lines = useMemo(() => {
    // Of one service the totals of the budget are the row itself.
    const [, ...below] = totalsOf(
      answer,
      columns.map(({ field }) => field),
      { through: saved.reportedThrough, isShare: false },
    );
    return [...below.map(named), ...(entity === null ? [lastYear(saved, previousYear)] : [])];
  }, [answer, columns, saved, entity, previousYear]);

  return (
    <Stack spacing={2} onKeyDown={onKeyDown}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Typography color="textSecondary" sx={{ flex: 1 }}>
          {isWhole && mayEdit ? howTo(service) : isShare ? chooseAll : whyNot(service, saved, mayEdit)}
        </Typography>
        {mayEdit && <UndoButtons {...undo} />}
      </Box>
      <Box sx={{ display: 'flex', flexDirection: 'column', height: gridHeight }}>
        <SheetGrid
          label={`Months of ${saved.fy}`}
          columns={columns as GridColDef<TrackerRow>[]}
          answer={answer}
          lines={lines}
          isFetching={false}
          state={onePage}
          isPaged={false}
          density="standard"
          mark={undefined}
          mayEdit={mayEdit}
          canEdit={canEdit}
          apply={apply}
          onTyping={setTyping}
          onAddressChange={stay}
          empty={null}
          status={<EditStatus session={session} state={edits} note={note} />}
        />
      </Box>
      <EditDialogs session={session} state={edits} />
    </Stack>
  );
}

const gridHeight = 252;
const onePage = { page: 1, limit: 1 };
const stay = () => undefined;

const named = ({ name, cells: { uid, service, ...cells } }: TotalsLine): TotalsLine => ({
  name,
  cells: {
    ...cells,
    [namesField]: (
      <>
        {uid} {service}
      </>
    ),
  },
});

function lastYear({ months }: ServiceMonths, label: string): TotalsLine {
  const byMonth: TotalsLine['cells'] = Object.fromEntries(
    months.map(({ number, previousActual }) => [monthField(number), <Amount value={previousActual} />] as const),
  );
  const total = <Amount value={sum(months.map(({ previousActual }) => previousActual))} />;
  return {
    name: `Actual of ${label} by month`,
    cells: { ...byMonth, [namesField]: `Actual ${label}`, budget: total },
  };
}

const chooseAll = 'You see the share of one entity. Choose all entities to see and change the whole.';
const howTo = ({ phasing }: Service) =>
  `Type to edit, a planned saving as a negative amount; paste a row or a column of months from Excel. A new year total is spread over the open months of the contract: ${choiceWord(phasing).toLowerCase()}.`;

function whyNot({ editable, status }: Service, { plan, fy }: ServiceMonths, mayEdit: boolean): string {
  if (!mayEdit) return 'Your role reads budgets and does not change them.';
  if (!editable)
    return 'You see the share of your entities. Only somebody who sees the whole service can change its months.';
  if (status === 'Retired') return 'The service is retired; reinstate it to change its months.';
  if (!plan) return `${fy} has no plan to budget in.`;
  return `The plan ${plan.name} is ${plan.state.toLowerCase()}, so its months cannot be changed.`;
}

function usePreviousYear(fy: string): string {
  const years = useYears();
  const start = years.find(({ label }) => label === fy)?.startDate ?? '';
  return (
    years
      .filter(({ startDate }) => startDate < start)
      .sort((one, other) => (one.startDate < other.startDate ? 1 : -1))[0]?.label ?? 'the year before'
  );
}
