import { actions, subjects } from '@opex/contracts/changes';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { actionName, manySubjects } from '../../domain/words/audit-words.ts';
import { DayField } from '../../components/day-field.tsx';
import { QuickSearch } from '../../components/quick-search.tsx';
import { useAddress, type AddressChanges } from '../../lib/use-search-state.ts';

export const filterNames = ['q', 'actor.like', 'action', 'subjectType', 'at.gte', 'at.lte'] as const;
type FilterName = (typeof filterNames)[number];

export function AuditFilters({ onChange }: { onChange: (changes: AddressChanges) => void }) {
  const [params] = useAddress();
  const valueOf = (name: FilterName) => params.get(name) ?? '';
  const isFiltered = filterNames.some((name) => valueOf(name) !== '');
  const choice = (
    name: FilterName,
    label: string,
    all: string,
    choices: readonly string[],
    wordOf: (one: string) => string,
  ) => (
    <TextField
      select
      label={label}
      value={valueOf(name)}
      onChange={({ target }) => onChange({ [name]: target.value })}
      sx={{ width: 140 }}
    >
      <MenuItem value="">{all}</MenuItem>
      {choices.map((one) => (
        <MenuItem key={one} value={one}>
          {wordOf(one)}
        </MenuItem>
      ))}
    </TextField>
  );
  const day = (name: FilterName, label: string) => (
    <DayField
      waits
      label={label}
      value={valueOf(name)}
      onChange={(to) => onChange({ [name]: to })}
      sx={{ width: 148 }}
    />
  );
  return (
    <Box
      role="search"
      aria-label="Filter the log"
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', paddingBlockStart: 1 }}
    >
      <QuickSearch label="Search what, who, why" value={valueOf('q')} onChange={(q) => onChange({ q })} />
      <QuickSearch
        label="Who"
        value={valueOf('actor.like')}
        onChange={(actor) => onChange({ 'actor.like': actor })}
        width={120}
      />
      {choice('action', 'Action', 'Any', Object.keys(actions), actionName)}
      {choice('subjectType', 'About', 'Everything', Object.keys(subjects), manySubjects)}
      {day('at.gte', 'From')}
      {day('at.lte', 'To')}
      {isFiltered && (
        <Button onClick={() => onChange(Object.fromEntries(filterNames.map((name) => [name, null])))}>Clear</Button>
      )}
    </Box>
  );
}
