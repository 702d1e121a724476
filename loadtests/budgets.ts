/** How long answers may take, in milliseconds, by what is asked for. Past the timeout a request counts as failed. */
export const budgets = {
  dashboard: { average: 25, p95: 50, p99: 200, timeout: 5_000 },
  tracker: { average: 25, p95: 50, p99: 200, timeout: 5_000 },
  search: { average: 40, p95: 100, p99: 300, timeout: 5_000 },
  service: { average: 25, p95: 50, p99: 200, timeout: 5_000 },
  months: { average: 25, p95: 50, p99: 200, timeout: 5_000 },
  edit: { average: 60, p95: 150, p99: 500, timeout: 15_000 },
  'sign-in': { average: 500, p95: 1_500, p99: 3_000, timeout: 10_000 },
} as const;
export type Asked = keyof typeof budgets;

/** Of all requests and checks of a suite. */
export const errorRate = 0.001;
