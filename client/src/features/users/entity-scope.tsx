import Autocomplete from '@mui/material/Autocomplete';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useEntities } from '../../domain/masters.queries.ts';

type Props = { entityIds: number[] | null; onChange: (entityIds: number[] | null) => void };

/** Which entities a user sees: all, or some chosen ones. */
export function EntityScope({ entityIds, onChange }: Props) {
  const entities = useEntities();
  return (
    <FormControl>
      <FormLabel>Entities</FormLabel>
      <RadioGroup
        row
        name="scope"
        value={entityIds === null ? 'all' : 'chosen'}
        onChange={(_, value) => onChange(value === 'all' ? null : [])}
      >
        <FormControlLabel value="all" control={<Radio size="small" />} label="All" />
        <FormControlLabel value="chosen" control={<Radio size="small" />} label="Only chosen ones" />
      </RadioGroup>
      {entityIds !== null && (
        <Autocomplete
          multiple
          options={entities}
          value={entities.filter(({ id }) => entityIds.includes(id))}
          getOptionLabel={({ name }) => name}
          getOptionKey={({ id }) => id}
          isOptionEqualToValue={(one, other) => one.id === other.id}
          onChange={(_, chosen) => onChange(chosen.map(({ id }) => id))}
          disableCloseOnSelect
          renderInput={(params) => (
            <TextField
              {...params}
              label="Chosen entities"
              helperText={
                entityIds.length === 0
                  ? 'With none chosen, no figures are seen'
                  : 'Of a shared service only their share is seen'
              }
            />
          )}
        />
      )}
    </FormControl>
  );
}
