import type { Job } from '../../lib/jobs.ts';
import { endStreams, startEvents } from './events.service.ts';

export const tellingChanges: Job = {
  name: 'Telling live streams of changes',
  listen: startEvents,
  hangUp: endStreams,
};
