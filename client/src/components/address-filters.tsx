import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useAddress } from '../lib/use-search-state.ts';

/** Filters that stand in the address; another one begins at the first page. */
export function useAddressFilters<Name extends string>(names: readonly Name[]) {
  const [params, change] = useAddress();
  const set = (changes: Partial<Record<Name, string | null>>) =>
    change({ ...changes, page: null, after: null }, { replace: true });
  return {
    /** What a field of this filter shows, and what it does. */
    field: (name: Name) => ({
      value: params.get(name) ?? '',
      onChange: (to: string) => set({ [name]: to } as Partial<Record<Name, string>>),
    }),
    isFiltered: names.some((name) => params.get(name)),
    clear: () => set(Object.fromEntries(names.map((name) => [name, null])) as Record<Name, null>),
  };
}

type Filter = { value: string; onChange: (to: string) => void };
type ChoiceProps<Value extends string> = Filter & {
  label: string;
  /** What it says when nothing is chosen. */
  any: string;
  values: readonly Value[];
  wordsOf: (value: Value) => string;
  width: number;
};

export function ChoiceFilter<Value extends string>({
  label,
  value,
  onChange,
  any,
  values,
  wordsOf,
  width,
}: ChoiceProps<Value>) {
  return (
    <TextField select label={label} value={value} onChange={({ target }) => onChange(target.value)} sx={{ width }}>
      <MenuItem value="">{any}</MenuItem>
      {values.map((one) => (
        <MenuItem key={one} value={one}>
          {wordsOf(one)}
        </MenuItem>
      ))}
    </TextField>
  );
}

export function ClearFilters({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  return isFiltered && <Button onClick={clear}>Clear</Button>;
}
