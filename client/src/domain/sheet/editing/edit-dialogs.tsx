import Box from '@mui/material/Box';
import { ReasonDialog } from '../../changes/reason-dialog.tsx';
import { useFormat } from '../../amounts/use-format.ts';
import { useYear } from '../../calendar.queries.ts';
import { AssignedFrom } from '../../assigned-from.tsx';
import { ConflictDialog } from '../../conflict/conflict-dialog.tsx';
import { entryOf, periodOf } from '../columns/fields.ts';
import { useFieldNames } from '../columns/use-field-names.ts';
import type { Batch, EditState, OpenConflict } from './batches.ts';
import type { EditSession } from './edit-session.ts';
import { hasAmounts, movesMoney, textOf, valueOf, type Conflict, type RowEdit, type Value } from './row-edits.ts';

/** What has to be asked before an edit is saved. */
export function EditDialogs({ session, state }: { session: EditSession; state: EditState }) {
  const { asking, conflict } = state;
  const asked = asking.flatMap(({ edits }) => edits);
  return (
    <>
      {asking.length > 0 && (
        <ReasonDialog
          title={hasAmounts(asked) ? 'Why does the budget change?' : 'Why does this change?'}
          option={{ label: 'Use this reason for my next changes too', isChosen: false }}
          onConfirm={session.answerReason}
          onCancel={() => session.answerReason(null)}
        >
          {sizeOf(asked)}
          <WhatChanges batches={asking} />
          <ClosedStay edits={asked} />
          {movesMoney(asked) && <AssignedFrom />}
        </ReasonDialog>
      )}
      {conflict && <Conflicts conflict={conflict} />}
    </>
  );
}

function sizeOf(edits: readonly RowEdit[]) {
  const cells = edits.reduce((count, { values }) => count + Object.keys(values).length, 0);
  if (cells === 1) return 'One cell is about to change.';
  const rows = new Set(edits.map(({ id }) => id)).size;
  return `${cells} cells in ${rows === 1 ? 'one row' : `${rows} rows`} are about to change.`;
}

/** Who empties a year is told what stays. */
function ClosedStay({ edits }: { edits: readonly RowEdit[] }) {
  const isClosing = useYear()?.periods.some(({ state }) => state !== 'OPEN');
  const emptiesMonths = edits.some(({ values }) =>
    Object.entries(values).some(([field, value]) => value === null && periodOf(field)),
  );
  return isClosing && emptiesMonths && <p>Months that are closed keep what they hold.</p>;
}

const mostShown = 5;

/** Row, cell, and what it held and will hold; of many the first. */
function WhatChanges({ batches }: { batches: readonly Batch[] }) {
  const nameOf = useFieldNames();
  const words = useValueWords();
  const lines = batches.flatMap(({ edits, seen }) =>
    edits.flatMap(({ id, values }) =>
      Object.entries(values).map(([field, value]) => {
        const row = seen.get(id);
        const before = row ? words(field, valueOf(row, field)) : '';
        return {
          what: `${row?.uid ?? ''}, ${nameOf(field)}`,
          before: before || 'empty',
          after: words(field, value) || 'empty',
        };
      }),
    ),
  );
  return (
    <Box component="ul" aria-label="What changes" sx={{ marginBlock: 1, paddingInlineStart: 5 }}>
      {lines.slice(0, mostShown).map(({ what, before, after }) => (
        <li key={what}>
          {what}: {before} → <strong>{after}</strong>
        </li>
      ))}
      {lines.length > mostShown && <li>and {lines.length - mostShown} more</li>}
    </Box>
  );
}

/** Values as they are read, amounts to the last digit. */
function useValueWords() {
  const format = useFormat();
  return (field: string, value: Value) => {
    const text = textOf(value);
    const kind = entryOf(field)?.as;
    if (text === '') return '';
    return kind === 'amount' ? format.exact(text) : kind === 'date' ? format.date(text) : text;
  };
}

function Conflicts({ conflict: { conflicts, choose } }: { conflict: OpenConflict }) {
  const nameOf = useFieldNames();
  const words = useValueWords();
  const keyOf = ({ row, field }: Conflict) => `${row.id} ${field}`;
  return (
    <ConflictDialog
      differences={conflicts.map((conflict) => {
        const { row, field, mine, theirs } = conflict;
        const what = `${row.uid} ${row.service}, ${nameOf(field)}`;
        return { key: keyOf(conflict), what, mine: words(field, mine), theirs: words(field, theirs) };
      })}
      serviceIds={conflicts.map(({ row }) => row.id)}
      onChoose={(mine) => choose(mine && new Set(conflicts.filter((one) => mine.has(keyOf(one)))))}
    />
  );
}
