import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { ApiError } from '../lib/api.ts';

/** What went wrong in words; an unforeseen error says only that something did. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong on this page. Reload it and try again.';
  const { detail, errors = [] } = error.problem;
  const more = errors.map(({ message }) => message).filter((message) => message !== detail);
  return more.length === 0 ? detail : `${detail}: ${[...new Set(more)].join('; ')}`;
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const requestId = error instanceof ApiError ? error.problem.requestId : '';
  return (
    <Stack role="alert" spacing={2} sx={{ alignItems: 'flex-start', paddingBlock: 6, maxWidth: 560 }}>
      <Typography variant="h2">{error instanceof ApiError ? error.problem.title : 'This did not work'}</Typography>
      <Typography>{wordsOf(error)}</Typography>
      {onRetry && mayPass(error) && (
        <Button variant="outlined" onClick={onRetry}>
          Try again
        </Button>
      )}
      {requestId && (
        <Typography variant="caption" color="textSecondary">
          Request {requestId}
        </Typography>
      )}
    </Stack>
  );
}

/** Asking again cannot help where the server has understood and refused. */
function mayPass(error: unknown) {
  const status = error instanceof ApiError ? error.status : 0;
  return status === 0 || status === 429 || status >= 500;
}

/** Says what is missing and what to do about it. */
export function EmptyState({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <Stack
      spacing={1}
      sx={{ alignItems: 'center', justifyContent: 'center', padding: 6, height: 1, textAlign: 'center' }}
    >
      <Typography variant="h2">{title}</Typography>
      {hint && <Typography color="textSecondary">{hint}</Typography>}
      {action && <Box sx={{ pointerEvents: 'auto', paddingTop: 1 }}>{action}</Box>}
    </Stack>
  );
}

/** The shape of lines that are still to come. */
export function LinesSkeleton({ lines = 6, height = 24 }: { lines?: number; height?: number }) {
  return (
    <Stack spacing={1} role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} variant="rounded" height={height} />
      ))}
    </Stack>
  );
}
