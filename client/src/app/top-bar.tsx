import { horizonLabel } from '@opex/contracts/horizon';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import NativeSelect from '@mui/material/NativeSelect';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'react-router-dom';
import { MenuIcon, SearchIcon } from '../components/icons.tsx';
import { useEntityId, useYear } from '../domain/calendar.queries.ts';
import { fiscalYears } from '../domain/fiscal-years.queries.ts';
import { underHorizon, useHorizon } from '../domain/horizon.ts';
import { useEntities } from '../domain/masters.queries.ts';
import { useUser } from '../lib/session.ts';
import { useAddress } from '../lib/use-search-state.ts';
import { AccountButton } from './account-button.tsx';
import { size } from './theme.ts';

/** The pages that follow year and entity of the top bar; those of one service have no horizon. */
export const hasMoney = (pathname: string) => pathname === '/' || /^\/(tracker|services)/.test(pathname);

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function TopBar({ onMenu, onSearch }: { onMenu: () => void; onSearch: () => void }) {
  const { pathname } = useLocation();
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: { xs: 1, sm: 3 },
        height: size.bar,
        flexShrink: 0,
        paddingInline: { xs: 1, sm: 3 },
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <IconButton aria-label="Open navigation" onClick={onMenu} sx={{ display: { md: 'none' } }}>
        <MenuIcon />
      </IconButton>
      <Typography component="div" sx={{ fontWeight: 700, display: { xs: 'none', sm: 'block' }, whiteSpace: 'nowrap' }}>
        OPEX Manager
      </Typography>
      {hasMoney(pathname) && <YearSelect />}
      {hasMoney(pathname) && !pathname.startsWith('/services') && <HorizonSelect />}
      {hasMoney(pathname) && <EntitySelect />}
      <Box sx={{ flex: 1 }} />
      <Button
        onClick={onSearch}
        color="inherit"
        variant="outlined"
        startIcon={<SearchIcon />}
        sx={{ borderColor: 'divider', color: 'text.secondary', display: { xs: 'none', sm: 'inline-flex' } }}
      >
        Search{' '}
        <Box component="kbd" sx={{ marginInlineStart: 2, font: 'inherit', fontSize: 12 }}>
          {isApple ? '⌘K' : 'Ctrl K'}
        </Box>
      </Button>
      <IconButton aria-label="Search" onClick={onSearch} sx={{ display: { sm: 'none' } }}>
        <SearchIcon />
      </IconButton>
      <AccountButton />
    </Box>
  );
}

function YearSelect() {
  const { data } = useQuery(fiscalYears);
  const [, change] = useAddress();
  const year = useYear();
  return (
    <NativeSelect
      value={year?.label ?? ''}
      onChange={({ target }) => change({ fy: target.value, page: null })}
      inputProps={{ 'aria-label': 'Fiscal year' }}
      disableUnderline
      sx={{ minWidth: 64 }}
    >
      {!year && <option value="">Year</option>}
      {data?.data.map(({ label }) => (
        <option key={label} value={label}>
          {label}
        </option>
      ))}
    </NativeSelect>
  );
}

function HorizonSelect() {
  const [, change] = useAddress();
  const year = useYear();
  const horizon = useHorizon();
  const toDate = year && horizonLabel(undefined, year);
  return (
    <NativeSelect
      value={horizon ?? ''}
      onChange={({ target }) => change((now) => underHorizon(now, target.value || undefined))}
      inputProps={{ 'aria-label': 'Horizon' }}
      disableUnderline
      sx={{ minWidth: 0, maxWidth: 170, '& select': { textOverflow: 'ellipsis' } }}
    >
      <option value="">{toDate ? `To date (${toDate})` : 'To date'}</option>
      <option value="year">Full year</option>
      {year?.periods.map(({ number, label }) => (
        <option key={number} value={number}>
          {label}
        </option>
      ))}
    </NativeSelect>
  );
}

function EntitySelect() {
  const entities = useEntities();
  const { entityIds } = useUser();
  const [, change] = useAddress();
  const entity = useEntityId();
  return (
    <NativeSelect
      value={entity ?? ''}
      onChange={({ target }) => change({ entity: target.value, page: null })}
      inputProps={{ 'aria-label': 'Entity' }}
      disableUnderline
      sx={{ minWidth: 0, maxWidth: 220 }}
    >
      <option value="">{entityIds === null ? 'All entities' : 'Your entities'}</option>
      {entity !== null && !entities.some(({ id }) => id === entity) && <option value={entity}>One entity</option>}
      {entities.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
