import type { Duty } from '../../lib/duties.ts';
import { keepCounts } from './lately.service.ts';

export const countingLately: Duty = {
  name: 'Counting what was answered lately',
  repeat: { everyMs: 60_000, work: keepCounts },
};
