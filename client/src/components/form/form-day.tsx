import type { FieldValues, Path } from 'react-hook-form';
import { DayField } from '../day-field.tsx';
import type { ContractForm } from './use-contract-form.ts';
import { useFormField } from './use-form-field.ts';

type Props<Draft extends FieldValues, Body> = {
  form: ContractForm<Draft, Body>;
  name: Path<Draft>;
  kind?: 'day' | 'month';
};

/** A day or a month of a form; empty for none. */
export function FormDay<Draft extends FieldValues, Body>({ form, name, kind = 'day' }: Props<Draft, Body>) {
  const { field, label, complaint, complaintRole } = useFormField(form, name);
  return (
    <DayField
      kind={kind}
      label={label}
      value={field.value}
      inputRef={field.ref}
      onChange={field.onChange}
      onBlur={field.onBlur}
      error={complaint !== undefined}
      helperText={complaint}
      helperRole={complaintRole}
    />
  );
}
