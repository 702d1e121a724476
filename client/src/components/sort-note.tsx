import Chip from '@mui/material/Chip';
import type { AddressChanges } from '../lib/use-search-state.ts';
import { CloseIcon } from './icons.tsx';

type Props = {
  /** As the address has it: "-budget,uid". */
  sort: string | undefined;
  /** The columns on screen. They show the order themselves. */
  shown: readonly string[];
  titleOf: (field: string) => string;
  onChange: (changes: AddressChanges) => void;
};

/** The order of a list, where no column on screen shows it. */
export function SortNote({ sort, shown, titleOf, onChange }: Props) {
  const [term = ''] = (sort ?? '').split(',');
  const field = term.replace(/^-/, '');
  if (!field || shown.includes(field)) return null;
  return (
    <Chip
      label={`Sorted by ${titleOf(field)}, ${term.startsWith('-') ? 'descending' : 'ascending'}`}
      variant="outlined"
      onDelete={() => onChange({ sort: null, page: null })}
      deleteIcon={<CloseIcon />}
      aria-description="Press Delete to remove"
    />
  );
}
