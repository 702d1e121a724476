import { type Asked, budgets, errorRate } from '../budgets.ts';

/** The budgets of what a suite asks for, as k6 writes them. `late` multiplies them, for suites that ask for more than there is. */
export const thresholdsOf = (
  asked: readonly Asked[],
  { late = 1, failed = errorRate } = {},
): Record<string, string[]> => ({
  http_req_failed: [`rate<${failed}`],
  checks: [`rate>${1 - failed}`],
  ...Object.fromEntries(
    asked.map((name) => {
      const { average, p95, p99 } = budgets[name];
      return [
        `http_req_duration{name:${name}}`,
        [`avg<${average * late}`, `p(95)<${p95 * late}`, `p(99)<${p99 * late}`],
      ];
    }),
  ),
});
