import { serviceEndpoints, type Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { notify } from '../../lib/notices.ts';
import { Share } from '../../domain/share.tsx';
import { useEntityId } from '../../domain/calendar.queries.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { trackerPage } from '../../domain/sheet/tracker.queries.ts';
import { useMay, useUser } from '../../lib/session.ts';
import { useWayToList } from '../../lib/use-search-state.ts';
import { useWrite } from '../../lib/use-write.ts';
import { rowQuery } from './service.queries.ts';

export function ServiceHeader({ service, fy }: { service: Service; fy: string | undefined }) {
  const may = useMay();
  const { search, state } = useWayToList();
  const { uid } = service;
  return (
    <>
      <Link
        component={RouterLink}
        to={`/tracker${search}`}
        state={state}
        sx={{ alignSelf: 'flex-start', paddingBlock: 0.5 }}
      >
        Budget tracker
      </Link>
      <PageHeader title={`${uid} ${service.service}`.trim()} detail={<ServiceDetail service={service} />}>
        {service.editable && may('services.retire') && <RetireButton service={service} />}
      </PageHeader>
      <Typography color="textSecondary">{contractWords(service)}</Typography>
      <YearFigures service={service} fy={fy} />
    </>
  );
}

/** Whose it is, and whether all of it is shown. */
export function ServiceDetail({ service: { status, vendor, tower, serviceType } }: { service: Service }) {
  const { entityIds } = useUser();
  const isPart = useEntityId() !== null || (serviceType === 'Shared' && entityIds !== null);
  const words = [vendor, tower].filter(Boolean).join(' \u00b7 ');
  return (
    <>
      {isPart ? <Share>{words}</Share> : words}
      {status === 'Retired' && <Chip label="Retired" sx={{ marginInlineStart: 2 }} />}
    </>
  );
}

export function contractWords({ contract, startDate, endDate, renewalDate }: Service): string {
  const term =
    startDate && endDate
      ? `runs ${formatDate(startDate)} to ${formatDate(endDate)}`
      : startDate
        ? `runs from ${formatDate(startDate)}`
        : endDate
          ? `runs until ${formatDate(endDate)}`
          : 'has no dates yet';
  const renewal = renewalDate ? `, renewal ${formatDate(renewalDate)}` : '';
  return `Contract ${contract} ${term}${renewal}`.replace('  ', ' ');
}

export function YearFigures({ service, fy }: { service: Service; fy: string | undefined }) {
  const entity = useEntityId();
  const format = useFormat();
  const { data } = useQuery({ ...trackerPage(rowQuery(service.id, fy, entity)), enabled: entity !== null });
  const whole = service.years.find((one) => one.fy === fy);
  const year = entity === null ? whole : data && (data.data[0] ?? data.totals);
  if (!whole || !year) return null;
  const figures = [
    { label: `Budget ${whole.fy}`, name: 'budget' },
    { label: 'Actual', name: 'actual' },
    { label: 'Variance, full year', name: 'variance' },
    { label: 'Committed', name: 'committed' },
    { label: 'Available', name: 'available' },
  ] as const;
  const wholeWords = (amount: string) =>
    entity !== null && service.editable ? `Of the whole service: ${format.exact(amount)}` : undefined;
  return (
    <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 8, rowGap: 2, margin: 0 }}>
      {figures.map(({ label, name }) => (
        <div key={label}>
          <Typography component="dt" variant="caption" color="textSecondary">
            {label}
          </Typography>
          <Typography component="dd" variant="h2" sx={{ margin: 0 }} title={wholeWords(whole[name])}>
            {name === 'variance' ? <Variance value={year[name]} as="text" /> : <Amount value={year[name]} as="text" />}
          </Typography>
        </div>
      ))}
    </Box>
  );
}

function RetireButton({ service }: { service: Service }) {
  const [isAsking, setAsking] = useState(false);
  const isRetired = service.status === 'Retired';
  const verb = isRetired ? 'Reinstate' : 'Retire';
  const write = useWrite(
    ({ reason, releaseBudget }: { reason: string; releaseBudget: boolean }) => {
      const seen = { params: { id: service.id }, version: service.version };
      return isRetired
        ? callApi(serviceEndpoints.reinstate, { ...seen, body: { reason } })
        : callApi(serviceEndpoints.retire, { ...seen, body: { reason, releaseBudget } });
    },
    () => {
      setAsking(false);
      notify(`${service.uid} is ${isRetired ? 'active again' : 'retired'}`);
    },
  );
  return (
    <>
      <Button variant="outlined" onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={`${verb} ${service.uid}`}
          confirmLabel={verb}
          isBusy={write.isPending}
          error={write.error}
          {...(!isRetired && {
            option: { label: 'Take the budget of months that have not begun off the plan', isChosen: true },
          })}
          onConfirm={(reason, releaseBudget) => write.mutate({ reason, releaseBudget })}
          onCancel={() => {
            write.reset();
            setAsking(false);
          }}
        >
          {isRetired
            ? 'It can be planned and charged again. What was taken off its budget can be restored from its history.'
            : 'It stays in the years it has figures in, and takes no changes until it is reinstated.'}
        </ReasonDialog>
      )}
    </>
  );
}
