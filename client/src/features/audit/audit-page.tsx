import { listAuditQuery } from '@opex/contracts/audit';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { AddressNote } from '../../components/address-note.tsx';
import { ListError, PastTheEnd } from '../../components/past-the-end.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, LinesSkeleton } from '../../components/states.tsx';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { pageBy, useSearchState, type AddressChange, type AddressChanges } from '../../lib/use-search-state.ts';
import { AuditFilters, filterNames } from './audit-filters.tsx';
import { AuditLine } from './audit-line.tsx';
import { auditBatches, auditKey } from './audit.queries.ts';
import { ChainCheck } from './chain-check.tsx';

export function AuditPage() {
  const [query, change] = useSearchState(listAuditQuery, { limit: 50 });
  const { data, error, refetch } = useQuery(auditBatches(query));
  useLiveRefresh(auditKey);
  const filter = (changes: AddressChanges) => change({ ...changes, page: null }, { replace: true });

  return (
    <>
      <PageHeader title="Audit log" detail="Every change, newest first">
        <ChainCheck />
      </PageHeader>
      <AddressNote schema={listAuditQuery} />
      <AuditFilters onChange={filter} />
      {error && !data ? (
        <ListError error={error} page={query.page} onAddressChange={change} onRetry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={12} />
      ) : data.data.length === 0 && data.pagination.total > 0 ? (
        <PastTheEnd {...data.pagination} onAddressChange={change} />
      ) : data.data.length === 0 ? (
        <EmptyState
          title="Nothing matches"
          hint="No change fits these filters."
          action={
            <Button onClick={() => filter(Object.fromEntries(filterNames.map((name) => [name, null])))}>
              Clear the filters
            </Button>
          }
        />
      ) : (
        <Stack>
          <Box component="ol" aria-label="Changes, newest first" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {data.data.map((batch) => (
              <AuditLine key={batch.id} batch={batch} />
            ))}
          </Box>
          <Pages {...data.pagination} onChange={change} />
        </Stack>
      )}
    </>
  );
}

type PagesProps = { page: number; pages: number; total: number; onChange: (change: AddressChange) => void };

function Pages({ page, pages, total, onChange }: PagesProps) {
  return (
    <Box component="nav" aria-label="Pages" sx={{ display: 'flex', alignItems: 'center', gap: 3, paddingBlock: 3 }}>
      <Button disabled={page <= 1} onClick={() => onChange(pageBy(-1, pages))}>
        Newer
      </Button>
      <Typography color="textSecondary">
        Page {page} of {pages}, {total} {total === 1 ? 'change' : 'changes'}
      </Typography>
      <Button disabled={page >= pages} onClick={() => onChange(pageBy(1, pages))}>
        Older
      </Button>
    </Box>
  );
}
