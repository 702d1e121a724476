import type { Job } from '../../lib/jobs.ts';
import { flushActivity } from './api-keys.service.ts';

export const keyActivity: Job = {
  name: 'Noting the use of API keys',
  repeat: { everyMs: 30_000, work: flushActivity },
  flush: flushActivity,
};
