import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useLayoutEffect, useState } from 'react';
import { useAfterPause } from '../lib/use-after-pause.ts';
import { SearchIcon } from './icons.tsx';

const pauseMs = 250;

type Props = { label: string; value: string; onChange: (words: string) => void; width?: number };

/** Searches once the typing pauses. Shows the words of the address when something else changes it, such as the back button. */
export function QuickSearch({ label, value, onChange, width = 220 }: Props) {
  const [words, setWords] = useState(value);
  const [shown, setShown] = useState(value);
  const [asked, setAsked] = useState(value);
  const [followed, setFollowed] = useState(0);
  const { start, cancel } = useAfterPause(pauseMs);
  if (value !== shown) {
    setShown(value);
    // The address catches up with an earlier search; the reader may have typed more since.
    if (value !== asked) {
      setAsked(value);
      setWords(value);
      setFollowed(followed + 1);
    }
  }
  useLayoutEffect(() => cancel(), [cancel, followed]);

  function type(next: string) {
    setWords(next);
    start(() => {
      setAsked(next.trim());
      onChange(next.trim());
    });
  }

  return (
    <TextField
      type="search"
      value={words}
      onChange={({ target }) => type(target.value)}
      placeholder={label}
      slotProps={{
        htmlInput: { 'aria-label': label, maxLength: 200 },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <SearchIcon fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
      sx={{ width }}
    />
  );
}
