import type { Duty } from '../../lib/duties.ts';
import { clean, flushActivity, flushEveryMs } from './sessions.service.ts';

export const sessionActivity: Duty = {
  name: 'Noting the activity of sessions',
  repeat: { everyMs: flushEveryMs, work: flushActivity },
  flush: flushActivity,
};

export const sessionCleaning: Duty = {
  name: 'Removing expired sessions',
  repeat: { everyMs: 600_000, work: clean },
};
