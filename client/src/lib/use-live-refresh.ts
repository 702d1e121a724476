import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useChanges, type LiveEvent } from './events.ts';

const pauseMs = 600;

const isChange = ({ kind }: LiveEvent) => kind === 'change';

/** Reads again what is on screen once a burst of changes that concern it is over. */
export function useLiveRefresh(queryKey: QueryKey, concerns: (event: LiveEvent) => boolean = isChange) {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useChanges((event) => {
    if (event.kind !== 'reset' && !concerns(event)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey }), pauseMs);
  });
}
