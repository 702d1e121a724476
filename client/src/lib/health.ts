import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { health } from './health.queries.ts';

/** What is known while the server answers and its database does not; calls `onBack` when it does again. */
export function useDatabaseAway(onBack: () => void, enabled = true) {
  const { data, isError, dataUpdatedAt } = useQuery({ ...health, enabled });
  const since = enabled && !isError ? data?.databaseDownSince : null;
  const isAway = typeof since === 'string';
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isAway) onBack();
    wasAway.current = isAway;
  });
  return data && isAway ? { since, health: data, lookedAt: new Date(dataUpdatedAt).toISOString() } : undefined;
}
