import { rateSets } from '@opex/contracts/currencies';
import MenuItem from '@mui/material/MenuItem';
import { useQuery } from '@tanstack/react-query';
import type { Path } from 'react-hook-form';
import { FormChoice } from '../../components/form/form-choice.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import type { ContractForm } from '../../components/form/use-contract-form.ts';
import { choiceWord } from '../../domain/words/field-words.ts';
import { currencies } from './masters.queries.ts';

type OfCurrency = { set: (typeof rateSets)[number]; currencyId: number | '' };
type Props<Draft extends OfCurrency, Body> = { form: ContractForm<Draft, Body>; base: string };

/** What a rate is of: its set, and a currency that is still used. */
export function RateCurrency<Draft extends OfCurrency, Body>({ form, base }: Props<Draft, Body>) {
  const { data } = useQuery(currencies);
  return (
    <>
      <FormChoice form={form} name={'set' as Path<Draft>} choices={rateSets} wordOf={choiceWord} />
      <FormField form={form} name={'currencyId' as Path<Draft>} select toValue={Number}>
        {(data?.data ?? [])
          .filter(({ code, retired }) => code !== base && !retired)
          .map(({ id, code, name }) => (
            <MenuItem key={id} value={id}>
              {code} {name}
            </MenuItem>
          ))}
      </FormField>
    </>
  );
}
