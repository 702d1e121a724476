import Button from '@mui/material/Button';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import Typography from '@mui/material/Typography';
import { DialogShell } from '../../../components/dialog-shell.tsx';
import type { BadCell } from '../sheet/block.ts';
import { useFieldNames } from '../columns/use-field-names.ts';

const mostShown = 12;

export function BadCellsDialog({ bad, onClose }: { bad: readonly BadCell[]; onClose: () => void }) {
  const nameOf = useFieldNames();
  const count = bad.length === 1 ? 'One cell does' : `${bad.length} cells do`;
  return (
    <DialogShell
      title="Nothing was pasted"
      maxWidth="sm"
      onClose={onClose}
      actions={
        <Button variant="contained" onClick={onClose} autoFocus>
          Close
        </Button>
      }
    >
      <Typography>{count} not fit. Correct the block and paste it again.</Typography>
      <List dense>
        {bad.slice(0, mostShown).map(({ row, field, text, message }) => (
          <ListItem key={`${row.id} ${field}`} disableGutters>
            <ListItemText
              primary={`${row.uid}, ${nameOf(field)}: ${text.trim() ? `"${text.trim().slice(0, 60)}"` : 'empty'}`}
              secondary={message}
            />
          </ListItem>
        ))}
      </List>
      {bad.length > mostShown && <Typography color="textSecondary">and {bad.length - mostShown} more</Typography>}
    </DialogShell>
  );
}
