import { ReasonDialog } from '../../../domain/changes/reason-dialog.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import type { EditSession, EditState } from './edit-session.ts';
import type { RowEdit } from './row-edits.ts';

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
      {conflict && <ConflictDialog conflict={conflict} />}
    </>
  );
}

function sizeOf(edits: readonly RowEdit[]) {
  const cells = edits.reduce((count, { values }) => count + Object.keys(values).length, 0);
  if (cells === 1) return 'One cell is about to change.';
  const rows = new Set(edits.map(({ id }) => id)).size;
  return `${cells} cells in ${rows === 1 ? 'one row' : `${rows} rows`} are about to change.`;
}
