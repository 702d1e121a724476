import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import type { ReactNode } from 'react';
import { DialogShell } from './dialog-shell.tsx';

type Props = {
  title: string;
  confirmLabel: string;
  cancelLabel?: string;
  children: ReactNode;
  /** Of `useDraft`. */
  isChanged: boolean;
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
    confirmLabel,
    cancelLabel = 'Cancel',
    children,
    isBusy = false,
    isIncomplete = false,
    onConfirm,
    onCancel,
    ...shell
  } = props;
  return (
    <DialogShell
      {...shell}
      onClose={onCancel}
      onSubmit={() => {
        if (!isBusy && !isIncomplete) onConfirm();
      }}
      actions={
        <>
          <Button onClick={onCancel}>{cancelLabel}</Button>
          <Button type="submit" variant="contained" disabled={isBusy || isIncomplete}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {/* The label of a first outlined field stands above its box. */}
      <Stack spacing={3} sx={{ paddingBlockStart: 1.5 }}>
        {children}
      </Stack>
    </DialogShell>
  );
}
