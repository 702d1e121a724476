import MenuItem from '@mui/material/MenuItem';
import MenuList from '@mui/material/MenuList';
import Popover from '@mui/material/Popover';
import TextField from '@mui/material/TextField';
import { useRef, useState, type KeyboardEvent } from 'react';

type Choice = { field: string; title: string };
type Props = {
  anchor: HTMLElement;
  choices: readonly Choice[];
  onChoose: (field: string) => void;
  onClose: () => void;
};

/** What can be filtered by: found by a few letters, Enter takes the first. */
export function FilterMenu({ anchor, choices, onChoose, onClose }: Props) {
  const [words, setWords] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const found = choices.filter(({ title }) => title.toLowerCase().includes(words.trim().toLowerCase()));

  function onKeyDown(event: KeyboardEvent) {
    const [first] = found;
    if (event.key === 'Enter' && first) {
      event.preventDefault();
      onChoose(first.field);
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    }
  }
  return (
    <Popover
      open
      transitionDuration={0}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
    >
      <TextField
        type="search"
        autoFocus
        value={words}
        onChange={({ target }) => setWords(target.value)}
        onKeyDown={onKeyDown}
        placeholder="Find a column"
        slotProps={{ htmlInput: { 'aria-label': 'Find a column' } }}
        sx={{ margin: 2 }}
      />
      <MenuList ref={list} aria-label="Columns to filter by" sx={{ maxHeight: 340, overflow: 'auto' }}>
        {found.map(({ field, title }) => (
          <MenuItem key={field} onClick={() => onChoose(field)}>
            {title}
          </MenuItem>
        ))}
      </MenuList>
    </Popover>
  );
}
