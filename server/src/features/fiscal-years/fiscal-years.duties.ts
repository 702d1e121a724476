import type { Duty } from '../../lib/duties.ts';
import { hourMs } from '../../lib/time.ts';
import { advanceReported, ensureFirstYear } from './fiscal-years.service.ts';

export const firstYear: Duty = { name: 'Adding the first fiscal year', prepare: () => ensureFirstYear() };

/** Behind the first requests: with a large company it takes its time. */
export const reportedMonth: Duty = {
  name: 'Advancing the reported month',
  repeat: { everyMs: hourMs, isDueAtStart: true, work: advanceReported },
};
