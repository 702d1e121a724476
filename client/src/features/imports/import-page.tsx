import type { ImportRecord } from '@opex/contracts/imports';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink, useParams } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { ImportSteps } from './import-steps.tsx';
import { importOf, importsKey, isOfImports, isOnItsWay } from './imports.queries.ts';
import { kindWords, sizeWords } from './imports.words.ts';
import { Notes } from './notes.tsx';
import { Preview } from './preview.tsx';
import { Progress } from './progress.tsx';
import { Reading } from './reading.tsx';
import { useSteps } from './use-steps.ts';

/** One file: what it is, what it would change, and what it changed. */
export function ImportPage() {
  const id = Number(useParams()['id']);
  const { data, error, refetch } = useQuery(importOf(id));
  useLiveRefresh(importsKey, isOfImports);
  return (
    <Stack spacing={3} sx={{ paddingBlockEnd: 6 }}>
      <WayBack />
      {data ? (
        <Loaded record={data} />
      ) : (
        <>
          <PageHeader title="Import" />
          {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LinesSkeleton lines={8} />}
        </>
      )}
    </Stack>
  );
}

function WayBack() {
  const search = useSharedSearch();
  return (
    <Typography variant="body2">
      <Link component={RouterLink} to={{ pathname: '/imports', search }}>
        All imports
      </Link>
    </Typography>
  );
}

function Loaded({ record }: { record: ImportRecord }) {
  const { version, name, kind, bytes, creator, createdAt, counts, state } = record;
  const steps = useSteps(record);
  const from = `sent by ${creator}, ${formatDateTime(createdAt)}, ${sizeWords(bytes)}`;
  return (
    <>
      <PageHeader title={name} detail={[kindWords(kind), from].filter(Boolean).join(', ')}>
        <ImportSteps record={record} steps={steps} />
      </PageHeader>
      <Notes record={record} steps={steps} />
      {isOnItsWay(state) ? (
        <Progress record={record} />
      ) : state === 'cancelled' ? (
        <EmptyState
          title="This import was cancelled"
          hint="Nothing was changed. Load the file again if it is needed."
        />
      ) : counts ? (
        <Preview record={record} steps={steps} />
      ) : state === 'received' ? (
        <EmptyState title="Not read yet" action={<Button onClick={() => steps.choose({})}>Read it now</Button>} />
      ) : (
        <Reading key={version} record={record} steps={steps} />
      )}
    </>
  );
}
