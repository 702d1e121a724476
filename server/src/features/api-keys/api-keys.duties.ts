import type { Duty } from '../../lib/duties.ts';
import { flushActivity } from './api-keys.service.ts';

export const keyActivity: Duty = {
  name: 'Noting the use of API keys',
  repeat: { everyMs: 30_000, work: flushActivity },
  flush: flushActivity,
};
