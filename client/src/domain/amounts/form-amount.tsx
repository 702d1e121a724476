import type { ComponentProps } from 'react';
import type { FieldValues, Path } from 'react-hook-form';
import type { ContractForm } from '../../components/form/use-contract-form.ts';
import { useFormField } from '../../components/form/use-form-field.ts';
import { AmountField } from './amount-field.tsx';

type Props<Draft extends FieldValues, Body> = Pick<ComponentProps<typeof AmountField>, 'helperText'> & {
  form: ContractForm<Draft, Body>;
  name: Path<Draft>;
};

/** An amount of a form; `typedAmount` of its contract reads it. */
export function FormAmount<Draft extends FieldValues, Body>({ form, name, helperText }: Props<Draft, Body>) {
  const { field, label, complaint, complaintRole } = useFormField(form, name);
  return (
    <AmountField
      label={label}
      value={field.value}
      inputRef={field.ref}
      onChange={field.onChange}
      onBlur={field.onBlur}
      error={complaint !== undefined}
      helperText={complaint ?? helperText}
      slotProps={{ formHelperText: { role: complaintRole } }}
    />
  );
}
