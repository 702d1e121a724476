import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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
export const replicaLag = new Gauge({
  name: 'db_replica_lag_seconds',
  help: 'How far the replica is behind',
  registers,
});

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
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

/** A figure that is computed only when Prometheus asks for it. */
export const gauge = (name: string, help: string, read: () => number) =>
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
