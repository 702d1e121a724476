import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { PlainTable } from '../../components/plain-table.tsx';
import { unlessBeside } from '../../lib/unless-beside.ts';

export type Difference = { label: string; theirs: string; mine: string };

type Props = { differences: Difference[]; isBusy: boolean; onMine: () => void; onTheirs: () => void };

/** Somebody else saved first: both values, and the reader decides. */
export function ConflictDialog({ differences, isBusy, onMine, onTheirs }: Props) {
  return (
    <Dialog open onClose={unlessBeside(onTheirs)} fullWidth maxWidth="sm">
      <DialogTitle variant="h2">Somebody else changed this service meanwhile</DialogTitle>
      <DialogContent>
        <Typography sx={{ paddingBlockEnd: 3 }}>Your change is not saved yet. Choose which one holds.</Typography>
        <PlainTable
          label="What differs"
          rows={differences}
          keyOf={({ label }) => label}
          columns={[
            { label: 'Field', cell: ({ label }) => label },
            { label: 'Saved by somebody else', cell: ({ theirs }) => theirs || 'empty' },
            { label: 'Yours', cell: ({ mine }) => mine || 'empty' },
          ]}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onTheirs}>Keep theirs</Button>
        <Button variant="contained" onClick={onMine} disabled={isBusy}>
          Save mine
        </Button>
      </DialogActions>
    </Dialog>
  );
}
