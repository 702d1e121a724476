import type { Job } from '../../lib/jobs.ts';
import { clean, flushActivity, flushEveryMs } from './sessions.service.ts';

export const sessionActivity: Job = {
  name: 'Noting the activity of sessions',
  repeat: { everyMs: flushEveryMs, work: flushActivity },
  flush: flushActivity,
};

export const sessionCleaning: Job = {
  name: 'Removing expired sessions',
  repeat: { everyMs: 600_000, work: clean },
};
