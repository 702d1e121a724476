import { jobKinds, jobStates } from '@opex/contracts/jobs';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useAddress } from '../../lib/use-search-state.ts';
import { kindWords, stateWords } from './jobs-words.ts';

const names = ['kind', 'state'] as const;

/** What is done and how it stands; they stand in the address. */
export function JobsFilters() {
  const [params, change] = useAddress();
  const set = (changes: Record<string, string | null>) =>
    change({ ...changes, page: null, after: null }, { replace: true });
  const field = (name: (typeof names)[number], label: string) => ({
    label,
    value: params.get(name) ?? '',
    onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }),
  });
  return (
    <>
      <TextField select {...field('kind', 'What')} sx={{ width: 220 }}>
        <MenuItem value="">Anything</MenuItem>
        {Object.keys(jobKinds).map((kind) => (
          <MenuItem key={kind} value={kind}>
            {kindWords(kind)}
          </MenuItem>
        ))}
      </TextField>
      <TextField select {...field('state', 'State')} sx={{ width: 120 }}>
        <MenuItem value="">Any</MenuItem>
        {jobStates.map((state) => (
          <MenuItem key={state} value={state}>
            {stateWords[state]}
          </MenuItem>
        ))}
      </TextField>
      {names.some((name) => params.get(name)) && (
        <Button onClick={() => set(Object.fromEntries(names.map((name) => [name, null])))}>Clear</Button>
      )}
    </>
  );
}
