import type { TrackerList, TrackerRow } from '@opex/contracts/tracker';
import Box from '@mui/material/Box';
import { useGridApiRef, type GridCellParams, type GridColDef, type GridDensity } from '@mui/x-data-grid';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router-dom';
import type { TotalsLine } from '../../components/grid-footer.tsx';
import type { Grid } from '../../components/use-grid-place.ts';
import { ServerGrid, type ListState } from '../../components/server-grid.tsx';
import { notify } from '../../lib/notices.ts';
import { sum } from '../amounts/money.ts';
import { useAmountEntries } from '../amounts/use-amount-entry.ts';
import { useFormat } from '../amounts/use-format.ts';
import { useFromList, useSharedSearch, type AddressChange } from '../../lib/use-search-state.ts';
import { BadCellsDialog } from './editing/bad-cells-dialog.tsx';
import { readBlock } from './keys/block.ts';
import { countOf, goodOf, type Reading } from './editing/entry-question.ts';
import { EntryQuestionDialog } from './editing/entry-question-dialog.tsx';
import { entryOf, holdsAmount } from './columns/fields.ts';
import { textOf, valueOf, withValues, type RowEdit } from './editing/row-edits.ts';
import { cachedMasters } from './tracker.queries.ts';
import { useEntryQuestion } from './editing/use-entry-question.ts';
import { frozenPlaces, reveal, useFrozenColumns } from './keys/frozen-columns.ts';
import { useBeside, type Beside } from './keys/use-beside.ts';
import { useRange, type Area } from './keys/use-range.ts';
import { CellStates, SheetCell } from './sheet-cell.tsx';
import { useRefusedCell } from './editing/use-refused-cell.tsx';
import { KeysDialog } from './keys/keys-dialog.tsx';
import { useSheetKeys } from './keys/use-sheet-keys.ts';

type Props = {
  label: string;
  columns: readonly GridColDef<TrackerRow>[];
  /** The page, with what is not saved yet already in its rows. */
  answer: TrackerList | undefined;
  /** Below the rows. */
  lines?: readonly TotalsLine[] | undefined;
  isPaged?: boolean;
  isFetching: boolean;
  state: ListState;
  onAddressChange: (change: AddressChange) => void;
  density: GridDensity;
  /** The column of the figure that one came for. */
  mark: string | undefined;
  /** Where the service of a row can be shown beside it. */
  beside?: Beside;
  mayEdit: boolean;
  /** Null when a cell may be edited, else why not. */
  canEdit: (row: TrackerRow, field: string) => string | null;
  apply: (edits: RowEdit[]) => void;
  onTyping: (isTyping: boolean) => void;
  empty: ReactNode;
  status: ReactNode;
};

/** Rows of services as a spreadsheet. */
export function SheetGrid(props: Props) {
  const {
    columns,
    answer,
    lines,
    state,
    density,
    mark,
    beside,
    mayEdit,
    canEdit,
    apply,
    onTyping,
    empty,
    status,
    ...list
  } = props;
  const grid = useGridApiRef();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSharedSearch();
  const from = useFromList();
  const [refusedBlock, setRefusedBlock] = useState<readonly Reading[]>([]);
  const [isHelp, setHelp] = useState(false);
  const entries = useAmountEntries();
  const [badBlock] = refusedBlock;

  const rows = answer?.data ?? noRows;
  const fields = useMemo(() => columns.map(({ field }) => field), [columns]);
  const range = useRange(grid, rows, fields);
  const { question, left, enter, choose, cancel, shownRows } = useEntryQuestion(rows, {
    apply,
    onBad: setRefusedBlock,
  });
  const keys = useSheetKeys({
    rows,
    fields,
    range,
    beside,
    mayEdit,
    enter,
    canEdit,
    stopEditing: () => stopEditing(grid),
    onHelp: () => setHelp(true),
  });
  const shownAnswer = useMemo(() => answer && { ...answer, data: [...shownRows] }, [answer, shownRows]);
  const refused = useRefusedCell(({ row, field, isEditable }) => {
    if (!mayEdit) return 'You can read the tracker, but not change it';
    return canEdit(row, field) ?? (isEditable ? null : 'This is the total of its months: change those');
  });

  const { isChosen } = range;
  const cellStates = useMemo(
    () => ({
      isChosen,
      isReadOnly: (row: TrackerRow, field: string) => !mayEdit || canEdit(row, field) !== null,
    }),
    [isChosen, mayEdit, canEdit],
  );
  useMark(grid, mark, fields, rows);
  useWhyNot(grid, mayEdit ? canEdit : null);
  useFrozenColumns(grid);
  useBeside(grid, beside, rows);

  const commit = useCallback(
    (next: TrackerRow, before: TrackerRow) => {
      const field = changedField(next, before, fields);
      if (field === undefined) return before;
      const typed = (next as Record<string, unknown>)[field];
      const findMaster = cachedMasters(client);
      const text = typeof typed === 'string' ? typed : '';
      const block = { rows: [before], fields: [field], canEdit };
      const readings = entries.map((entry) => ({
        unit: entry.unit,
        ...readBlock([[text]], block, { ...entry, findMaster }),
      }));
      const shown = readings[0];
      const wrong = shown?.bad[0];
      if (wrong) notify(wrong.message, { tone: 'error' });
      if (!shown || wrong) return before;
      // Once the grid has moved on to the next cell: a dialog then gets the focus, and gives it back to that cell.
      setTimeout(() => enter(readings));
      return withValues(before, shown.edits[0]?.values ?? {});
    },
    [enter, client, fields, entries, canEdit],
  );

  return (
    <>
      <Box
        {...keys}
        sx={{
          flex: 1,
          minHeight: 0,
          display: 'flex',
          flexDirection: 'column',
          '& .MuiDataGrid-cell': { userSelect: 'none' },
          // Its editor may be wider than the cell, and is placed by it.
          '& .MuiDataGrid-cell--editing': { userSelect: 'auto', overflow: 'visible', zIndex: 31 },
          '& .MuiDataGrid-cell--editing:not(.MuiDataGrid-cell--pinnedLeft)': { position: 'relative' },
          '& .chosen-cell.chosen-cell': { bgcolor: 'selection.soft' },
          ...frozenPlaces,
          '& .beside-row.beside-row .MuiDataGrid-cell': { bgcolor: 'selection.soft' },
          '& .fixed-cell': { color: 'text.secondary' },
          ...(mark && {
            [`& [role=columnheader][data-field="${mark}"], & [aria-label=Totals] [data-field="${mark}"]`]: marked,
          }),
          '& .closed-cell > :first-of-type, & .soft-cell > :first-of-type': { marginInlineEnd: 'auto', opacity: 0.7 },
          '& .closed-cell svg, & .soft-cell svg': { width: 11, height: 11 },
          '& .closed-cell, & .soft-cell': { display: 'flex', alignItems: 'center' },
          '& .closed-cell:not(.chosen-cell)': { bgcolor: 'action.hover', color: 'text.secondary' },
        }}
      >
        <CellStates value={cellStates}>
          <ServerGrid<TrackerRow>
            cell={SheetCell}
            apiRef={grid}
            columns={columns}
            answer={shownAnswer}
            state={state}
            {...list}
            density={density}
            empty={empty}
            {...(lines && { totals: lines })}
            status={range.area ? <RangeFigures area={range.area} /> : status}
            isCellEditable={({ row, field }: GridCellParams<TrackerRow>) => mayEdit && canEdit(row, field) === null}
            getRowClassName={({ id }) => (id === beside?.id ? 'beside-row' : '')}
            getCellClassName={({ row, field }: GridCellParams<TrackerRow>) => {
              if (range.isChosen(row.id, field)) return 'chosen-cell';
              return mayEdit && entryOf(field) && canEdit(row, field) !== null ? 'fixed-cell' : '';
            }}
            onCellModesModelChange={(model) => onTyping(Object.keys(model).length > 0)}
            processRowUpdate={commit}
            onCellDoubleClick={refused.onDoubleClick}
            onCellKeyDown={(cell: GridCellParams<TrackerRow>, event) => {
              const { row, field, cellMode } = cell;
              if (field !== 'uid') refused.onKeyDown(cell, event);
              if (event.key === 'F2' && cellMode === 'view' && cell.isEditable)
                grid.current?.startCellEditMode({ id: row.id, field });
              if (field === 'uid' && event.key === 'Enter' && cellMode === 'view') {
                event.preventDefault();
                void navigate({ pathname: `/services/${row.id}`, search }, { state: from });
              }
            }}
          />
        </CellStates>
      </Box>
      {question && <EntryQuestionDialog key={left} question={question} onChoose={choose} onCancel={cancel} />}
      {refused.note}
      {isHelp && <KeysDialog onClose={() => setHelp(false)} />}
      {badBlock && (
        <BadCellsDialog
          bad={badBlock.bad}
          goodCount={countOf(badBlock)}
          onPasteGood={() => {
            setRefusedBlock([]);
            enter(goodOf(refusedBlock));
          }}
          onClose={() => setRefusedBlock([])}
        />
      )}
    </>
  );
}

function stopEditing(grid: Grid) {
  for (const [id, cells] of Object.entries(grid.current?.state.editRows ?? {}))
    for (const field of Object.keys(cells))
      grid.current?.stopCellEditMode({ id: Number(id), field, ignoreModifications: true });
}

const noRows: TrackerRow[] = [];
const marked = { bgcolor: 'selection.soft', boxShadow: 'inset 0 -2px currentColor' } as const;

/** A cell that looks as if it could not be edited says why while the mouse is over it; others have nothing to say. */
function useWhyNot(grid: Grid, canEdit: Props['canEdit'] | null) {
  useEffect(() => {
    if (!canEdit) return;
    return grid.current?.subscribeEvent('cellMouseOver', ({ row, field }, event) => {
      const words = entryOf(field) && canEdit(row as TrackerRow, field);
      if (words) event.currentTarget.title = words;
      else event.currentTarget.removeAttribute('title');
    });
  }, [grid, canEdit]);
}

/** Brings a column into sight when one comes for its figure. */
function useMark(grid: Grid, mark: string | undefined, fields: readonly string[], rows: readonly TrackerRow[]) {
  const colIndex = mark === undefined ? -1 : fields.indexOf(mark);
  const hasRows = rows.length > 0;
  useEffect(() => {
    if (colIndex < 0 || !hasRows) return;
    // Once the grid knows how wide it is.
    const frame = requestAnimationFrame(() => {
      grid.current?.scrollToIndexes({ colIndex });
      if (grid.current && mark) reveal(grid.current, mark);
    });
    return () => cancelAnimationFrame(frame);
  }, [grid, mark, colIndex, hasRows]);
}

/** The grid hands back a whole row with the typed text in one of its fields. */
const changedField = (next: TrackerRow, before: TrackerRow, fields: readonly string[]) =>
  fields.find((field) => {
    const [now, then] = [next, before].map((row) => (row as Record<string, unknown>)[field]);
    return now !== then;
  });

/** What a spreadsheet says of chosen cells. */
function RangeFigures({ area }: { area: Area }) {
  const format = useFormat();
  const amounts = area.fields.filter(holdsAmount);
  const values = area.rows.flatMap((row) => amounts.map((field) => textOf(valueOf(row, field)))).filter(Boolean);
  const count = area.rows.length * area.fields.length;
  return (
    <>
      {count} cells{values.length > 0 && ` · Sum ${format.withUnit(sum(values))}`}
    </>
  );
}
