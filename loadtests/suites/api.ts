import { sleep } from 'k6';
import type { Options } from 'k6/options';
import { dashboard, search, service, tracker } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/** The four reads that every page begins with, by ever more users. */
export const options: Options = {
  stages: [
    { duration: '1m', target: 100 },
    { duration: '2m', target: 500 },
    { duration: '2m', target: 1_000 },
    { duration: '30s', target: 0 },
  ],
  thresholds: thresholdsOf(['dashboard', 'tracker', 'search', 'service']),
};

export default function visit(company: Company) {
  for (const read of [dashboard, tracker, search, service]) {
    read(company);
    sleep(1);
  }
}
