import { check } from 'k6';
import type { Options } from 'k6/options';
import { headersOf, signIn, signOut } from '../lib/product.ts';
import { thresholdsOf } from '../lib/thresholds.ts';

/** Monday at nine: everybody signs in. Passwords are slow to check on purpose, and nobody may be let in without it. */
export const options: Options = {
  scenarios: {
    monday: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '1m', preAllocatedVUs: 100 },
  },
  thresholds: thresholdsOf(['sign-in']),
};

export default function arrive() {
  const answer = signIn();
  if (!check(answer, { 'is signed in': ({ status }) => status === 200 })) return;
  check(signOut(headersOf(answer)), { 'is signed out': ({ status }) => status === 204 });
}
