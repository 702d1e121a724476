import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useState, type KeyboardEvent } from 'react';

type Props = { label: string; value: string; refusal: string; onMove: (from: HTMLElement, step: 1 | -1) => void };

const steps: Record<string, 1 | -1 | undefined> = { ArrowDown: 1, Enter: 1, ArrowUp: -1 };

/** The cell of a month that cannot change: it is read and copied, and says why it takes nothing. */
export function ClosedCell({ label, value, refusal, onMove }: Props) {
  const [isAsked, setAsked] = useState(false);
  function press(event: KeyboardEvent<HTMLElement>) {
    const { key, ctrlKey, metaKey, altKey } = event;
    const step = steps[key];
    if (step) {
      event.preventDefault();
      onMove(event.currentTarget, step);
    } else if (!ctrlKey && !metaKey && !altKey) setAsked(key.length === 1 || key === 'Backspace' || key === 'Delete');
  }
  return (
    <>
      <InputBase
        value={value}
        readOnly
        fullWidth
        onFocus={({ target }) => target.select()}
        onKeyDown={press}
        onPaste={() => setAsked(true)}
        onBlur={() => setAsked(false)}
        slotProps={{
          input: { 'aria-label': label, 'aria-description': refusal, style: { textAlign: 'right', padding: 0 } },
        }}
        sx={{
          fontSize: 'inherit',
          paddingInline: 1,
          borderRadius: 1,
          color: 'text.secondary',
          '&.Mui-focused': { outline: '2px solid', outlineColor: 'divider' },
        }}
      />
      {isAsked && (
        <Typography role="alert" variant="caption" color="error" component="div">
          {refusal}
        </Typography>
      )}
    </>
  );
}
