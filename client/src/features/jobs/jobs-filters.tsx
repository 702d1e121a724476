import { jobKinds, jobStates } from '@opex/contracts/jobs';
import { ChoiceFilter, ClearFilters, useAddressFilters } from '../../components/address-filters.tsx';
import { kindWords, stateWords } from './jobs-words.ts';

const names = ['kind', 'state'] as const;
const kinds = Object.keys(jobKinds);

/** What is done and how it stands. */
export function JobsFilters() {
  const { field, ...filters } = useAddressFilters(names);
  return (
    <>
      <ChoiceFilter label="What" any="Anything" values={kinds} wordsOf={kindWords} width={220} {...field('kind')} />
      <ChoiceFilter
        label="State"
        any="Any"
        values={jobStates}
        wordsOf={(state) => stateWords[state]}
        width={120}
        {...field('state')}
      />
      <ClearFilters {...filters} />
    </>
  );
}
