import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { CloseIcon, RedoIcon, UndoIcon } from '../../../components/icons.tsx';
import type { EditState } from './batches.ts';
import type { EditSession } from './edit-session.ts';

type Props = { session: EditSession; state: EditState };

/** At the foot of the grid: what is being saved, the reason that is used, what others did. */
export function EditStatus({ session, state, note }: Props & { note: string | null }) {
  const isSaving = state.pending.length > state.asking.length;
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', minWidth: 0 }}>
      {isSaving && <span>Saving</span>}
      {state.standingReason !== null && (
        <Chip
          label={`Reason: ${state.standingReason}`}
          variant="outlined"
          onDelete={session.forgetReason}
          deleteIcon={<CloseIcon />}
          title="Press Delete to be asked for a reason again"
          sx={{ maxWidth: 280 }}
        />
      )}
      {state.unsaved.length > 0 && (
        <>
          <Box component="span" sx={{ color: 'error.main' }}>
            {countOf(state.unsaved)} not saved
          </Box>
          <Button onClick={session.sendAgain}>Save again</Button>
          <Button onClick={session.giveUp}>Give up</Button>
        </>
      )}
      {note && <span>{note}</span>}
    </Box>
  );
}

function countOf(batches: EditState['unsaved']) {
  const cells = batches.flatMap(({ edits }) => edits).flatMap(({ values }) => Object.keys(values));
  return cells.length === 1 ? 'One cell is' : `${cells.length} cells are`;
}

type UndoProps = Record<'undo' | 'redo', (() => void) | null>;

export function UndoButtons({ undo, redo }: UndoProps) {
  return (
    <Box sx={{ display: 'flex' }}>
      <Tooltip title="Undo (Ctrl Z)">
        <span>
          <IconButton aria-label="Undo" disabled={!undo} onClick={() => undo?.()}>
            <UndoIcon fontSize="small" />
          </IconButton>
        </span>
      </Tooltip>
      <Tooltip title="Redo (Ctrl Y)">
        <span>
          <IconButton aria-label="Redo" disabled={!redo} onClick={() => redo?.()}>
            <RedoIcon fontSize="small" />
          </IconButton>
        </span>
      </Tooltip>
    </Box>
  );
}
