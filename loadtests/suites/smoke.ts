import type { Options } from 'k6/options';
import { day, think } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/** Half a minute of a few people, on a machine that does other things too: whether it answers, and not far too late. */
export const options: Options = {
  scenarios: { few: { executor: 'constant-vus', vus: 5, duration: '30s' } },
  thresholds: thresholdsOf(['dashboard', 'tracker', 'months', 'edit'], { late: 5 }),
};

export default function work(company: Company) {
  day(company, 0.05);
  think();
}
