import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';
import { PageHeader } from '../components/page-header.tsx';
import { EmptyState } from '../components/states.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        title="There is no page at this address"
        action={
          <Link component={RouterLink} to="/">
            Go to the dashboard
          </Link>
        }
      />
    </>
  );
}
