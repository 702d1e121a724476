import type { Master, MasterKind } from '@opex/contracts/masters';
import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState, type Ref } from 'react';
import { masterChoices } from '../masters.queries.ts';

export type Chosen = { id: number; name: string };

type Common = {
  label: string | undefined;
  value: Chosen | null;
  onChange: (chosen: Chosen | null) => void;
  onBlur?: () => void;
  autoFocus?: boolean;
  /** In a form: what is wrong with the choice, and how it gets the focus then. */
  complaint?: string | undefined;
  complaintRole?: 'alert' | undefined;
  inputRef?: Ref<HTMLInputElement>;
};
type MasterProps = Omit<Common, 'onChange'> & {
  kind: MasterKind;
  onChange: (chosen: Master | null) => void;
  /** Not offered: what is being merged, for one. */
  except?: number;
};

const none: Master[] = [];

/** Chooses one by typing part of its name. Retired ones are not offered. */
export function MasterPicker({ kind, except, onChange, ...common }: MasterProps) {
  const { value } = common;
  const [words, setWords] = useState(value?.name ?? '');
  const { data = none, isPending } = useQuery(masterChoices(kind, words === value?.name ? '' : words));
  const offered = data.filter(({ id, retired }) => !retired && id !== except);
  return (
    <Picker
      {...common}
      onChange={(chosen) => onChange(offered.find(({ id }) => id === chosen?.id) ?? null)}
      options={offered}
      isLoading={isPending}
      words={words}
      onWords={setWords}
      isFound
    />
  );
}

type PickerProps = Common & {
  options: Chosen[];
  isLoading: boolean;
  words: string;
  onWords: (words: string) => void;
  /** The options are what was found for the words already. */
  isFound?: boolean;
};

export function Picker(props: PickerProps) {
  const { label, value, onChange, onBlur, autoFocus = false, options, isLoading, words, onWords, isFound } = props;
  const { complaint, complaintRole, inputRef } = props;
  return (
    <Autocomplete
      value={value}
      inputValue={words}
      onInputChange={(_, next) => onWords(next)}
      onChange={(_, chosen) => onChange(chosen)}
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
          {...(inputRef && { inputRef })}
          error={complaint !== undefined}
          helperText={complaint}
          slotProps={{ ...params.slotProps, formHelperText: { role: complaintRole } }}
        />
      )}
    />
  );
}
