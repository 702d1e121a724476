import { authEndpoints } from '@opex/contracts/auth';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { callApi } from '../lib/api.ts';
import { unitsOf } from '../domain/amounts/format.ts';
import { notify } from '../lib/notices.ts';
import { leave } from '../lib/session.ts';
import { formatChoice } from '../domain/amounts/use-format.ts';
import { useSharedSearch } from '../lib/use-search-state.ts';
import { schemes, useScheme } from './color-scheme.ts';

export const schemeNames = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

export function useSignOut() {
  const client = useQueryClient();
  return async () => {
    try {
      await callApi(authEndpoints.signOut);
      leave(client);
    } catch {
      notify('You are still signed in: the server cannot be reached.', { tone: 'error' });
    }
  };
}

type Props = { anchor: HTMLElement; labelledBy: string; onClose: () => void };

export function AccountMenu({ anchor, labelledBy, onClose }: Props) {
  const [scheme, setScheme] = useScheme();
  const choice = formatChoice.use();
  const signOut = useSignOut();
  const search = useSharedSearch();

  return (
    <Menu open anchorEl={anchor} onClose={onClose} slotProps={{ list: { 'aria-labelledby': labelledBy } }}>
      <MenuItem component={Link} to={{ pathname: '/account', search }} onClick={onClose}>
        Account
      </MenuItem>
      <Divider />
      <Heading>Colours</Heading>
      {schemes.map((name) => (
        <Choice key={name} isChosen={scheme === name} onChoose={() => setScheme(name)}>
          {schemeNames[name]}
        </Choice>
      ))}
      <Divider />
      <Heading>Numbers</Heading>
      <Choice
        isChosen={choice.grouping === 'en-IN'}
        onChoose={() => formatChoice.set({ ...choice, grouping: 'en-IN' })}
      >
        Indian: 12,34,567
      </Choice>
      <Choice
        isChosen={choice.grouping === 'en-US'}
        onChoose={() => formatChoice.set({ ...choice, grouping: 'en-US' })}
      >
        International: 1,234,567
      </Choice>
      <Divider />
      <Heading>Amounts are shown and typed</Heading>
      {unitsOf[choice.grouping].map(({ display, name }) => (
        <Choice
          key={display}
          isChosen={choice.display === display}
          onChoose={() => formatChoice.set({ ...choice, display })}
        >
          {name ? `In ${name}` : 'In full'}
        </Choice>
      ))}
      <Divider />
      <MenuItem
        onClick={() => {
          onClose();
          void signOut();
        }}
      >
        Sign out
      </MenuItem>
    </Menu>
  );
}

const Heading = ({ children }: { children: string }) => (
  <ListSubheader role="presentation" sx={{ lineHeight: '28px', fontSize: 12 }}>
    {children}
  </ListSubheader>
);

function Choice({ isChosen, onChoose, ...rest }: { isChosen: boolean; onChoose: () => void; children: string }) {
  const { children, ...fromMenu } = rest;
  return (
    <MenuItem {...fromMenu} role="menuitemcheckbox" aria-checked={isChosen} selected={isChosen} onClick={onChoose}>
      <Box component="span" aria-hidden sx={{ width: 20 }}>
        {isChosen ? '✓' : ''}
      </Box>
      {children}
    </MenuItem>
  );
}
