import type { Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { Amount } from '../../domain/amounts/amount.tsx';
import { absolute } from '../../domain/amounts/format.ts';
import { byVariance, monthsOf, ratesAddress, servicesThat, type TrackerAddress } from './dashboard.words.ts';

type Props = { report: Dashboard; tracker: TrackerAddress };
type Exceptions = Dashboard['exceptions'];

/** What has to be put right or explained. */
export function ExceptionsNote({ report, tracker }: Props) {
  const { overBudget, unallocated, missingRates } = report.exceptions;
  if (overBudget.services === 0 && unallocated.services === 0 && missingRates.length === 0)
    return (
      <Typography color="textSecondary">
        No exceptions wait: nothing is unallocated, no service is over budget by{' '}
        <Threshold atLeast={overBudget.atLeast} /> or more, and no rate is missing.
      </Typography>
    );
  return (
    <Box component="ul" aria-label="Exceptions waiting" sx={list}>
      {overBudget.services > 0 && <OverBudget {...overBudget} tracker={tracker} />}
      {unallocated.services > 0 && <Unallocated {...unallocated} tracker={tracker} />}
      {missingRates.map((missing) => (
        <MissingRate key={missing.currencyId} missing={missing} report={report} />
      ))}
    </Box>
  );
}

const list = { listStyle: 'none', margin: 0, padding: 0, '& li + li': { marginBlockStart: 1 } } as const;

function OverBudget({ services, ytdVariance, atLeast, tracker }: Exceptions['overBudget'] & Pick<Props, 'tracker'>) {
  return (
    <Typography component="li">
      <Opens to={tracker({ exception: 'over-budget', ...byVariance('date', 'adverse') })}>
        {servicesThat(services, 'is', 'are')} over budget to date
      </Opens>{' '}
      by <Amount value={absolute(ytdVariance)} as="text" />, counted from <Threshold atLeast={atLeast} /> on.
    </Typography>
  );
}

const Threshold = ({ atLeast: { amount, percent } }: Pick<Exceptions['overBudget'], 'atLeast'>) => (
  <>
    <Amount value={amount} as="text" /> and {percent} %
  </>
);

function Unallocated({ services, budget, actual, tracker }: Exceptions['unallocated'] & Pick<Props, 'tracker'>) {
  return (
    <Typography component="li">
      <Opens to={tracker({ exception: 'unallocated' })}>{servicesThat(services, 'falls', 'fall')} on no entity</Opens>:
      budget <Amount value={budget} as="text" />, actual <Amount value={actual} as="text" />. Give{' '}
      {services === 1 ? 'it' : 'each'} an entity, or an{' '}
      <Link component={RouterLink} to="/masters/allocation-keys" underline="always">
        allocation key
      </Link>{' '}
      with values for its months.
    </Typography>
  );
}

type MissingRateProps = { missing: Exceptions['missingRates'][number]; report: Dashboard };

function MissingRate({ missing: { currencyId, currency, services, plan, actualPeriods }, report }: MissingRateProps) {
  const isActual = actualPeriods.length > 0;
  return (
    <Typography component="li">
      {currency} has {plan && <Opens to={ratesAddress(currencyId, 'PLAN')}>no plan rate dated in {report.fy}</Opens>}
      {plan && isActual && ' and '}
      {isActual && (
        <Opens to={ratesAddress(currencyId, 'ACTUAL')}>
          no actual rate in force at the end of {monthsOf(report, actualPeriods)}
        </Opens>
      )}
      ; {servicesThat(services, 'has', 'have')} {report.fy} orders in it.
    </Typography>
  );
}

const Opens = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link component={RouterLink} to={to} underline="always" sx={{ fontWeight: 600, color: 'text.primary' }}>
    {children}
  </Link>
);
