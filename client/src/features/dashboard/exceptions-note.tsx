import type { Dashboard } from '@opex/contracts/reports';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { Amount } from '../../components/amount.tsx';

/** What somebody must put right before the year's figures can be charged. */
export function ExceptionsNote({ report: { exceptions } }: { report: Dashboard }) {
  const { unallocatedServices: count, unallocatedBudget, unallocatedActual } = exceptions;
  if (count === 0)
    return <Typography color="textSecondary">No exceptions wait: every service falls on an entity.</Typography>;
  return (
    <Typography role="note">
      <strong>{count === 1 ? '1 service falls' : `${count} services fall`} on no entity</strong>: budget{' '}
      <Amount value={unallocatedBudget} />, actual <Amount value={unallocatedActual} />. Give each an entity, or an{' '}
      <Link component={RouterLink} to="/masters/allocation-keys" underline="always">
        allocation key
      </Link>{' '}
      with values for its months.
    </Typography>
  );
}
