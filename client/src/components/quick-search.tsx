import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { SearchIcon } from './icons.tsx';

const pauseMs = 250;

type Props = { label: string; value: string; onChange: (words: string) => void; width?: number };

/** Searches once the typing pauses. Shows the words of the address when something else changes it, such as the back button. */
export function QuickSearch({ label, value, onChange, width = 220 }: Props) {
  const [words, setWords] = useState(value);
  const [shown, setShown] = useState(value);
  const [asked, setAsked] = useState(value);
  const [followed, setFollowed] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (value !== shown) {
    setShown(value);
    // The address catches up with an earlier search; the reader may have typed more since.
    if (value !== asked) {
      setAsked(value);
      setWords(value);
      setFollowed(followed + 1);
    }
  }
  useLayoutEffect(() => clearTimeout(timer.current), [followed]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function type(next: string) {
    setWords(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setAsked(next.trim());
      onChange(next.trim());
    }, pauseMs);
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
