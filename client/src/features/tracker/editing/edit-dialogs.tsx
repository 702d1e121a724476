import { ReasonDialog } from '../../../domain/changes/reason-dialog.tsx';
import { useFormat } from '../../../domain/amounts/use-format.ts';
import { ConflictDialog } from '../../../domain/conflict/conflict-dialog.tsx';
import { entryOf } from '../columns/fields.ts';
import { useFieldNames } from '../columns/use-field-names.ts';
import type { EditState, OpenConflict } from './batches.ts';
import type { EditSession } from './edit-session.ts';
import { textOf, type Conflict, type RowEdit, type Value } from './row-edits.ts';

/** What has to be asked before an edit is saved. */
export function EditDialogs({ session, state }: { session: EditSession; state: EditState }) {
  const { asking, conflict, lastReason } = state;
  return (
    <>
      {asking.length > 0 && (
        <ReasonDialog
          title="Why does the budget change?"
          initialReason={lastReason}
          keepLabel="Use this reason for my next changes too"
          onConfirm={session.answerReason}
          onCancel={() => session.answerReason(null)}
        >
          {sizeOf(asking.flatMap(({ edits }) => edits))}
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

function Conflicts({ conflict: { conflicts, choose } }: { conflict: OpenConflict }) {
  const format = useFormat();
  const nameOf = useFieldNames();
  const words = (field: string, value: Value) => {
    const text = textOf(value);
    const kind = entryOf(field)?.as;
    if (text === '') return '';
    return kind === 'amount' ? format.exact(text) : kind === 'date' ? format.date(text) : text;
  };
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
