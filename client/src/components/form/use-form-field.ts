import { useController, type FieldValues, type Path } from 'react-hook-form';
import type { ContractForm } from './use-contract-form.ts';

const isEmpty = (value: unknown) => value === '' || value === null || value === undefined;

/** One field of a form, and what is wrong with it. */
export function useFormField<Draft extends FieldValues, Body>(form: ContractForm<Draft, Body>, name: Path<Draft>) {
  const { field, fieldState, formState } = useController({ control: form.control, name });
  const { error, isTouched } = fieldState;
  const isServers = error?.type === 'server';
  // An empty field is no mistake before the form is sent: the button says that it is missing.
  const isJudged = isEmpty(field.value)
    ? error !== undefined && formState.isSubmitted
    : error !== undefined || isTouched;
  const complaint = isServers ? error.message : isJudged ? form.issueOf(name) : undefined;
  return {
    field,
    label: form.titles[name],
    complaint,
    // A refusal of the server moves the focus to the field, where a screen reader reads it. Other complaints appear while the
    // focus is elsewhere, so they are announced.
    complaintRole: complaint !== undefined && !isServers ? ('alert' as const) : undefined,
  };
}
