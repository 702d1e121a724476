import type { Options } from 'k6/options';
import { day, think } from '../lib/day.ts';
import type { Company } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

export { setup } from '../lib/product.ts';

/** Two thousand people at work: one request every second and a half from each, one of twenty a write. */
export const options: Options = {
  stages: [
    { duration: '1m', target: 2_000 },
    { duration: '5m', target: 2_000 },
    { duration: '30s', target: 0 },
  ],
  thresholds: thresholdsOf(['dashboard', 'tracker', 'months', 'edit']),
};

export default function work(company: Company) {
  day(company, 0.05);
  think();
}
