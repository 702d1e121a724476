import type { Duty } from '../../lib/duties.ts';
import { flush } from './security-events.service.ts';

export const securityLog: Duty = {
  name: 'Writing the security log',
  repeat: { everyMs: 2_000, work: () => flush() },
  flush: () => flush(true),
};
