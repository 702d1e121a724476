import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import { DialogShell } from '../dialog-shell.tsx';

type Props = {
  title: string;
  confirmLabel: string;
  /** For a dialog that is the second of two steps. */
  onBack?: () => void;
  children: ReactNode;
  /** Something was typed, as `useDraft` says. */
  isChanged: boolean;
  isBusy?: boolean;
  /** Why it cannot be done yet; null when it can. */
  missing?: string | null;
  error?: unknown;
  maxWidth?: 'xs' | 'sm' | 'md';
  onConfirm: () => void;
  onCancel: () => void;
};

/** A few fields and one thing to do with them. Mount it when it is needed. */
export function FormDialog(props: Props) {
  const { confirmLabel, onBack, children, isBusy = false, missing = null, onConfirm, onCancel, ...shell } = props;
  const whyId = useId();
  const isReady = !isBusy && missing === null;
  return (
    <DialogShell
      {...shell}
      onClose={onCancel}
      onSubmit={() => {
        if (isReady) onConfirm();
      }}
      actions={
        <>
          {missing !== null && (
            <Typography id={whyId} variant="body2" color="textSecondary" sx={{ flexGrow: 1, paddingInlineStart: 4 }}>
              {missing}
            </Typography>
          )}
          <Button onClick={onBack ?? onCancel}>{onBack ? 'Back' : 'Cancel'}</Button>
          <Button
            type="submit"
            variant="contained"
            disabled={!isReady}
            {...(missing !== null && { 'aria-describedby': whyId })}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      {/* The label of a first outlined field stands above its box. */}
      <Stack spacing={3} sx={{ paddingBlockStart: 2.5 }}>
        {children}
      </Stack>
    </DialogShell>
  );
}
