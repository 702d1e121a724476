import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { DialogShell } from '../../../components/dialog-shell.tsx';
import type { BadCell } from '../keys/block.ts';
import { useFieldNames } from '../columns/use-field-names.ts';

type Props = { bad: readonly BadCell[]; goodCount: number; onPasteGood: () => void; onClose: () => void };

/** Every cell of a block that does not fit, by what is wrong with it, and the way to go on without them. */
export function BadCellsDialog({ bad, goodCount, onPasteGood, onClose }: Props) {
  const nameOf = useFieldNames();
  // What is rare is what somebody got wrong; closed months come in columns.
  const groups = [...new Set(bad.map(({ message }) => message))]
    .map((message) => ({ message, cells: bad.filter((cell) => cell.message === message) }))
    .sort((one, other) => one.cells.length - other.cells.length);
  const count = bad.length === 1 ? 'One cell does' : `${bad.length} cells do`;
  return (
    <DialogShell
      title="Nothing was pasted"
      maxWidth="sm"
      onClose={onClose}
      actions={
        <>
          {goodCount > 0 && (
            <Button onClick={onPasteGood}>
              {goodCount === 1 ? 'Paste the good one' : `Paste the ${goodCount} good ones`}
            </Button>
          )}
          <Button variant="contained" onClick={onClose} autoFocus>
            Close
          </Button>
        </>
      }
    >
      <Typography>
        {count} not fit. Correct the block and paste it again{goodCount > 0 && ', or go on without them'}.
      </Typography>
      {groups.map(({ message, cells }) => (
        <Box key={message} sx={{ paddingBlockStart: 3 }}>
          <Typography sx={{ fontWeight: 600 }}>{message}</Typography>
          <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
            {cells.map(({ row, field, text }) => (
              <li key={`${row.id} ${field}`}>
                {row.uid}, {nameOf(field)}: {text.trim() ? `"${text.trim().slice(0, 60)}"` : 'empty'}
              </li>
            ))}
          </Box>
        </Box>
      ))}
    </DialogShell>
  );
}
