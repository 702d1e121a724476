import { useQuery } from '@tanstack/react-query';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { service, serviceKey } from './service.queries.ts';

/** A service as it is now. Keys and drivers change what falls on each entity, so that not only its own changes concern it. */
export function useService(id: number) {
  useLiveRefresh(
    serviceKey(id),
    (event) => event.kind === 'change' && (event.subjectType !== 'service' || event.subjectId === id),
  );
  return useQuery(service(id));
}
