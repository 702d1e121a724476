import type { Dashboard } from '@opex/contracts/reports';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Amount } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { formatDate } from '../../domain/amounts/format.ts';
import { useEntryState } from '../../lib/use-entry-state.ts';
import { sum } from '../../domain/amounts/money.ts';
import { Panel } from './panel.tsx';

const shortest = 8;
/** The report names no more than these. */
const mostSent = 20;

export function RenewalsPanel({ report: { renewals, fy } }: { report: Dashboard }) {
  const { found, remember } = useEntryState<boolean>('renewals');
  const [isWhole, setWhole] = useState(found ?? false);
  const isCut = renewals.length === mostSent;
  return (
    <Panel title="Renewals in the next 120 days" note={renewals.length > 0 && `${renewals.length} next`}>
      {renewals.length === 0 ? (
        <Typography color="textSecondary">No contract ends or renews in the next 120 days.</Typography>
      ) : (
        <>
          <PlainTable
            label="Renewals in the next 120 days"
            rows={isWhole ? renewals : renewals.slice(0, shortest)}
            keyOf={({ serviceId }) => serviceId}
            columns={[
              {
                label: 'Due',
                cell: ({ dueDate, days }) => <Due date={dueDate} days={days} />,
                total: isCut ? `At risk in the next ${mostSent}` : 'At risk',
              },
              {
                label: 'Service',
                isWide: true,
                cell: ({ serviceId, uid, service }) => <ServiceLink id={serviceId} uid={uid} service={service} />,
              },
              { label: 'Vendor', isWide: true, isMinor: true, cell: ({ vendor }) => vendor },
              {
                label: `${fy} budget`,
                isAmount: true,
                cell: ({ budget }) => <Amount value={budget} />,
                total: <Amount value={sum(renewals.map(({ budget }) => budget))} />,
              },
            ]}
          />
          {renewals.length > shortest && !isWhole && (
            <Button
              onClick={() => {
                setWhole(true);
                remember(true);
              }}
            >
              Show all {renewals.length}
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
