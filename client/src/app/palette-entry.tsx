import { CommandPalette } from '../features/palette/command-palette.tsx';
import { unitsOf } from '../domain/amounts/format.ts';
import { useNavigate } from 'react-router-dom';
import { useMay } from '../lib/session.ts';
import { formatChoice } from '../domain/amounts/use-format.ts';
import { schemeNames, useSignOut } from './account-menu.tsx';
import { schemes, useScheme } from './color-scheme.ts';
import { want } from '../lib/wanted.ts';
import { useSharedSearch } from '../lib/use-search-state.ts';
import { pagesFor } from './navigation.ts';
import { useHorizonActions, usePlaces, useUndoAction } from './palette-places.ts';

/** Hands the palette what only the app knows: its pages and its actions. */
export function PaletteEntry({ onClose }: { onClose: () => void }) {
  const may = useMay();
  const [, setScheme] = useScheme();
  const choice = formatChoice.use();
  const signOut = useSignOut();

  const navigate = useNavigate();
  const places = usePlaces();
  const horizons = useHorizonActions();
  const undo = useUndoAction();
  const overBudget = useSharedSearch({ exception: 'over-budget', sort: 'ytdVariance' });
  const tracker = useSharedSearch();

  const pages = [...pagesFor(may), { title: 'Account', path: '/account' }];
  const actions = [
    ...(may('services.create')
      ? [
          {
            title: 'New service',
            run: () => {
              want('new service');
              void navigate(`/tracker${tracker}`);
            },
          },
        ]
      : []),
    ...(may('budgets.view')
      ? [{ title: 'Show what is over budget', run: () => void navigate(`/tracker${overBudget}`) }, ...horizons]
      : []),
    ...undo,
    ...schemes.map((name) => ({ title: `Colours: ${schemeNames[name].toLowerCase()}`, run: () => setScheme(name) })),
    { title: 'Numbers: Indian grouping', run: () => formatChoice.set({ ...choice, grouping: 'en-IN' }) },
    { title: 'Numbers: international grouping', run: () => formatChoice.set({ ...choice, grouping: 'en-US' }) },
    ...unitsOf[choice.grouping].map(({ display, name }) => ({
      title: name ? `Amounts: in ${name}` : 'Amounts: in full',
      run: () => formatChoice.set({ ...choice, display }),
    })),
    { title: 'Sign out', run: () => void signOut() },
  ];
  return <CommandPalette pages={pages} actions={actions} places={places} onClose={onClose} />;
}
