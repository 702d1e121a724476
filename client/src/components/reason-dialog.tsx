import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type SyntheticEvent, type ReactNode } from 'react';
import { unlessBeside } from '../lib/unless-beside.ts';
import { wordsOf } from './states.tsx';

type Props = {
  title: string;
  /** What is about to happen. */
  children?: ReactNode;
  initialReason?: string;
  confirmLabel?: string;
  isBusy?: boolean;
  error?: unknown;
  /** Offers to use the same reason again without asking; the answer is handed to onConfirm. */
  keepLabel?: string;
  onConfirm: (reason: string, keep: boolean) => void;
  onCancel: () => void;
};

const shortest = 3;
const longest = 500;

/** Asks why, before something is changed. Mount it when it is needed. */
export function ReasonDialog(props: Props) {
  const {
    title,
    children,
    initialReason = '',
    confirmLabel = 'Save',
    isBusy,
    error,
    keepLabel,
    onConfirm,
    onCancel,
  } = props;
  const [reason, setReason] = useState(initialReason);
  const [keep, setKeep] = useState(true);
  const [isTooShort, setTooShort] = useState(false);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const words = reason.trim();
    setTooShort(words.length < shortest);
    if (words.length >= shortest) onConfirm(words, keep);
  }

  return (
    <Dialog open onClose={unlessBeside(onCancel)} fullWidth maxWidth="xs">
      <form onSubmit={submit} noValidate>
        <DialogTitle variant="h2">{title}</DialogTitle>
        <DialogContent>
          <Stack spacing={3}>
            {children && <Typography component="div">{children}</Typography>}
            <TextField
              label="Reason"
              autoFocus
              multiline
              maxRows={6}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
              onFocus={({ target }) => target.select()}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.shiftKey) submit(event);
              }}
              error={isTooShort}
              helperText={
                isTooShort ? `Use at least ${shortest} characters` : 'It is kept in the history of the change'
              }
              slotProps={{ htmlInput: { maxLength: longest } }}
            />
            {keepLabel && (
              <FormControlLabel
                control={<Checkbox checked={keep} onChange={({ target }) => setKeep(target.checked)} />}
                label={keepLabel}
              />
            )}
            {error !== undefined && error !== null && (
              <Typography role="alert" color="error">
                {wordsOf(error)}
              </Typography>
            )}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={isBusy ?? false}>
            {confirmLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
