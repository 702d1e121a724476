import InputAdornment from '@mui/material/InputAdornment';
import TextField, { type TextFieldProps } from '@mui/material/TextField';
import { useBaseCurrency } from '../calendar.queries.ts';
import { unitWords } from './format.ts';
import { useAmountEntry } from './use-amount-entry.ts';

type Props = Omit<TextFieldProps, 'value' | 'onChange' | 'type'> & {
  /** As it is typed: an amount in the unit shown, or one with a unit of its own. */
  value: string;
  onChange: (text: string) => void;
};

/** An amount in the unit that everything is shown in; what is typed stands below it in full. */
export function AmountField({ value, onChange, helperText, error, ...field }: Props) {
  const entry = useAmountEntry();
  const currency = useBaseCurrency();
  const entered = entry.read(value);
  const complaint = entered.ok ? undefined : entered.message;
  return (
    <TextField
      {...field}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      error={error === true || complaint !== undefined}
      helperText={(error && helperText) || complaint || entry.echo(value) || helperText}
      slotProps={{
        ...field.slotProps,
        htmlInput: { inputMode: 'text', autoComplete: 'off' },
        input: { endAdornment: <InputAdornment position="end">{unitWords(entry.unit, currency)}</InputAdornment> },
      }}
    />
  );
}
