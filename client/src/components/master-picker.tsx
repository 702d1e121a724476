import type { Master, MasterKind } from '@opex/contracts/masters';
import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { masterChoices } from '../lib/masters.ts';

export type Chosen = { id: number; name: string };

type Common<Option extends Chosen = Chosen> = {
  label: string;
  value: Chosen | null;
  onChange: (chosen: Option | null) => void;
  onBlur?: () => void;
  autoFocus?: boolean;
};
type MasterProps = Common<Master> & {
  kind: MasterKind;
  /** Not offered: what is being merged, for one. */
  except?: number;
};

const none: Master[] = [];

/** Chooses one by typing part of its name. Retired ones are not offered. */
export function MasterPicker({ kind, except, ...common }: MasterProps) {
  const { value } = common;
  const [words, setWords] = useState(value?.name ?? '');
  const { data = none, isPending } = useQuery(masterChoices(kind, words === value?.name ? '' : words));
  const offered = data.filter(({ id, retired }) => !retired && id !== except);
  return <Picker {...common} options={offered} isLoading={isPending} words={words} onWords={setWords} isFound />;
}

type PickerProps<Option extends Chosen> = Common<Option> & {
  options: Option[];
  isLoading: boolean;
  words: string;
  onWords: (words: string) => void;
  /** The options are what was found for the words already. */
  isFound?: boolean;
};

export function Picker<Option extends Chosen>(props: PickerProps<Option>) {
  const { label, value, onChange, onBlur, autoFocus = false, options, isLoading, words, onWords, isFound } = props;
  return (
    <Autocomplete<Chosen>
      value={value}
      inputValue={words}
      onInputChange={(_, next) => onWords(next)}
      onChange={(_, chosen) => onChange(chosen as Option | null)}
      options={options}
      {...(isFound && { filterOptions: (found: Chosen[]) => found })}
      loading={isLoading}
      onKeyDown={(event) => {
        // Enter would send a form without what is still being looked for.
        if (isLoading && event.key === 'Enter') event.preventDefault();
      }}
      getOptionLabel={({ name }) => name}
      getOptionKey={({ id }) => id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      openOnFocus
      autoHighlight
      fullWidth
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          autoFocus={autoFocus}
          onFocus={({ target }) => (target as HTMLInputElement).select()}
          {...(onBlur && { onBlur })}
        />
      )}
    />
  );
}
