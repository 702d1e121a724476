import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';
import { useFromList, useSharedSearch } from '../../lib/use-search-state.ts';

/** Opens the service in the year and entity on screen. */
export function ServiceLink({ id, uid, service = '' }: { id: number; uid: string; service?: string }) {
  const search = useSharedSearch();
  const from = useFromList();
  const name = `${uid} ${service}`.trim();
  return (
    <Link
      component={RouterLink}
      to={`/services/${id}${search}`}
      state={from}
      title={name}
      underline={service ? 'hover' : 'always'}
    >
      {name}
    </Link>
  );
}
