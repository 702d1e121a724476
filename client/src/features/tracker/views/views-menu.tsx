import type { SavedView } from '@opex/contracts/saved-views';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { asChanges, savedViewsOf, viewIn } from '../../../domain/saved-views.queries.ts';
import { useDialog } from '../../../lib/use-draft.ts';
import { sharedSearch } from '../../../lib/use-search-state.ts';
import type { View } from '../page/use-tracker-view.ts';
import { SaveViewDialog, viewsPlace } from './save-view-dialog.tsx';
import { ViewsDialog } from './views-dialog.tsx';

type Props = { view: View; shown: readonly string[] };
type Task = { verb: 'save'; address: string } | { verb: 'edit'; id: number };

/** Ways of looking at the tracker that were kept under a name: one's own, and those that others share. */
export function ViewsMenu({ view, shown }: Props) {
  const { pathname, search } = useLocation();
  const { data } = useQuery(savedViewsOf('tracker'));
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isManaging, setManaging] = useState(false);
  const { task, open, close } = useDialog<Task>(viewsPlace);
  const views = data?.data ?? [];
  /** Columns that were chosen on this machine only become part of what is kept. */
  const here = viewIn(search, view === 'contract' ? { cols: shown.join() } : {});
  const isHere = ({ address }: SavedView) => address === here;
  const edited = task?.verb === 'edit' ? views.find(({ id }) => id === task.id) : undefined;
  const lists = [
    ['Yours', views.filter(({ isOwn }) => isOwn)],
    ['Shared by others', views.filter(({ isOwn }) => !isOwn)],
  ] as const;

  return (
    <>
      <Button aria-haspopup="menu" onClick={({ currentTarget }) => setAnchor(currentTarget)}>
        {views.find(isHere)?.name ?? 'Views'}
      </Button>
      {anchor && (
        <Menu open anchorEl={anchor} onClose={() => setAnchor(null)} onClick={() => setAnchor(null)}>
          {lists.flatMap(([title, some]) =>
            some.length === 0
              ? []
              : [
                  <ListSubheader key={title}>{title}</ListSubheader>,
                  ...some.map((one) => (
                    <MenuItem
                      key={one.id}
                      component={Link}
                      to={{ pathname, search: sharedSearch(search, asChanges(one.address)) }}
                      selected={isHere(one)}
                    >
                      <ListItemText primary={one.name} secondary={aboutOf(one)} />
                    </MenuItem>
                  )),
                  <Divider key={`${title} end`} />,
                ],
          )}
          <MenuItem onClick={() => open({ verb: 'save', address: here })}>Save what is shown as a view…</MenuItem>
          {views.length > 0 && <MenuItem onClick={() => setManaging(true)}>Manage views…</MenuItem>}
        </Menu>
      )}
      {isManaging && (
        <ViewsDialog
          views={views}
          here={here}
          onEdit={({ id }) => open({ verb: 'edit', id })}
          onClose={() => setManaging(false)}
        />
      )}
      {task?.verb === 'save' && <SaveViewDialog address={task.address} onClose={close} />}
      {edited && <SaveViewDialog view={edited} address={edited.address} onClose={close} />}
    </>
  );
}

function aboutOf({ isOwn, isShared, owner, isDefault }: SavedView) {
  const about = [
    ...(isOwn ? (isShared ? ['shared with everyone'] : []) : [`by ${owner}`]),
    ...(isDefault ? ['opens first'] : []),
  ];
  return about.length > 0 ? about.join(', ') : undefined;
}
