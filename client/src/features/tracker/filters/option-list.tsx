import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { KeyboardEvent } from 'react';

type Option = { id: number; name: string };
type Props = {
  label: string;
  /** What matches the words, and is not chosen yet. */
  options: readonly Option[];
  chosen: readonly Option[];
  isLoading: boolean;
  words: string;
  onWords: (words: string) => void;
  onToggle: (id: number, isOn: boolean) => void;
};

/** Options in place, above the buttons and never over them; what is chosen stays on top. */
export function OptionList({ label, options, chosen, isLoading, words, onWords, onToggle }: Props) {
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || words.trim() === '') return;
    // Enter would apply the filter without what is being looked for.
    event.preventDefault();
    const [first] = options;
    if (isLoading || !first) return;
    onToggle(first.id, true);
    onWords('');
  }
  const ids = new Set(chosen.map(({ id }) => id));
  const shown = [...chosen, ...options.filter(({ id }) => !ids.has(id))];
  return (
    <>
      <TextField
        type="search"
        label={label}
        autoFocus
        value={words}
        onChange={({ target }) => onWords(target.value)}
        onKeyDown={onKeyDown}
        placeholder="Find"
      />
      <FormGroup sx={{ maxHeight: 220, overflow: 'auto', flexWrap: 'nowrap' }}>
        {shown.map(({ id, name }) => (
          <FormControlLabel
            key={id}
            label={name}
            control={<Checkbox checked={ids.has(id)} onChange={(_, isOn) => onToggle(id, isOn)} />}
          />
        ))}
      </FormGroup>
      {shown.length === 0 && <Typography color="textSecondary">{isLoading ? 'Looking' : 'Nothing matches'}</Typography>}
    </>
  );
}
