import { yearQuery } from '@opex/contracts/common';
import type { Service } from '@opex/contracts/services';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import { useParams } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { AddressNotes } from '../../domain/address-notes.tsx';
import { useYearLabel } from '../../domain/calendar.queries.ts';
import type { OwnNames } from '../../lib/search-state.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { ServiceHeader } from './service-header.tsx';
import { ServiceParts, tabs } from './service-parts.tsx';
import { useService } from './use-service.ts';

export function ServicePage() {
  const id = Number(useParams()['id']);
  const fy = useYearLabel();
  const { data, error, refetch } = useService(id);

  if (data) return <Loaded key={id} service={data} fy={fy} />;
  return (
    <>
      <PageHeader title="Service" />
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <ServiceShape />}
    </>
  );
}

const ownNames: OwnNames = { tab: (value) => (tabs as readonly string[]).includes(value) };

function Loaded({ service, fy }: { service: Service; fy: string | undefined }) {
  const [params, change] = useAddress();
  const tab = tabs.find((name) => name === params.get('tab')) ?? 'overview';
  return (
    <Stack spacing={3} sx={{ paddingBlockEnd: 6 }}>
      <AddressNotes schema={yearQuery} own={ownNames} />
      <ServiceHeader service={service} fy={fy} />
      <ServiceParts
        service={service}
        fy={fy}
        names={tabs}
        tab={tab}
        onChange={(name) => change({ tab: name === 'overview' ? null : name })}
      />
    </Stack>
  );
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
