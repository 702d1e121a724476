import type { Operations } from '@opex/contracts/operations';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, LinesSkeleton, wordsOf } from '../../components/states.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { DatabaseAway } from '../../domain/database-away.tsx';
import { since } from '../../domain/words/since.ts';
import { useDatabaseAway } from '../../lib/health.ts';
import { Costs } from './costs.tsx';
import { Findings } from './findings.tsx';
import { operationsState } from './operations.queries.ts';
import { figuresOf } from './operations.words.ts';
import { Parts, Pools, Processes, Statements } from './tables.tsx';

/** Whether all is well, and what to do if not: the first line says it, all below is why. */
export function OperationsPage() {
  const { data, error, refetch } = useQuery(operationsState);
  const askAgain = () => void refetch();
  const away = useDatabaseAway(askAgain);
  return (
    <Stack spacing={6} sx={{ paddingBlockEnd: 6 }}>
      <PageHeader title="Operations" detail={data && !away && `As of ${formatDateTime(data.checkedAt)}`}>
        <Button onClick={askAgain}>Look again</Button>
      </PageHeader>
      {error && data && !away && (
        <Typography role="alert" color="error">
          This is not up to date: {wordsOf(error)}
        </Typography>
      )}
      {away ? (
        <DatabaseAway {...away} />
      ) : data ? (
        <State seen={data} />
      ) : error ? (
        <ErrorState error={error} onRetry={askAgain} />
      ) : (
        <LinesSkeleton lines={10} />
      )}
    </Stack>
  );
}

function State({ seen }: { seen: Operations }) {
  const { process, checkedAt } = seen;
  return (
    <>
      <Findings seen={seen} />
      <Box>
        <Figures seen={seen} />
        <Typography variant="caption" color="textSecondary" component="p" sx={{ marginBlockStart: 2 }}>
          Counted by the process that answered this page: version {process.version}, running for{' '}
          {since(process.startedAt, checkedAt)}. Metrics on port 9464 have them of every process.
        </Typography>
      </Box>
      <Box sx={columns}>
        <Section title="What it stands on">
          <Parts seen={seen} />
        </Section>
        <Section title="Connections to the database">
          <Pools seen={seen} />
        </Section>
        <Section
          title="Dearest statements"
          note={`The log names those that took longer than ${seen.statements.slowAfterMs} ms: ${seen.statements.slow} times`}
        >
          <Statements seen={seen} />
        </Section>
        <Section title="Processes on this database">
          <Processes seen={seen} />
        </Section>
        <Section title="What it costs">
          <Costs areCounted={seen.costs} />
        </Section>
      </Box>
    </>
  );
}

const columns = {
  display: 'grid',
  columnGap: 8,
  rowGap: 6,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;

const tiles = { display: 'flex', flexWrap: 'wrap', gap: 4, margin: 0 } as const;
const tile = { flex: { xs: '1 0 40%', sm: '1 0 28%', md: '1 0 12%' } } as const;

function Figures({ seen }: { seen: Operations }) {
  return (
    <Box component="dl" sx={tiles}>
      {figuresOf(seen).map(({ label, value, detail }) => (
        <Box key={label} sx={tile}>
          <Typography component="dt" variant="caption" color="textSecondary">
            {label}
          </Typography>
          <Typography component="dd" variant="h1" sx={{ margin: 0 }}>
            {value}
          </Typography>
          <Typography component="dd" variant="caption" color="textSecondary" sx={{ margin: 0 }}>
            {detail}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const heading = useId();
  return (
    <Box component="section" aria-labelledby={heading}>
      <Typography variant="h2" id={heading} sx={{ marginBlockEnd: 1 }}>
        {title}
      </Typography>
      {note && (
        <Typography variant="caption" color="textSecondary" component="p">
          {note}
        </Typography>
      )}
      {children}
    </Box>
  );
}
