import { outcomes, securityEventNames } from '@opex/contracts/security-events';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { DayField } from '../../components/day-field.tsx';
import { useAddress } from '../../lib/use-search-state.ts';
import { eventWords, outcomeWords } from './security-words.ts';

const names = ['event', 'outcome', 'at.gte', 'at.lte'] as const;

/** What happened, how it ended, and when; they stand in the address. */
export function SecurityFilters() {
  const [params, change] = useAddress();
  const set = (changes: Record<string, string | null>) =>
    change({ ...changes, page: null, after: null }, { replace: true });
  const field = (name: (typeof names)[number], label: string) => ({
    label,
    value: params.get(name) ?? '',
    onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }),
  });
  const day = (name: 'at.gte' | 'at.lte') => ({
    value: params.get(name) ?? '',
    onChange: (to: string) => set({ [name]: to }),
  });
  return (
    <>
      <TextField select {...field('event', 'What happened')} sx={{ width: 220 }}>
        <MenuItem value="">Anything</MenuItem>
        {securityEventNames.map((event) => (
          <MenuItem key={event} value={event}>
            {eventWords(event)}
          </MenuItem>
        ))}
      </TextField>
      <TextField select {...field('outcome', 'Outcome')} sx={{ width: 120 }}>
        <MenuItem value="">Any</MenuItem>
        {outcomes.map((outcome) => (
          <MenuItem key={outcome} value={outcome}>
            {outcomeWords[outcome]}
          </MenuItem>
        ))}
      </TextField>
      <DayField label="From" {...day('at.gte')} sx={{ width: 148 }} />
      <DayField label="To" {...day('at.lte')} sx={{ width: 148 }} />
      {names.some((name) => params.get(name)) && (
        <Button onClick={() => set(Object.fromEntries(names.map((name) => [name, null])))}>Clear</Button>
      )}
    </>
  );
}
