import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { useUser } from '../lib/session.ts';
import { useEntityId } from './calendar.queries.ts';
import { useEntities } from './masters.queries.ts';

/** Whose part the figures of a page are; undefined where they are the whole. */
export function useShare(): string | undefined {
  const { entityIds } = useUser();
  const asked = useEntityId();
  const entities = useEntities();
  const [only] = entityIds?.length === 1 ? entityIds : [];
  const one = asked ?? only;
  if (one !== undefined) return `Share of ${entities.find(({ id }) => id === one)?.name ?? 'one entity'}`;
  return entityIds === null ? undefined : 'Your share';
}

/** Says first of a page whose part its figures are. */
export function Share({ children }: { children?: ReactNode }) {
  const share = useShare();
  return (
    <>
      {share && (
        <Box component="strong" sx={{ color: 'text.primary' }}>
          {share}
        </Box>
      )}
      {share && children && ' · '}
      {children}
    </>
  );
}
