import type { Options } from 'k6/options';
import { day, think } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/** Half an hour of a day: what grows slowly shows (memory, connections, the log, tables). */
export const options: Options = {
  scenarios: { day: { executor: 'constant-vus', vus: 300, duration: '30m' } },
  thresholds: thresholdsOf(['dashboard', 'tracker', 'months', 'edit']),
};

export default function work(company: Company) {
  day(company, 0.01);
  think();
}
