import type { Duty } from '../../lib/duties.ts';
import { flushActivity, flushEveryMs } from './sessions.service.ts';

export const sessionActivity: Duty = {
  name: 'Noting the activity of sessions',
  repeat: { everyMs: flushEveryMs, work: flushActivity },
  flush: flushActivity,
};
