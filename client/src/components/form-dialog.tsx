import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { SyntheticEvent, ReactNode } from 'react';
import { unlessBeside } from '../lib/unless-beside.ts';
import { wordsOf } from './states.tsx';

type Props = {
  title: string;
  confirmLabel: string;
  children: ReactNode;
  isBusy?: boolean;
  /** Not all that is needed is there. */
  isIncomplete?: boolean;
  error?: unknown;
  maxWidth?: 'xs' | 'sm' | 'md';
  onConfirm: () => void;
  onCancel: () => void;
};

/** A few fields and one thing to do with them. Mount it when it is needed. */
export function FormDialog(props: Props) {
  const {
    title,
    confirmLabel,
    children,
    isBusy = false,
    isIncomplete = false,
    error,
    maxWidth = 'xs',
    onConfirm,
    onCancel,
  } = props;
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (!isBusy && !isIncomplete) onConfirm();
  }
  return (
    <Dialog open onClose={unlessBeside(onCancel)} fullWidth maxWidth={maxWidth}>
      <form onSubmit={submit} noValidate>
        <DialogTitle variant="h2">{title}</DialogTitle>
        <DialogContent>
          {/* The label of a first outlined field stands above its box. */}
          <Stack spacing={3} sx={{ paddingBlockStart: 1.5 }}>
            {children}
            {error !== undefined && error !== null && (
              <Typography role="alert" color="error">
                {wordsOf(error)}
              </Typography>
            )}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={isBusy || isIncomplete}>
            {confirmLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
