import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { DialogShell } from '../../components/dialog-shell.tsx';
import { useLastEditors } from '../../domain/changes/last-editor.queries.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';

export type Difference = { label: string; theirs: string; mine: string };

type Props = {
  serviceId: number;
  differences: Difference[];
  isBusy: boolean;
  onMine: () => void;
  onTheirs: () => void;
};

/** Somebody else saved first: both values, and the reader decides. */
export function ConflictDialog({ serviceId, differences, isBusy, onMine, onTheirs }: Props) {
  const who = useLastEditors([serviceId]);
  return (
    <DialogShell
      title={`${who} changed this service meanwhile`}
      maxWidth="sm"
      isChanged
      onClose={onTheirs}
      actions={
        <>
          <Button onClick={onTheirs}>Keep theirs</Button>
          <Button variant="contained" onClick={onMine} disabled={isBusy}>
            Save mine
          </Button>
        </>
      }
    >
      <Typography sx={{ paddingBlockEnd: 3 }}>Your change is not saved yet. Choose which one holds.</Typography>
      <PlainTable
        label="What differs"
        rows={differences}
        keyOf={({ label }) => label}
        columns={[
          { label: 'Field', cell: ({ label }) => label },
          { label: `Saved by ${who.replace('Somebody', 'somebody')}`, cell: ({ theirs }) => theirs || 'empty' },
          { label: 'Yours', cell: ({ mine }) => mine || 'empty' },
        ]}
      />
    </DialogShell>
  );
}
