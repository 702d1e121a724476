import type { MasterKind } from '@opex/contracts/masters';
import type { FieldValues, Path } from 'react-hook-form';
import type { ContractForm } from '../../components/form/use-contract-form.ts';
import { useFormField } from '../../components/form/use-form-field.ts';
import { KeyPicker } from './key-picker.tsx';
import { MasterPicker } from './master-picker.tsx';

type Props<Draft extends FieldValues, Body> = { form: ContractForm<Draft, Body>; name: Path<Draft> };
type OfMasters = { kind: MasterKind; except?: number; autoFocus?: boolean };

/** A master that a form chooses. The form holds it with its name, and its request names it by id. */
export function FormMaster<Draft extends FieldValues, Body>({
  form,
  name,
  ...ofMasters
}: Props<Draft, Body> & OfMasters) {
  return <MasterPicker {...ofMasters} {...usePickerOf(form, name)} />;
}

/** The same for an allocation key. */
export function FormKey<Draft extends FieldValues, Body>({ form, name }: Props<Draft, Body>) {
  return <KeyPicker {...usePickerOf(form, name)} />;
}

function usePickerOf<Draft extends FieldValues, Body>(form: ContractForm<Draft, Body>, name: Path<Draft>) {
  const { field, label, complaint, complaintRole } = useFormField(form, name);
  const { value, onChange, onBlur, ref: inputRef } = field;
  return { label, value, onChange, onBlur, inputRef, complaint, complaintRole };
}
