import type { Duty } from '../../lib/duties.ts';
import { endStreams, startEvents } from './events.service.ts';

export const tellingChanges: Duty = {
  name: 'Telling live streams of changes',
  listen: startEvents,
  hangUp: endStreams,
};
