import type { SearchHit } from '@opex/contracts/search';
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router-dom';
import { useMay } from '../../lib/session.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { searchHits } from './palette.queries.ts';

type Page = { title: string; path: string };
type Action = { title: string; run: () => void };
/** What is looked for by name, such as a year or an entity. */
type Place = Action & { group: string; detail?: string };
type Props = {
  pages: readonly Page[];
  actions: readonly Action[];
  places?: readonly Place[];
  onClose: () => void;
};
type Option = { key: string; group: string; title: string; detail?: string; isFound?: boolean; run: () => void };

const pauseMs = 150;

/** Goes to any page, service, vendor, purchase, year, entity or key, and runs actions, without the mouse. */
export function CommandPalette({ pages, actions, places = noPlaces, onClose }: Props) {
  const [words, setWords] = useState('');
  const [marked, setMarked] = useState('');
  const [isAwaited, setAwaited] = useState(false);
  const { hits, isSearching } = useHits(words.trim());
  const options = useOptions({ pages, actions, places }, words.trim(), hits);
  const listId = useId();
  const at = Math.max(
    0,
    options.findIndex(({ key }) => key === marked),
  );
  const optionId = (index: number) => `${listId}-${index}`;

  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, at]);

  function run(option: Option | undefined) {
    if (!option) return;
    onClose();
    option.run();
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && options.length > 0) {
      event.preventDefault();
      setMarked(options[(at + step + options.length) % options.length]?.key ?? '');
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = options[at];
      if (isSearching && (!option || option.isFound)) setAwaited(true);
      else run(option);
    }
  }
  // A person who types and presses Enter at once means the coming results, not those of the words before.
  useEffect(() => {
    if (isAwaited && !isSearching) run(options[at]);
  });

  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      slotProps={{ paper: { 'aria-label': 'Search and commands', 'aria-labelledby': '' } }}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <InputBase
        autoFocus
        fullWidth
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setMarked('');
          setAwaited(false);
        }}
        onKeyDown={onKeyDown}
        placeholder="Find a page, service, vendor, PO, year, entity or key, or run a command"
        inputProps={{
          role: 'combobox',
          maxLength: 100,
          'aria-label': 'Search and commands',
          'aria-expanded': true,
          'aria-controls': listId,
          'aria-autocomplete': 'list',
          ...(options.length > 0 && { 'aria-activedescendant': optionId(at) }),
        }}
        sx={{ paddingInline: 4, paddingBlock: 2, borderBottom: 1, borderColor: 'divider' }}
      />
      <Box
        role="listbox"
        id={listId}
        aria-label="Results"
        aria-busy={isSearching}
        sx={{ overflow: 'auto', maxHeight: 400, paddingBlock: 1 }}
      >
        {options.map((option, index) => (
          <Box key={option.key} role="presentation">
            {option.group !== options[index - 1]?.group && (
              <Typography
                variant="caption"
                color="textSecondary"
                component="div"
                sx={{ paddingInline: 4, paddingBlock: 1 }}
              >
                {option.group}
              </Typography>
            )}
            <Box
              role="option"
              id={optionId(index)}
              aria-selected={index === at}
              onClick={() => run(option)}
              onMouseMove={() => setMarked(option.key)}
              sx={{
                display: 'flex',
                gap: 3,
                justifyContent: 'space-between',
                paddingInline: 4,
                paddingBlock: 1.5,
                cursor: 'pointer',
                bgcolor: index === at ? 'selection.soft' : 'transparent',
              }}
            >
              <span>{option.title}</span>
              {option.detail && (
                <Typography variant="caption" color="textSecondary" noWrap>
                  {option.detail}
                </Typography>
              )}
            </Box>
          </Box>
        ))}
      </Box>
      {options.length === 0 && (
        <Typography color="textSecondary" role="status" sx={{ paddingInline: 4, paddingBlock: 3 }}>
          {isSearching ? 'Looking' : 'Nothing matches'}
        </Typography>
      )}
    </Dialog>
  );
}

type Offered = Required<Pick<Props, 'pages' | 'actions' | 'places'>>;

function useOptions({ pages, actions, places }: Offered, words: string, hits: readonly SearchHit[]): Option[] {
  const navigate = useNavigate();
  const search = useSharedSearch();
  const matches = ({ title }: { title: string }) =>
    words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => title.toLowerCase().includes(word));
  const go =
    (pathname: string, extra = '') =>
    () =>
      void navigate({ pathname, search: search + extra });
  const found = hits.map(({ kind, id, title, detail }): Option => {
    const filter = `${search ? '&' : '?'}vendor=${id}`;
    return {
      key: `${kind} ${id} ${title}`,
      group: groupNames[kind],
      title,
      detail,
      isFound: true,
      run: kind === 'vendor' ? go('/tracker', filter) : go(`/services/${id}`),
    };
  });
  return [
    ...pages.filter(matches).map(({ title, path }) => ({ key: path, group: 'Pages', title, run: go(path) })),
    ...actions.filter(matches).map(({ title, run }) => ({ key: title, group: 'Commands', title, run })),
    ...(words ? places.filter(matches).map((place) => ({ key: `${place.group} ${place.title}`, ...place })) : []),
    // These arrive later than the others, and must not take the place of the marked one.
    ...groupOrder.flatMap((group) => found.filter((option) => option.group === group)),
  ];
}

const groupNames = { service: 'Services', vendor: 'Vendors', purchase: 'Purchases' } as const;
const groupOrder = Object.values(groupNames);
const noHits: SearchHit[] = [];
const noPlaces: readonly Place[] = [];

function useHits(words: string): { hits: readonly SearchHit[]; isSearching: boolean } {
  const may = useMay();
  const isSought = words.length > 1 && may('budgets.view');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), pauseMs);
    return () => clearTimeout(timer);
  }, [words]);
  const { data, isPending, isPlaceholderData } = useQuery({
    ...searchHits(asked),
    enabled: asked.length > 1 && may('budgets.view'),
  });
  return {
    hits: isSought ? (data?.data ?? noHits) : noHits,
    isSearching: isSought && (asked !== words || isPending || isPlaceholderData),
  };
}
