import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useChanges, type LiveEvent } from './events.ts';
import { useAfterPause } from './use-after-pause.ts';

const pauseMs = 600;

const isChange = ({ kind }: LiveEvent) => kind === 'change';

/** Reads again what is on screen once a burst of changes that concern it is over. */
export function useLiveRefresh(queryKey: QueryKey, concerns: (event: LiveEvent) => boolean = isChange) {
  const client = useQueryClient();
  const { start } = useAfterPause(pauseMs);
  useChanges((event) => {
    if (event.kind !== 'reset' && !concerns(event)) return;
    start(() => void client.invalidateQueries({ queryKey }));
  });
}
