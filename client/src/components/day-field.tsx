import TextField, { type TextFieldProps } from '@mui/material/TextField';
import type { ClipboardEvent } from 'react';
import { parseDay } from '../lib/day.ts';

type Props = Omit<TextFieldProps, 'type' | 'value' | 'onChange' | 'onPaste' | 'slotProps'> & {
  /** As the API has it; empty for none. */
  value: string;
  onChange: (day: string) => void;
  helperRole?: 'alert' | undefined;
};

/** A day: typed, chosen in the calendar of the browser, or pasted as people write one, such as 31-Mar-26. */
export function DayField({ value, onChange, helperRole, ...field }: Props) {
  function paste(event: ClipboardEvent) {
    const day = parseDay(event.clipboardData.getData('text/plain').trim());
    if (!day.ok || day.value === null) return;
    event.preventDefault();
    onChange(day.value);
  }
  return (
    <TextField
      {...field}
      type="date"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onPaste={paste}
      // The browser shows the pattern of a date inside the empty field, where the label would stand.
      slotProps={{ inputLabel: { shrink: true }, formHelperText: { role: helperRole } }}
    />
  );
}
