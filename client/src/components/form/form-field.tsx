import TextField, { type TextFieldProps } from '@mui/material/TextField';
import type { InputHTMLAttributes } from 'react';
import { useController, type FieldValues, type Path } from 'react-hook-form';
import * as z from 'zod/mini';
import { mostOf } from './contract.ts';
import type { DialogForm } from './use-dialog-form.ts';

type Props<Draft extends FieldValues, Body> = Omit<
  TextFieldProps,
  'name' | 'form' | 'onChange' | 'value' | 'error' | 'slotProps'
> & {
  form: DialogForm<Draft, Body>;
  name: Path<Draft>;
  /** What the field makes of what was typed or chosen. */
  toValue?: (typed: string) => unknown;
  /** Of the input itself. */
  input?: InputHTMLAttributes<HTMLInputElement>;
};

/** One field of a dialog. Its longest text is that of the contract, and what is wrong with it stands below it. */
export function FormField<Draft extends FieldValues, Body>(props: Props<Draft, Body>) {
  const { form, name, toValue = (typed) => typed, helperText, input, ...rest } = props;
  const { field, fieldState } = useController({ control: form.control, name });
  const { error } = fieldState;
  // An empty field is no mistake yet: the button says that it is missing.
  const complaint = error && (error.type === 'server' || field.value !== '') ? error.message : undefined;
  return (
    <TextField
      label={form.titles[name]}
      {...rest}
      value={field.value}
      inputRef={field.ref}
      onChange={({ target }) => field.onChange(toValue(target.value))}
      onBlur={field.onBlur}
      error={complaint !== undefined}
      helperText={complaint ?? helperText}
      slotProps={{ htmlInput: { maxLength: longestOf(form.schema, name), ...input } }}
    />
  );
}

function longestOf(schema: z.ZodMiniType, name: string) {
  const field = schema instanceof z.ZodMiniObject ? (schema.shape as Record<string, z.ZodMiniType>)[name] : undefined;
  return field && mostOf(field);
}
