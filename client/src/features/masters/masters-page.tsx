import { describeMaster, masterKinds, type MasterKind } from '@opex/contracts/masters';
import { granted } from '@opex/contracts/permissions';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { Link, useParams } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useMay, useUser } from '../../lib/session.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { AllocationKeys } from './allocation-keys.tsx';
import { Currencies } from './currencies.tsx';
import { CurrencyRates } from './currency-rates.tsx';
import { MasterList } from './master-list.tsx';
import { Merges } from './merges.tsx';

const others = {
  currencies: 'Currencies',
  'currency-rates': 'Currency rates',
  'allocation-keys': 'Allocation keys',
  merges: 'Merges',
} as const;
type Place = MasterKind | keyof typeof others;
const places: readonly { place: Place; title: string }[] = [
  ...masterKinds.map((kind) => ({ place: kind, title: describeMaster[kind].many })),
  ...Object.entries(others).map(([place, title]) => ({ place: place as keyof typeof others, title })),
];

export function MastersPage() {
  const { kind } = useParams();
  const search = useSharedSearch();
  const may = useMay();
  const offered = places.filter(({ place }) => place !== 'merges' || may('masters.edit'));
  const shown = offered.find(({ place }) => place === (kind ?? 'vendors'));
  if (!shown) {
    return (
      <>
        <PageHeader title="Master data" />
        <EmptyState
          title="There is no such kind of master data"
          action={
            <Button component={Link} to={{ pathname: '/masters', search }}>
              Open the vendors
            </Button>
          }
        />
      </>
    );
  }
  return (
    <>
      <PageHeader title="Master data" />
      <Tabs
        value={shown.place}
        variant="scrollable"
        component="nav"
        aria-label="Kinds of master data"
        sx={{ flexShrink: 0 }}
      >
        {offered.map(({ place, title }) => (
          <Tab
            key={place}
            value={place}
            label={title}
            component={Link}
            to={{ pathname: `/masters/${place}`, search }}
            {...(place === shown.place && { 'aria-current': 'page' })}
          />
        ))}
      </Tabs>
      <WhoKeepsThem />
      <Content place={shown.place} />
    </>
  );
}

/** To people whose role may change master data, but who see only some entities. */
function WhoKeepsThem() {
  const { role, entityIds } = useUser();
  if (entityIds === null || !granted[role].includes('masters.edit')) return null;
  return (
    <Typography color="textSecondary">
      Master data, rates and allocation keys belong to all entities, and you see only some. To change them, ask a person
      who sees all entities.
    </Typography>
  );
}

function Content({ place }: { place: Place }) {
  if (place === 'currencies') return <Currencies />;
  if (place === 'currency-rates') return <CurrencyRates />;
  if (place === 'allocation-keys') return <AllocationKeys />;
  if (place === 'merges') return <Merges />;
  return <MasterList key={place} kind={place} />;
}
