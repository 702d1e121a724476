/** The dashboards, a panel a line. Each expression is asked of a real Prometheus by dashboards.test, and must be answered. */
export type Panel = {
  title: string;
  unit: 'short' | 's' | 'bytes' | 'percentunit' | 'reqps' | 'ops';
  /** Expressions by their words in the legend. */
  lines: Record<string, string>;
  /** Where the alert begins. */
  limit?: number;
  max?: number;
};
export type Dashboard = { name: string; title: string; panels: Panel[] };

const asked = 'route!~"/livez|/readyz|/health"';
const answered = `route!~"/livez|/readyz|/health|/api/events|/api/performance.*"`;
const job = '{job="opex-manager"}';
const perSecond = (metric: string, by = '', labels = '') => `sum${by && ` by (${by})`} (rate(${metric}${labels}[5m]))`;
/** For counters that begin with the first time: until then there is nothing to ask. */
const orNone = (expr: string) => `${expr} or vector(0)`;
const quantile = (of: number, metric: string, labels = '', by = '') =>
  `histogram_quantile(${of}, sum by (le${by && `, ${by}`}) (rate(${metric}_bucket${labels}[5m])))`;
const ageOf = (metric: string) => `time() - max(${metric})`;

// prettier-ignore
export const dashboards: Dashboard[] = [
  {
    name: 'slo',
    title: 'service level',
    panels: [
      { title: 'Failed requests', unit: 'percentunit', limit: 0.001, lines: { '5 m': 'opex:errors:ratio5m', '30 m': 'opex:errors:ratio30m', '1 h': 'opex:errors:ratio1h', '6 h': 'opex:errors:ratio6h', '3 d': 'opex:errors:ratio3d' } },
      { title: 'Error budget left of three days', unit: 'percentunit', max: 1, lines: { left: '1 - opex:errors:ratio3d / 0.001' } },
      { title: 'How fast the budget burns', unit: 'short', limit: 14.4, lines: { '1 h': 'opex:errors:ratio1h / 0.001', '6 h': 'opex:errors:ratio6h / 0.001' } },
      { title: 'Time of an answer', unit: 's', limit: 1, lines: { p50: quantile(0.5, 'http_request_duration_seconds', `{${answered}}`), p95: 'opex:answer_seconds:p95', p99: quantile(0.99, 'http_request_duration_seconds', `{${answered}}`) } },
      { title: 'Turned away', unit: 'reqps', lines: { all: orNone(perSecond('http_requests_shed_total')) } },
      { title: 'Processes that answer Prometheus', unit: 'short', lines: { there: `sum(up${job})`, wanted: `count(up${job})` } },
    ],
  },
  {
    name: 'application',
    title: 'application',
    panels: [
      { title: 'Requests by status', unit: 'reqps', lines: { '{{status}}': perSecond('http_requests_total', 'status', `{${asked}}`) } },
      { title: 'Ten busiest addresses', unit: 'reqps', lines: { '{{method}} {{route}}': `topk(10, ${perSecond('http_requests_total', 'method, route', `{${asked}}`)})` } },
      { title: 'Ten slowest addresses, p95', unit: 's', limit: 1, lines: { '{{route}}': `topk(10, ${quantile(0.95, 'http_request_duration_seconds', `{${answered}}`, 'route')})` } },
      { title: 'Requests in work', unit: 'short', lines: { '{{instance}}': 'http_requests_in_work', 'in flight': 'sum(http_requests_in_flight)' } },
      { title: 'Connections and streams', unit: 'short', lines: { connections: 'sum(active_connections)', streams: 'sum(event_streams)' } },
      { title: 'Unforeseen errors', unit: 'ops', lines: { '{{where}}': orNone(perSecond('application_errors_total', 'where')) } },
      { title: 'Refused by limits', unit: 'reqps', lines: { '{{limit}}': orNone(perSecond('rate_limit_hits_total', 'limit')) } },
      { title: 'Repeats that got the first answer', unit: 'ops', lines: { replays: perSecond('idempotency_replays_total') } },
      { title: 'Versions', unit: 'short', lines: { '{{version}}, Node.js {{node}}': `count by (version, node) (build_info${job})` } },
    ],
  },
  {
    name: 'infrastructure',
    title: 'infrastructure',
    panels: [
      { title: 'Cores in use', unit: 'short', limit: 0.8, lines: { '{{instance}}': `rate(process_cpu_seconds_total${job}[5m])` } },
      { title: 'Memory of its limit', unit: 'percentunit', limit: 0.85, max: 1, lines: { '{{instance}}': `process_resident_memory_bytes${job} / process_memory_limit_bytes` } },
      { title: 'Heap', unit: 'bytes', lines: { '{{instance}} used': 'nodejs_heap_size_used_bytes', '{{instance}} total': 'nodejs_heap_size_total_bytes' } },
      { title: 'Event loop, p99 of its delay', unit: 's', limit: 0.2, lines: { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds' } },
      { title: 'Time for garbage', unit: 'percentunit', lines: { '{{instance}}': 'sum by (instance) (rate(nodejs_gc_duration_seconds_sum[5m]))' } },
      { title: 'How late the process is', unit: 's', lines: { '{{instance}}': 'event_loop_late_seconds' } },
      { title: 'Open files', unit: 'short', lines: { '{{instance}}': `process_open_fds${job}` } },
      { title: 'Running for', unit: 's', lines: { '{{instance}}': `time() - process_start_time_seconds${job}` } },
      { title: 'Cost an hour', unit: 'short', lines: { now: 'max(cost_per_hour)' } },
      { title: 'Cost of today', unit: 'short', lines: { expected: 'max(daily_cost)', 'budget (0: none)': 'max(daily_budget)' } },
    ],
  },
  {
    name: 'business',
    title: 'what people do',
    panels: [
      { title: 'People at work', unit: 'short', lines: { 'seen in the last five minutes': 'sum(active_users)', 'live pages': 'sum(event_streams)' } },
      { title: 'Changes', unit: 'ops', lines: { '{{method}} {{route}}': orNone(perSecond('http_requests_total', 'method, route', '{method=~"POST|PATCH|DELETE",status=~"2..",route!~"/api/auth/.*"}')) } },
      { title: 'Looks at the tracker and at reports', unit: 'reqps', lines: { '{{route}}': orNone(perSecond('http_requests_total', 'route', '{route=~"/api/budgets|/api/reports/.*|/api/search"}')) } },
      { title: 'People signed in', unit: 'ops', lines: { 'signed in': perSecond('auth_attempts_total', '', '{result="success"}') } },
      { title: 'Changes that were refused', unit: 'ops', lines: { '{{status}}': orNone(perSecond('http_requests_total', 'status', '{method=~"POST|PATCH|DELETE",status=~"409|412|422"}')) } },
    ],
  },
  {
    name: 'security',
    title: 'security',
    panels: [
      { title: 'Sign-ins', unit: 'ops', lines: { '{{result}}': perSecond('auth_attempts_total', 'result') } },
      { title: 'Attempts that had to wait', unit: 'ops', lines: { lockouts: perSecond('auth_lockouts_total') } },
      { title: 'Requests without the right', unit: 'ops', lines: { denied: perSecond('authz_denied_total'), 'from elsewhere': perSecond('csrf_rejected_total') } },
      { title: 'Answers of 401, 403 and 429', unit: 'reqps', lines: { '{{status}}': orNone(perSecond('http_requests_total', 'status', '{status=~"401|403|429"}')) } },
      { title: 'Entries of the security log that were lost', unit: 'short', lines: { lost: 'sum(increase(security_events_lost_total[1h]))' } },
      { title: 'Requests to addresses that there are not', unit: 'reqps', lines: { unmatched: orNone(perSecond('http_requests_total', '', '{route="unmatched"}')) } },
      { title: 'Requests by the proxies before them, beside TRUST_PROXY', unit: 'reqps', lines: { '{{proxies}}': orNone(perSecond('http_forwarded_requests_total', 'proxies')) } },
    ],
  },
  {
    name: 'database',
    title: 'database',
    panels: [
      { title: 'Time of a statement', unit: 's', limit: 0.5, lines: { p50: quantile(0.5, 'db_query_duration_seconds'), p95: quantile(0.95, 'db_query_duration_seconds'), p99: quantile(0.99, 'db_query_duration_seconds') } },
      { title: 'Ten dearest statements, time in all', unit: 's', lines: { '{{table}}.{{operation}}': `topk(10, ${perSecond('db_query_duration_seconds_sum', 'table, operation')})` } },
      { title: 'Statements', unit: 'ops', lines: { all: perSecond('db_query_duration_seconds_count'), slow: perSecond('db_slow_queries_total') } },
      { title: 'Connections in use', unit: 'percentunit', limit: 0.9, max: 1, lines: { '{{instance}} {{pool}}': '(db_pool_size - db_pool_idle) / db_pool_max' } },
      { title: 'Waiting for a connection', unit: 'short', lines: { '{{instance}} {{pool}}': 'db_pool_waiting' } },
      { title: 'Time until a connection is there, p95', unit: 's', lines: { '{{pool}}': quantile(0.95, 'db_pool_acquire_seconds', '', 'pool') } },
      { title: 'Which database answered reports, and why', unit: 'ops', lines: { '{{target}}: {{reason}}': perSecond('db_reads_total', 'target, reason') } },
      { title: 'How far the replica is behind', unit: 's', limit: 5, lines: { '{{instance}}': 'db_replica_lag_seconds' } },
      { title: 'Transactions done again', unit: 'ops', lines: { 'two writers met': perSecond('db_tx_retries_total') } },
    ],
  },
  {
    name: 'cache',
    title: 'cache',
    panels: [
      { title: 'Hit rate', unit: 'percentunit', limit: 0.7, max: 1, lines: { all: `${perSecond('cache_hits_total')} / (${perSecond('cache_hits_total')} + ${perSecond('cache_misses_total')})` } },
      { title: 'Found', unit: 'ops', lines: { 'in {{layer}}': perSecond('cache_hits_total', 'layer') } },
      { title: 'Loaded', unit: 'ops', lines: { '{{name}}': perSecond('cache_misses_total', 'name') } },
      { title: 'Memory of the processes', unit: 'bytes', lines: { 'answers {{instance}}': 'cache_memory_bytes', 'rows {{instance}}': 'cache_rows_bytes' } },
      { title: 'Given in the second after a change', unit: 'ops', lines: { '{{name}}': orNone(perSecond('cache_stale_served_total', 'name')) } },
      { title: 'Loaded and not kept', unit: 'ops', lines: { '{{name}}': orNone(perSecond('cache_fill_discarded_total', 'name')) } },
      { title: 'Redis: memory', unit: 'bytes', lines: { used: 'max(redis_memory_used_bytes)', limit: 'max(redis_memory_max_bytes) or vector(0)' } },
      { title: 'Redis: errors', unit: 'ops', lines: { '{{kind}}': orNone(perSecond('cache_errors_total', 'kind')) } },
      { title: 'Done without', unit: 'short', max: 1, lines: { '{{name}}': 'max by (name) (circuit_breaker_state)', 'Redis answers all': 'min(redis_up)', 'Redis is full': 'max(redis_full)' } },
    ],
  },
  {
    name: 'jobs',
    title: 'jobs',
    panels: [
      { title: 'Due and not begun', unit: 'short', limit: 100, lines: { jobs: 'max(queue_depth)' } },
      { title: 'For how long the oldest has been due', unit: 's', limit: 300, lines: { oldest: 'max(queue_oldest_job_age_seconds)' } },
      { title: 'Done', unit: 'ops', lines: { '{{kind}}: {{result}}': orNone(perSecond('job_duration_seconds_count', 'kind, result')) } },
      { title: 'Time of a job, p95', unit: 's', lines: { '{{kind}}': orNone(quantile(0.95, 'job_duration_seconds', '', 'kind')) } },
      { title: 'Tried again', unit: 'ops', lines: { '{{kind}}': orNone(perSecond('job_retries_total', 'kind')) } },
      { title: 'Work beside requests that failed', unit: 'ops', lines: { failed: orNone(perSecond('application_errors_total', '', '{where="duty"}')) } },
    ],
  },
  {
    name: 'integrity',
    title: 'integrity',
    panels: [
      { title: 'Rules that the last "verify" found broken', unit: 'short', limit: 1, lines: { broken: 'max(ledger_invariant_violations)' } },
      { title: 'Since "verify" ran', unit: 's', limit: 93_600, lines: { age: ageOf('verify_last_run_timestamp_seconds') } },
      { title: 'Since a backup was taken, and one was restored', unit: 's', lines: { taken: ageOf('backup_last_success_timestamp_seconds'), restored: ageOf('restore_drill_last_success_timestamp_seconds') } },
      { title: 'Looks that found the audit log broken', unit: 'short', limit: 1, lines: { broken: 'sum(increase(audit_chain_verify_failures_total[1h]))' } },
      { title: 'Seals that could not be made or published', unit: 'short', lines: { '{{step}}': orNone('sum by (step) (increase(audit_seal_failures_total[1h]))') } },
    ],
  },
];
