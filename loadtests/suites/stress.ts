import type { Options } from 'k6/options';
import { sleep } from 'k6';
import { day } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/** Up to two thousand users who hardly think: where does it begin to be late, and does it stay right? */
export const options: Options = {
  stages: [500, 1_000, 1_500, 2_000].flatMap((target) => [
    { duration: '30s', target },
    { duration: '1m', target },
  ]),
  thresholds: thresholdsOf(['dashboard', 'tracker', 'months', 'edit'], { late: 10, failed: 0.2 }),
};

export default function work(company: Company) {
  day(company, 0.05);
  sleep(0.2);
}
