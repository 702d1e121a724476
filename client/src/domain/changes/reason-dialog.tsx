import { reasonBody } from '@opex/contracts/common';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Chip from '@mui/material/Chip';
import FormControlLabel from '@mui/material/FormControlLabel';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { useKept } from '../../lib/use-kept.ts';

type Props = {
  title: string;
  /** What is about to happen. */
  children?: ReactNode;
  initialReason?: string;
  confirmLabel?: string;
  isBusy?: boolean;
  error?: unknown;
  /** What can be chosen beside it; the choice is handed to onConfirm. */
  option?: { label: string; isChosen: boolean };
  onConfirm: (reason: string, isChosen: boolean) => void;
  onCancel: () => void;
};

const mostRecent = 4;

/** Asks why, before something is changed. Mount it when it is needed. */
export function ReasonDialog(props: Props) {
  const { title, children, initialReason = '', confirmLabel = 'Save', isBusy = false, error } = props;
  const { option, onConfirm, onCancel } = props;
  const [isChosen, setChosen] = useState(option?.isChosen ?? false);
  const form = useDialogForm({
    place: `reason: ${title}`,
    initial: { reason: initialReason },
    titles: { reason: 'Reason' },
    schema: reasonBody,
    error,
  });
  // Closing the dialog forgets the reason. After a reload it is still there when the same is asked again.
  const forgetIt = useRef(form.forget);
  useEffect(() => () => forgetIt.current(), []);
  const [recent = [], keepRecent] = useKept<string[]>('recent reasons');
  const dialog = form.dialog(({ reason }) => {
    keepRecent((now = []) => [reason, ...now.filter((other) => other !== reason)].slice(0, mostRecent));
    onConfirm(reason, isChosen);
  });
  function choose(reason: string) {
    form.change('reason', reason);
    form.setFocus('reason');
  }

  return (
    <FormDialog
      title={title}
      confirmLabel={confirmLabel}
      isBusy={isBusy}
      {...dialog}
      // The only field says itself what it lacks, once Save is pressed.
      missing={null}
      onCancel={onCancel}
    >
      {children && <Typography component="div">{children}</Typography>}
      <FormField
        form={form}
        name="reason"
        autoFocus
        multiline
        maxRows={6}
        onFocus={({ target }) => target.select()}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          if (!isBusy) dialog.onConfirm();
        }}
        helperText="It is kept in the history of the change"
      />
      {recent.length > 0 && (
        <Box role="group" aria-label="Reasons you gave lately">
          <Typography variant="caption" color="textSecondary" component="div">
            Reasons you gave lately
          </Typography>
          {recent.map((reason) => (
            <Chip
              key={reason}
              label={reason}
              title={reason}
              variant="outlined"
              onClick={() => choose(reason)}
              sx={chip}
            />
          ))}
        </Box>
      )}
      {option && (
        <FormControlLabel
          control={<Checkbox checked={isChosen} onChange={({ target }) => setChosen(target.checked)} />}
          label={option.label}
        />
      )}
    </FormDialog>
  );
}

const chip = { maxWidth: 1, marginInlineEnd: 1, marginBlockStart: 1 } as const;
