import { yearQuery } from '@opex/contracts/common';
import type { Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { useParams } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { AddressNotes } from '../../domain/address-notes.tsx';
import { useYearLabel } from '../../domain/calendar.queries.ts';
import { later } from '../../lib/later.ts';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import type { OwnNames } from '../../lib/search-state.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { EntitiesTab } from './entities-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RemarksTab } from './remarks-tab.tsx';
import { ServiceHeader } from './service-header.tsx';
import { service, serviceKey } from './service.queries.ts';

const MonthsTab = later(async () => (await import('./months-tab.tsx')).MonthsTab);

const tabs = ['overview', 'months', 'entities', 'remarks', 'history'] as const;
type TabName = (typeof tabs)[number];
const titles: Record<TabName, string> = {
  overview: 'Overview',
  months: 'Months',
  entities: 'Entities',
  remarks: 'Remarks',
  history: 'History',
};

export function ServicePage() {
  const id = Number(useParams()['id']);
  const fy = useYearLabel();
  const { data, error, refetch } = useQuery(service(id));
  // Keys and drivers change what falls on each entity, so that not only its own changes concern a service.
  useLiveRefresh(
    serviceKey(id),
    (event) => event.kind === 'change' && (event.subjectType !== 'service' || event.subjectId === id),
  );

  if (data) return <Loaded key={id} service={data} fy={fy} />;
  return (
    <>
      <PageHeader title="Service" />
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <ServiceShape />}
    </>
  );
}

const ownNames: OwnNames = { tab: (value) => (tabs as readonly string[]).includes(value) };

function Loaded({ service: loaded, fy }: { service: Service; fy: string | undefined }) {
  const [params, change] = useAddress();
  const tab = tabs.find((name) => name === params.get('tab')) ?? 'overview';
  return (
    <Stack spacing={3} sx={{ paddingBlockEnd: 6 }}>
      <AddressNotes schema={yearQuery} own={ownNames} />
      <ServiceHeader service={loaded} fy={fy} />
      <Tabs
        value={tab}
        onChange={(_, name: TabName) => change({ tab: name === 'overview' ? null : name })}
        aria-label="Parts of the service"
        variant="scrollable"
      >
        {tabs.map((name) => (
          <Tab key={name} value={name} label={titles[name]} id={`tab-${name}`} aria-controls="tab-panel" />
        ))}
      </Tabs>
      <Box role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        <TabContent tab={tab} service={loaded} fy={fy} />
      </Box>
    </Stack>
  );
}

function TabContent({ tab, service: loaded, fy }: { tab: TabName; service: Service; fy: string | undefined }) {
  if (tab === 'months')
    return (
      <Suspense fallback={<LinesSkeleton lines={5} />}>
        <MonthsTab service={loaded} fy={fy} />
      </Suspense>
    );
  if (tab === 'entities') return <EntitiesTab service={loaded} fy={fy} />;
  if (tab === 'remarks') return <RemarksTab service={loaded} />;
  if (tab === 'history') return <HistoryTab service={loaded} />;
  return <OverviewTab service={loaded} />;
}

function ServiceShape() {
  return (
    <Stack spacing={3} role="status" aria-busy="true" aria-label="Loading the service">
      <Skeleton variant="rounded" height={28} width="40%" />
      <Skeleton variant="rounded" height={48} />
      <LinesSkeleton lines={8} />
    </Stack>
  );
}
