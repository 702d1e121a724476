import type { Options } from 'k6/options';
import { day, think } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/**
 * A hundred users, then five thousand, then a hundred again. At the peak the service may turn requests away; what it
 * answers is right, and ten seconds after the peak all is as before.
 */
export const options: Options = {
  scenarios: {
    before: { executor: 'constant-vus', vus: 100, duration: '30s' },
    peak: { executor: 'constant-vus', vus: 5_000, duration: '30s', startTime: '30s', tags: { at: 'peak' } },
    after: { executor: 'constant-vus', vus: 100, duration: '1m', startTime: '70s', tags: { at: 'after' } },
  },
  thresholds: {
    ...thresholdsOf(['dashboard', 'tracker', 'months'], { late: 20, failed: 0.9 }),
    'http_req_failed{at:after}': ['rate<0.001'],
    'http_req_duration{at:after}': ['p(95)<100'],
  },
};

export default function work(company: Company) {
  day(company, 0.01);
  think();
}
