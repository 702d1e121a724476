import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { useSharedSearch } from '../../lib/use-search-state.ts';

const places = {
  users: { title: 'Users', path: '/users' },
  'api-keys': { title: 'API keys', path: '/users/api-keys' },
};

/** The title and the tabs of the pages about users and about the API keys of all users. */
export function UsersHeader({ place, children }: { place: keyof typeof places; children?: ReactNode }) {
  const search = useSharedSearch();
  return (
    <>
      <PageHeader title="Users">{children}</PageHeader>
      <Tabs value={place} component="nav" aria-label="Users and their API keys" sx={{ flexShrink: 0 }}>
        {Object.entries(places).map(([one, { title, path }]) => (
          <Tab
            key={one}
            value={one}
            label={title}
            component={Link}
            to={{ pathname: path, search }}
            {...(one === place && { 'aria-current': 'page' })}
          />
        ))}
      </Tabs>
    </>
  );
}
