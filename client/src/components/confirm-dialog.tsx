import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { DialogShell } from './dialog-shell.tsx';

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
    <DialogShell
      title={title}
      error={error}
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button variant="contained" onClick={onConfirm} disabled={isBusy} autoFocus>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children && <Typography component="div">{children}</Typography>}
    </DialogShell>
  );
}
