import type { Duty } from '../../lib/duties.ts';
import { clean, flush } from './security-events.service.ts';

export const securityLog: Duty = {
  name: 'Writing the security log',
  repeat: { everyMs: 2_000, work: () => flush() },
  flush: () => flush(true),
};

export const securityLogCleaning: Duty = {
  name: 'Removing old security events',
  repeat: { everyMs: 600_000, work: clean },
};
