import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { Suspense, useId, useState } from 'react';
import { PersonIcon } from '../components/icons.tsx';
import { later } from '../lib/later.ts';
import { useUser } from '../lib/session.ts';

const AccountMenu = later(async () => (await import('./account-menu.tsx')).AccountMenu);

export function AccountButton() {
  const user = useUser();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const id = useId();

  return (
    <>
      <Button
        id={id}
        color="inherit"
        onClick={(event) => setAnchor(event.currentTarget)}
        startIcon={<PersonIcon />}
        aria-haspopup="menu"
        aria-label={`Account of ${user.name}`}
        sx={{ minWidth: 0 }}
      >
        <Box component="span" sx={{ display: { xs: 'none', md: 'inline' } }}>
          {user.name}
        </Box>
      </Button>
      {anchor && (
        <Suspense fallback={null}>
          <AccountMenu anchor={anchor} labelledBy={id} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  );
}
