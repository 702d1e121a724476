import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { wordsOf } from './states.tsx';

type Props = {
  title: string;
  children: ReactNode;
  actions: ReactNode;
  /** Something was typed that closing would lose: Escape or a click beside then asks first. */
  isChanged?: boolean;
  /** Only Escape and the buttons are an answer: a click beside may be a slip. */
  isQuestion?: boolean;
  error?: unknown;
  maxWidth?: 'xs' | 'sm' | 'md';
  onSubmit?: () => void;
  onClose: () => void;
};

/** Who opens a form begins to type; a field that asks for the focus itself comes first. */
function focusFirstField(dialog: HTMLElement) {
  const fields = [...dialog.querySelectorAll<HTMLElement>('input, textarea, [role=combobox]')];
  if (fields.includes(document.activeElement as HTMLElement)) return;
  fields.find((field) => field.tabIndex >= 0 && !field.matches(':disabled'))?.focus();
}

/** A long form scrolls between its title and its buttons. */
const asHighAsDialog = { display: 'flex', flexDirection: 'column', minHeight: 0 } as const;

/** What every dialog is made of. Mount it when it is needed. */
export function DialogShell(props: Props) {
  const {
    title,
    children,
    actions,
    isChanged = false,
    isQuestion = false,
    error,
    maxWidth = 'xs',
    onSubmit,
    onClose,
  } = props;
  const [isAsking, setAsking] = useState(false);
  function leave(why: 'escapeKeyDown' | 'backdropClick') {
    if (isQuestion && why === 'backdropClick') return;
    if (isChanged) setAsking(true);
    else onClose();
  }
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    onSubmit?.();
  }
  const parts = (
    <>
      <DialogTitle variant="h2">{title}</DialogTitle>
      <DialogContent>
        {children}
        {error !== undefined && error !== null && (
          <Typography role="alert" color="error" sx={{ paddingTop: 3 }}>
            {typeof error === 'string' ? error : wordsOf(error)}
          </Typography>
        )}
      </DialogContent>
      <DialogActions>{actions}</DialogActions>
    </>
  );
  return (
    <>
      <Dialog
        open
        onClose={(_, why) => leave(why)}
        fullWidth
        maxWidth={maxWidth}
        slotProps={{ transition: { onEnter: onSubmit ? focusFirstField : undefined } }}
      >
        {onSubmit ? (
          <Box component="form" onSubmit={submit} noValidate sx={asHighAsDialog}>
            {parts}
          </Box>
        ) : (
          parts
        )}
      </Dialog>
      {isAsking && <DiscardDialog onKeep={() => setAsking(false)} onDiscard={onClose} />}
    </>
  );
}

function DiscardDialog({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    <Dialog open onClose={onKeep} fullWidth maxWidth="xs">
      <DialogTitle variant="h2">Discard what you typed?</DialogTitle>
      <DialogContent>
        <Typography>It is not saved yet.</Typography>
      </DialogContent>
      <DialogActions>
        <Button onClick={onDiscard}>Discard</Button>
        <Button variant="contained" onClick={onKeep} autoFocus>
          Keep editing
        </Button>
      </DialogActions>
    </Dialog>
  );
}
