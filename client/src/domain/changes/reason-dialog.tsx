import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useDraft } from '../../lib/use-draft.ts';
import { DialogShell } from '../../components/dialog-shell.tsx';

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
  const { draft, set, isChanged, forget } = useDraft(`reason: ${title}`, { reason: initialReason });
  const { reason } = draft;
  // Only a reload leaves it behind, for the next time the same is asked.
  const forgetIt = useRef(forget);
  useEffect(() => () => forgetIt.current(), []);
  const [keep, setKeep] = useState(true);
  const [isTooShort, setTooShort] = useState(false);

  function submit() {
    const words = reason.trim();
    setTooShort(words.length < shortest);
    if (words.length >= shortest) onConfirm(words, keep);
  }

  return (
    <DialogShell
      title={title}
      error={error}
      isChanged={isChanged}
      onSubmit={submit}
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={isBusy ?? false}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <Stack spacing={3}>
        {children && <Typography component="div">{children}</Typography>}
        <TextField
          label="Reason"
          autoFocus
          multiline
          maxRows={6}
          value={reason}
          onChange={({ target }) => set({ reason: target.value })}
          onFocus={({ target }) => target.select()}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            submit();
          }}
          error={isTooShort}
          helperText={isTooShort ? `Use at least ${shortest} characters` : 'It is kept in the history of the change'}
          slotProps={{ htmlInput: { maxLength: longest } }}
        />
        {keepLabel && (
          <FormControlLabel
            control={<Checkbox checked={keep} onChange={({ target }) => setKeep(target.checked)} />}
            label={keepLabel}
          />
        )}
      </Stack>
    </DialogShell>
  );
}
