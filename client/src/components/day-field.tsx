import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField, { type TextFieldProps } from '@mui/material/TextField';
import { useRef, useState, type ChangeEvent, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';
import { parseDay, parseMonth, shownDay, shownMonth } from '../lib/day.ts';
import { CalendarIcon } from './icons.tsx';

type Props = Omit<TextFieldProps, 'type' | 'value' | 'onChange' | 'slotProps' | 'label'> & {
  label: string | undefined;
  /** A month is "2026-04". */
  kind?: 'day' | 'month';
  /** As the API has it, or what is typed and no day yet; empty for none. */
  value: string;
  onChange: (day: string) => void;
  /** Tells of a day once the field is left, or by Enter, not while it is typed. */
  waits?: boolean;
  helperRole?: 'alert' | undefined;
};

const kinds = {
  day: { parse: parseDay, shown: shownDay, type: 'date', placeholder: '31 Mar 2026' },
  month: { parse: parseMonth, shown: shownMonth, type: 'month', placeholder: 'Apr 2026' },
} as const;

/** A day or a month, typed or pasted as people write one, such as 31/3/26, 31-Mar-2026 or Apr 26, or chosen in a calendar. */
export function DayField(props: Props) {
  const { kind = 'day', value, onChange, waits = false, helperRole, error, helperText, ...field } = props;
  const { parse, shown, type: calendarType, placeholder } = kinds[kind];
  /** What is typed, as long as it stands for the value that is known outside. */
  const [typed, setTyped] = useState<{ text: string; value: string } | null>(null);
  const [hasFocus, setFocus] = useState(false);
  const calendar = useRef<HTMLInputElement>(null);
  const text = typed?.value === value ? typed.text : shown(value);
  const day = parse(text.trim());
  const complaint = day.ok || hasFocus ? undefined : day.message;

  function type(next: string) {
    const read = parse(next.trim());
    const told = waits ? value : read.ok ? (read.value ?? '') : next;
    setTyped({ text: next, value: told });
    if (!waits) onChange(told);
  }
  function finish() {
    if (!day.ok) return;
    setTyped(null);
    if (waits && (day.value ?? '') !== value) onChange(day.value ?? '');
  }
  function choose(chosen: string) {
    setTyped(null);
    onChange(chosen);
  }
  return (
    <TextField
      {...field}
      value={text}
      onChange={({ target }) => type(target.value)}
      onFocus={() => setFocus(true)}
      onBlur={(event: FocusEvent<HTMLInputElement>) => {
        setFocus(false);
        finish();
        field.onBlur?.(event);
      }}
      onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => {
        if (event.key === 'Enter') finish();
        if (event.key === 'ArrowDown' && event.altKey) calendar.current?.showPicker();
        field.onKeyDown?.(event);
      }}
      error={error === true || complaint !== undefined}
      helperText={complaint ?? helperText}
      placeholder={placeholder}
      slotProps={{
        inputLabel: { shrink: true },
        formHelperText: { role: complaint === undefined ? helperRole : 'alert' },
        htmlInput: { autoComplete: 'off' },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <Calendar
                label={field.label}
                type={calendarType}
                input={calendar}
                value={(day.ok && day.value) || ''}
                onChange={choose}
              />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

type CalendarProps = {
  label: string | undefined;
  type: 'date' | 'month';
  input: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (day: string) => void;
};

/** The calendar of the browser, whose own field would write the month first in one country and the day in another. */
function Calendar({ label, type, input, value, onChange }: CalendarProps) {
  return (
    <>
      <IconButton
        tabIndex={-1}
        edge="end"
        aria-label={`Calendar for ${label}`}
        // The field keeps the focus: leaving it may save it.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => input.current?.showPicker()}
      >
        <CalendarIcon fontSize="inherit" />
      </IconButton>
      <Box
        ref={input}
        component="input"
        type={type}
        aria-hidden
        tabIndex={-1}
        value={value}
        onChange={({ target }: ChangeEvent<HTMLInputElement>) => onChange(target.value)}
        sx={{
          position: 'absolute',
          insetInlineEnd: 0,
          insetBlockEnd: 0,
          width: '1px',
          height: '1px',
          opacity: 0,
          pointerEvents: 'none',
        }}
      />
    </>
  );
}
