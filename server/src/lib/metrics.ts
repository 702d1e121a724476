import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { breakers } from './breakers.ts';
import { MemoryGrowth } from './memory-growth.ts';

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const registers = [registry];

export const httpRequests = new Counter({
  name: 'http_requests_total',
  help: 'Answers by method, route pattern and status',
  labelNames: ['method', 'route', 'status'],
  registers,
});
export const httpDuration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from request to answer',
  labelNames: ['method', 'route', 'status'],
  buckets: seconds,
  registers,
});
export const lastFailure = new Gauge({
  name: 'http_last_failure_timestamp_seconds',
  help: 'When a request was last answered with 5xx; 0 is never',
  registers,
});
/** For settings that do not fit the proxies in front; fewer, more, or as many as TRUST_PROXY says. */
export const forwardedRequests = new Counter({
  name: 'http_forwarded_requests_total',
  help: 'Requests to the API by the proxies that they say they came through, beside those that TRUST_PROXY says',
  labelNames: ['proxies'],
  registers,
});
export const httpInFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered', registers });

export const cacheHits = new Counter({
  name: 'cache_hits_total',
  help: 'Cached reads answered from a layer',
  labelNames: ['name', 'layer'],
  registers,
});
export const cacheMisses = new Counter({
  name: 'cache_misses_total',
  help: 'Cached reads that had to be loaded',
  labelNames: ['name'],
  registers,
});
export const queryDuration = new Histogram({
  name: 'db_query_duration_seconds',
  help: 'Time of a query by operation and table',
  labelNames: ['operation', 'table'],
  buckets: seconds,
  registers,
});
export const slowQueries = new Counter({
  name: 'db_slow_queries_total',
  help: 'Queries over SLOW_QUERY_MS',
  registers,
});
export const sealFailures = new Counter({
  name: 'audit_seal_failures_total',
  help: 'Seals of the audit log that could not be made or published',
  labelNames: ['step'],
  registers,
});
export const requestsShed = new Counter({
  name: 'http_requests_shed_total',
  help: 'Requests turned away because there was too much to do',
  labelNames: ['kind'],
  registers,
});
export const rateLimitHits = new Counter({
  name: 'rate_limit_hits_total',
  help: 'Requests refused by a limit',
  labelNames: ['limit'],
  registers,
});
export const authAttempts = new Counter({
  name: 'auth_attempts_total',
  help: 'Passwords tried to sign in: success, failure, or refused to be looked at',
  labelNames: ['result'],
  registers,
});
export const authLockouts = new Counter({ name: 'auth_lockouts_total', help: 'Attempts that had to wait', registers });
export const authzDenied = new Counter({ name: 'authz_denied_total', help: 'Requests without the right', registers });
export const csrfRejected = new Counter({ name: 'csrf_rejected_total', help: 'Writes from elsewhere', registers });
export const securityEventsLost = new Counter({
  name: 'security_events_lost_total',
  help: 'Entries of the security log that could not be kept until the database took them',
  registers,
});
export const queueDepth = new Gauge({ name: 'queue_depth', help: 'Jobs that are due and not begun', registers });
export const queueOldestAge = new Gauge({
  name: 'queue_oldest_job_age_seconds',
  help: 'For how long the oldest of them has been due',
  registers,
});
export const jobRetries = new Counter({
  name: 'job_retries_total',
  help: 'Jobs that failed and will be tried again',
  labelNames: ['kind'],
  registers,
});
export const jobDuration = new Histogram({
  name: 'job_duration_seconds',
  help: 'Time of a job from its claim to its end',
  labelNames: ['kind', 'result'],
  buckets: [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900],
  registers,
});
export const connectionWait = new Histogram({
  name: 'db_pool_acquire_seconds',
  help: 'Time until a connection was there, or was given up',
  labelNames: ['pool'],
  buckets: seconds,
  registers,
});
export const transactionRetries = new Counter({
  name: 'db_tx_retries_total',
  help: 'Transactions that were done again because two writers met',
  registers,
});
export const reportReads = new Counter({
  name: 'db_reads_total',
  help: 'Reads of reports by the database that answered, and why that one',
  labelNames: ['target', 'reason'],
  registers,
});
export const cacheErrors = new Counter({
  name: 'cache_errors_total',
  help: 'Commands that Redis did not carry out, and answers in it that were not ours',
  labelNames: ['kind'],
  registers,
});
export const fillsDiscarded = new Counter({
  name: 'cache_fill_discarded_total',
  help: 'Answers that were loaded and not kept, because the process might have missed a change',
  labelNames: ['name'],
  registers,
});
export const staleServed = new Counter({
  name: 'cache_stale_served_total',
  help: 'Answers given within the second after a change that they lack',
  labelNames: ['name'],
  registers,
});
export const replays = new Counter({
  name: 'idempotency_replays_total',
  help: 'Repeated requests that got the answer of the first',
  registers,
});
export const chainFailures = new Counter({
  name: 'audit_chain_verify_failures_total',
  help: 'Looks at the audit log that found it broken',
  registers,
});
export const applicationErrors = new Counter({
  name: 'application_errors_total',
  help: 'Errors that nobody foresaw: answers of 500, duties that failed, promises left alone',
  labelNames: ['where'],
  registers,
});

export const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
new Gauge({
  name: 'build_info',
  help: 'Always 1; what runs here is in the labels',
  labelNames: ['version', 'node'],
  registers,
})
  .labels({ version, node: process.version })
  .set(1);

type Read<Value> = () => Value | Promise<Value>;

/** A figure that is computed only when Prometheus asks for it. What is not known is left out. */
export const gauge = (name: string, help: string, read: Read<number | undefined>) =>
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      const value = await read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });

/** The same figure of each of several things. */
export const gaugeOfEach = (name: string, help: string, label: string, read: () => Iterable<[string, number]>) =>
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers,
    collect() {
      this.reset();
      for (const [of, value] of read()) this.set({ [label]: of }, value);
    },
  });

gaugeOfEach('circuit_breaker_state', '1 while something that failed is left alone', 'name', () =>
  [...breakers.values()].map(({ name, isOpen }) => [name, Number(isOpen)]),
);

const limit = process.constrainedMemory();
const memoryLimit = limit > 0 && limit < totalmem() ? limit : totalmem();
gauge('process_memory_limit_bytes', 'What this process may use before it is ended', () => memoryLimit);

const growth = new MemoryGrowth();
setInterval(() => growth.add(process.memoryUsage.rss()), 60_000).unref();
/** Undefined while it is too early to say. */
export const isLeakSuspected = () => growth.isSuspect(memoryLimit);
gauge('memory_leak_suspected', '1 if memory has grown steadily for half an hour or more', () => {
  const isSuspect = isLeakSuspected();
  return isSuspect === undefined ? undefined : Number(isSuspect);
});
export const costPerHour = new Gauge({
  name: 'cost_per_hour',
  help: 'What the installation costs now, by its prices',
  registers,
});
export const dailyCost = new Gauge({
  name: 'daily_cost',
  help: 'What today will have cost in the end',
  registers,
});
export const dailyBudget = new Gauge({ name: 'daily_budget', help: 'COST_BUDGET_DAY; 0 without one', registers });
