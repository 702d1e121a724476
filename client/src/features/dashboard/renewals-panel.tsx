import { type Dashboard, renewalDays } from '@opex/contracts/reports';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { Amount } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { formatDate } from '../../domain/amounts/format.ts';
import type { Filters, TrackerAddress } from './dashboard.words.ts';
import { FigureLink } from './figure-link.tsx';
import { Panel } from './panel.tsx';

const shown = 8;
const title = `Renewals in the next ${renewalDays} days`;

export function RenewalsPanel({ report, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const { from, until, services, budget, next: sent } = report.renewals;
  const next = sent.slice(0, shown);
  const renewing = (filters: Filters = {}) =>
    tracker({
      ...{ 'renewalDate.gte': from, 'renewalDate.lte': until, status: 'Active', ...filters },
      ...{ sort: 'renewalDate', cols: 'uid,vendor,service,tower,renewalDate,budget', mark: 'budget' },
    });
  return (
    <Panel title={title} note={services > next.length && `The next ${next.length} of ${services}`}>
      {services === 0 ? (
        <Typography color="textSecondary">No contract ends or renews in the next {renewalDays} days.</Typography>
      ) : (
        <>
          <PlainTable
            label={title}
            rows={next}
            keyOf={({ serviceId }) => serviceId}
            columns={[
              {
                label: 'Due',
                cell: ({ dueDate, days }) => <Due date={dueDate} days={days} />,
                total: services > next.length ? `All ${services}, at risk` : 'At risk',
              },
              {
                label: 'Service',
                isWide: true,
                cell: ({ serviceId, uid, service }) => <ServiceLink id={serviceId} uid={uid} service={service} />,
              },
              { label: 'Vendor', isWide: true, isMinor: true, cell: ({ vendor }) => vendor },
              {
                label: `${report.fy} budget`,
                isAmount: true,
                cell: (renewal) => (
                  <FigureLink to={renewing({ uid: renewal.uid })}>
                    <Amount value={renewal.budget} />
                  </FigureLink>
                ),
                total: (
                  <FigureLink to={renewing()}>
                    <Amount value={budget} />
                  </FigureLink>
                ),
              },
            ]}
          />
          {services > next.length && (
            <Button component={RouterLink} to={renewing()}>
              Show all {services}
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}

const Due = ({ date, days }: { date: string; days: number }) => (
  <>
    {formatDate(date)}{' '}
    <Typography
      component="span"
      variant="caption"
      color="textSecondary"
      sx={{ display: { xs: 'block', sm: 'inline' } }}
    >
      {daysFromNow(days)}
    </Typography>
  </>
);
const daysFromNow = (days: number) => (days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`);
