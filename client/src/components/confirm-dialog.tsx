import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { wordsOf } from './states.tsx';

type Props = {
  title: string;
  children?: ReactNode;
  /** The verb of what happens: "Delete", "End session". */
  confirmLabel: string;
  isBusy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onCancel: () => void;
};

/** Mount it when it is needed. */
export function ConfirmDialog({ title, children, confirmLabel, isBusy = false, error, onConfirm, onCancel }: Props) {
  return (
    <Dialog open onClose={onCancel} fullWidth maxWidth="xs">
      <DialogTitle variant="h2">{title}</DialogTitle>
      <DialogContent>
        {children && <Typography component="div">{children}</Typography>}
        {error !== undefined && error !== null && (
          <Typography role="alert" color="error" sx={{ paddingTop: 2 }}>
            {wordsOf(error)}
          </Typography>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button variant="contained" onClick={onConfirm} disabled={isBusy} autoFocus>
          {confirmLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
