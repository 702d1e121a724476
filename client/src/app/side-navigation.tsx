import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import Typography from '@mui/material/Typography';
import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'react-router-dom';
import { asChanges, savedViewsOf } from '../domain/saved-views.queries.ts';
import { useMay } from '../lib/session.ts';
import { sharedSearch, type AddressChanges } from '../lib/use-search-state.ts';
import { isCurrent, navigation } from './navigation.ts';

export function SideNavigation() {
  const { pathname, search } = useLocation();
  const may = useMay();
  const { data: views } = useQuery({ ...savedViewsOf('tracker'), enabled: may('budgets.view') });
  const preferred = views?.data.find(({ isDefault }) => isDefault);
  const extra: Record<string, AddressChanges> = preferred ? { '/tracker': asChanges(preferred.address) } : {};

  return (
    <Box component="nav" aria-label="Pages of the app" sx={{ paddingBlock: 1 }}>
      {navigation.map(({ title, pages }) => {
        const allowed = pages.filter(({ permission }) => may(permission));
        if (allowed.length === 0) return null;
        const id = `group-${title.toLowerCase()}`;
        return (
          <Box key={title} sx={{ paddingBlockEnd: 1 }}>
            <Typography
              variant="caption"
              color="text.secondary"
              component="div"
              id={id}
              sx={{ paddingInline: 4, paddingBlock: 1 }}
            >
              {title}
            </Typography>
            <List dense disablePadding aria-labelledby={id}>
              {allowed.map((page) => {
                const isHere = isCurrent(page.path, pathname);
                return (
                  <li key={page.path}>
                    <ListItemButton
                      component={Link}
                      to={{ pathname: page.path, search: sharedSearch(search, extra[page.path]) }}
                      selected={isHere}
                      {...(isHere && { 'aria-current': 'page' as const })}
                      sx={{ paddingBlock: 0.5 }}
                    >
                      <ListItemText
                        primary={page.title}
                        slotProps={{ primary: { sx: { fontWeight: isHere ? 600 : 400 } } }}
                      />
                    </ListItemButton>
                  </li>
                );
              })}
            </List>
          </Box>
        );
      })}
    </Box>
  );
}
