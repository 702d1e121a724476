import { dashboardQuery, type Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { AddressNotes } from '../../domain/address-notes.tsx';
import { useEntityId, useYearLabel } from '../../domain/calendar.queries.ts';
import { fiscalYears } from '../../domain/fiscal-years.queries.ts';
import { useHorizon } from '../../domain/horizon.ts';
import { Share, useShare } from '../../domain/share.tsx';
import { isZero } from '../../domain/amounts/money.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { dashboardKey, dashboardReport } from './dashboard.queries.ts';
import { firstGlance, trackerAddress } from './dashboard.words.ts';
import { ExceptionsNote } from './exceptions-note.tsx';
import { Figures } from './figures.tsx';
import { FirstGlance } from './first-glance.tsx';
import { MonthsPanel } from './months-panel.tsx';
import { panelNames } from './panel.tsx';
import { RenewalsPanel } from './renewals-panel.tsx';
import { TowersPanel } from './towers-panel.tsx';
import { VariancesPanel } from './variances-panel.tsx';
import { VendorsPanel } from './vendors-panel.tsx';

export function DashboardPage() {
  const fy = useYearLabel();
  const entity = useEntityId();
  const horizon = useHorizon();
  const { data: calendar } = useQuery(fiscalYears);
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...dashboardReport(fy, entity, horizon),
    enabled: fy !== undefined,
  });
  const format = useFormat();
  useLiveRefresh(dashboardKey);

  return (
    <Stack spacing={6} sx={{ paddingBlockEnd: 6 }}>
      <PageHeader
        title="Dashboard"
        detail={<Share>{data && `As of ${format.dateTime(new Date(dataUpdatedAt).toISOString())}`}</Share>}
      />
      <AddressNotes schema={dashboardQuery} own={panelNames} />
      {data ? (
        <Report report={data} entity={entity} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : calendar?.data.length === 0 ? (
        <EmptyState title="There is no fiscal year yet" hint="Figures appear here once the first year is set up." />
      ) : (
        <DashboardShape />
      )}
    </Stack>
  );
}

function isEmpty({ totals, towers, previous }: Dashboard) {
  const amounts = [totals.budget, totals.actual, previous?.budget ?? '0', previous?.actual ?? '0'];
  return towers.length === 0 && amounts.every(isZero);
}

function Report({ report, entity }: { report: Dashboard; entity: number | null }) {
  const format = useFormat();
  const tracker = trackerAddress(report, entity);
  const share = useShare();
  if (isEmpty(report)) return <NothingPlanned fy={report.fy} to={tracker()} />;
  return (
    <>
      <FirstGlance words={firstGlance(report, tracker, format, share)} />
      <Figures report={report} tracker={tracker} isShare={share !== undefined} />
      <ExceptionsNote report={report} tracker={tracker} />
      <Box sx={twoColumns}>
        <MonthsPanel report={report} tracker={tracker} />
        <TowersPanel report={report} tracker={tracker} />
        <VendorsPanel report={report} tracker={tracker} />
        <RenewalsPanel report={report} tracker={tracker} />
        <VariancesPanel side="adverse" report={report} tracker={tracker} />
        <VariancesPanel side="favourable" report={report} tracker={tracker} />
      </Box>
    </>
  );
}

/** Two beside each other; one whose amounts need more room takes the whole width, and cuts none of them. */
const twoColumns = {
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 8,
  rowGap: 6,
  '& > *': { flex: { xs: '1 1 100%', lg: '1 1 45%' }, minWidth: { xs: 0, lg: 'min-content' } },
} as const;

function NothingPlanned({ fy, to }: { fy: string; to: string }) {
  return (
    <EmptyState
      title={`Nothing is planned or spent in ${fy} yet`}
      hint="Add the first service in the budget tracker; its figures appear here."
      action={
        <Button variant="contained" component={RouterLink} to={to}>
          Open the budget tracker
        </Button>
      }
    />
  );
}

/** The shape of what comes, in its places. */
function DashboardShape() {
  return (
    <Stack spacing={6} role="status" aria-busy="true" aria-label="Loading the dashboard">
      <Skeleton variant="rounded" height={28} width="60%" />
      <Skeleton variant="rounded" height={64} />
      <Box sx={twoColumns}>
        <Skeleton variant="rounded" height={292} />
        <Skeleton variant="rounded" height={292} />
        <Skeleton variant="rounded" height={240} />
        <Skeleton variant="rounded" height={240} />
      </Box>
    </Stack>
  );
}
