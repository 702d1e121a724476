import MenuItem from '@mui/material/MenuItem';
import type { FieldValues, Path } from 'react-hook-form';
import { FormField } from './form-field.tsx';
import type { ContractForm } from './use-contract-form.ts';

type Props<Draft extends FieldValues, Body> = {
  form: ContractForm<Draft, Body>;
  name: Path<Draft>;
  choices: readonly string[];
  wordOf?: (choice: string) => string;
};

/** One of a few words that the contract knows. */
export function FormChoice<Draft extends FieldValues, Body>({ form, name, choices, wordOf }: Props<Draft, Body>) {
  return (
    <FormField form={form} name={name} select>
      {choices.map((choice) => (
        <MenuItem key={choice} value={choice}>
          {wordOf?.(choice) ?? choice}
        </MenuItem>
      ))}
    </FormField>
  );
}
