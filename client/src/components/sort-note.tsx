import Chip from '@mui/material/Chip';
import type { AddressChanges } from '../lib/use-search-state.ts';
import { CloseIcon } from './icons.tsx';

type Props = {
  /** As the address has it: "-budget,uid". */
  sort: string | undefined;
  /** The columns on screen. They show the first term themselves. */
  shown: readonly string[];
  titleOf: (field: string) => string;
  onChange: (changes: AddressChanges) => void;
};

/** The order of a list, as far as no heading shows it. */
export function SortNote({ sort, shown, titleOf, onChange }: Props) {
  const terms = (sort ?? '').split(',').filter(Boolean);
  const isShown = shown.includes(terms[0]?.replace(/^-/, '') ?? '');
  const [first, ...others] = isShown ? terms.slice(1) : terms;
  if (first === undefined) return null;
  const wordsOf = (term: string) =>
    `${titleOf(term.replace(/^-/, ''))}, ${term.startsWith('-') ? 'descending' : 'ascending'}`;
  const words = [
    `${isShown ? 'Then' : 'Sorted'} by ${wordsOf(first)}`,
    ...others.map((term) => `then by ${wordsOf(term)}`),
  ];
  return (
    <Chip
      label={words.join(', ')}
      variant="outlined"
      onDelete={() => onChange({ sort: isShown ? (terms[0] ?? null) : null, page: null })}
      deleteIcon={<CloseIcon />}
      aria-description="Press Delete to remove"
    />
  );
}
