import TextField, { type TextFieldProps } from '@mui/material/TextField';
import type { InputHTMLAttributes } from 'react';
import type { FieldValues, Path } from 'react-hook-form';
import * as z from 'zod/mini';
import { mostOf } from './contract.ts';
import type { ContractForm } from './use-contract-form.ts';
import { useFormField } from './use-form-field.ts';

type Props<Draft extends FieldValues, Body> = Omit<
  TextFieldProps,
  'name' | 'form' | 'onChange' | 'value' | 'error' | 'slotProps'
> & {
  form: ContractForm<Draft, Body>;
  name: Path<Draft>;
  /** Makes the value of the field from what was typed or chosen. */
  toValue?: (typed: string) => unknown;
  /** Attributes of the input element. */
  input?: InputHTMLAttributes<HTMLInputElement>;
};

/** One field of a form. Its longest text is that of the contract, and what is wrong with it stands below it. */
export function FormField<Draft extends FieldValues, Body>(props: Props<Draft, Body>) {
  const { form, name, toValue = (typed) => typed, helperText, input, ...rest } = props;
  const { field, label, complaint, complaintRole } = useFormField(form, name);
  return (
    <TextField
      label={label}
      {...rest}
      value={field.value ?? ''}
      inputRef={field.ref}
      onChange={({ target }) => field.onChange(toValue(target.value))}
      onBlur={field.onBlur}
      error={complaint !== undefined}
      helperText={complaint ?? helperText}
      slotProps={{
        htmlInput: { maxLength: longestOf(form.schema, name), ...input },
        formHelperText: { role: complaintRole },
      }}
    />
  );
}

function longestOf(schema: z.ZodMiniType, name: string) {
  const field = schema instanceof z.ZodMiniObject ? (schema.shape as Record<string, z.ZodMiniType>)[name] : undefined;
  return field && mostOf(field);
}
