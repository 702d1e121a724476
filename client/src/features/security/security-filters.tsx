import { outcomes, securityEventNames } from '@opex/contracts/security-events';
import { ChoiceFilter, ClearFilters, useAddressFilters } from '../../components/address-filters.tsx';
import { DayField } from '../../components/day-field.tsx';
import { eventWords, outcomeWords } from './security-words.ts';

const names = ['event', 'outcome', 'at.gte', 'at.lte'] as const;

/** What happened, how it ended, and when. */
export function SecurityFilters() {
  const { field, ...filters } = useAddressFilters(names);
  return (
    <>
      <ChoiceFilter
        label="What happened"
        any="Anything"
        values={securityEventNames}
        wordsOf={eventWords}
        width={220}
        {...field('event')}
      />
      <ChoiceFilter
        label="Outcome"
        any="Any"
        values={outcomes}
        wordsOf={(outcome) => outcomeWords[outcome]}
        width={120}
        {...field('outcome')}
      />
      <DayField waits label="From" {...field('at.gte')} sx={{ width: 148 }} />
      <DayField waits label="To" {...field('at.lte')} sx={{ width: 148 }} />
      <ClearFilters {...filters} />
    </>
  );
}
