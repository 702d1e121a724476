import type { Operations } from '@opex/contracts/operations';
import { redisState } from '../../cache/redis.ts';
import { cacheBytes, config } from '../../config.ts';
import { replicasNow } from '../../database/replica.ts';
import { registry, version } from '../../lib/metrics.ts';
import { together } from '../../lib/together.ts';
import { lastSealAt } from '../audit/seals.service.ts';
import { type Counted, dearestOf, figureOf, sumOf } from './counted.rules.ts';
import { lately } from './lately.service.ts';
import { findingsOf } from './operations.rules.ts';
import { findListening } from './processes.repository.ts';
import { proxiesOf, requestsOf } from './requests.rules.ts';
import * as verifications from './verifications.service.ts';

/** The same figures that Prometheus is told, for people, with what is wrong and what to do about it. */
export const look = together(async (): Promise<Operations> => {
  const counted: Counted = Object.fromEntries(
    (await registry.getMetricsAsJSON()).map(({ name, values }) => [name, values]),
  );
  const [processes, sealedAt, verification] = await Promise.all([findListening(), lastSealAt(), verifications.last()]);
  const recent = await lately();
  const seen = {
    checkedAt: new Date().toISOString(),
    process: {
      version,
      startedAt: new Date(performance.timeOrigin).toISOString(),
      memoryBytes: figureOf(counted, 'process_resident_memory_bytes') ?? 0,
      memoryLimitBytes: figureOf(counted, 'process_memory_limit_bytes') ?? 0,
      eventLoopP99Ms: (figureOf(counted, 'nodejs_eventloop_lag_p99_seconds') ?? 0) * 1000,
      streams: figureOf(counted, 'event_streams') ?? 0,
      people: figureOf(counted, 'active_users') ?? 0,
    },
    requests: { ...requestsOf(counted), lastFailedAt: timeOf(counted, 'http_last_failure_timestamp_seconds') },
    lately: requestsOf(recent),
    proxies: proxiesOf(recent, config.TRUST_PROXY),
    cache: {
      found: sumOf(counted, 'cache_hits_total'),
      loaded: sumOf(counted, 'cache_misses_total'),
      bytes: figureOf(counted, 'cache_memory_bytes') ?? 0,
      limitBytes: cacheBytes.answers,
    },
    sharedCache: redisState(),
    replica: {
      state: replicasNow().state,
      lagSeconds: figureOf(counted, 'db_replica_lag_seconds') ?? null,
    },
    pools: poolsOf(counted),
    statements: {
      slow: sumOf(counted, 'db_slow_queries_total'),
      slowAfterMs: config.SLOW_QUERY_MS,
      dearest: dearestOf(counted, 8),
    },
    processes: processes.map(({ address, since }) => ({ address, since: since.toISOString() })),
    sealedAt: sealedAt?.toISOString() ?? null,
    backup: {
      takenAt: timeOf(counted, 'backup_last_success_timestamp_seconds'),
      restoredAt: timeOf(counted, 'restore_drill_last_success_timestamp_seconds'),
      isArchiveFailing: figureOf(counted, 'backup_archive_failing') === 1,
    },
    costs: config.COSTS === 'on',
    verification: verification ? { ...verification, at: verification.at.toISOString() } : null,
  };
  return { ...seen, findings: findingsOf(seen) };
});

/** 0 is never. */
function timeOf(counted: Counted, name: string): string | null {
  const seconds = figureOf(counted, name);
  return seconds ? new Date(seconds * 1000).toISOString() : null;
}

function poolsOf(counted: Counted): Operations['pools'] {
  return (counted['db_pool_max'] ?? []).map(({ labels: { pool } }) => {
    const of = (name: string) => sumOf(counted, name, (labels) => labels['pool'] === pool);
    return {
      name: String(pool),
      max: of('db_pool_max'),
      open: of('db_pool_size'),
      idle: of('db_pool_idle'),
      waiting: of('db_pool_waiting'),
    };
  });
}
