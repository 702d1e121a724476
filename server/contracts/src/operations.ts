import * as z from 'zod/mini';
import { timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Something that is not as it should be, and what a person in operations can do about it. */
const finding = z.object({
  severity: z.enum(['critical', 'warning']),
  what: z.string(),
  todo: z.string(),
});
export type Finding = z.infer<typeof finding>;

const pool = z.object({ name: z.string(), max: z.int(), open: z.int(), idle: z.int(), waiting: z.int() });
const statement = z.object({ name: z.string(), times: z.int(), seconds: z.number() });

/** Failed: with 5xx. p95Ms is null before the first. */
const requests = { answered: z.int(), failed: z.int(), turnedAway: z.int(), p95Ms: z.nullable(z.number()) };

/** Counted by the process that answers, since it began; what belongs to all of them is of the database. */
export const operations = z.object({
  checkedAt: timestamp,
  findings: z.array(finding),
  process: z.object({
    version: z.string(),
    startedAt: timestamp,
    memoryBytes: z.number(),
    memoryLimitBytes: z.number(),
    eventLoopP99Ms: z.number(),
    streams: z.int(),
    people: z.int(),
  }),
  requests: z.object({ ...requests, lastFailedAt: z.nullable(timestamp) }),
  /** Requests of the last five minutes. */
  lately: z.object(requests),
  /** Those of them that came through fewer or more proxies than TRUST_PROXY says. */
  proxies: z.object({ trusted: z.int(), fewer: z.int(), asSaid: z.int(), more: z.int() }),
  cache: z.object({ found: z.int(), loaded: z.int(), bytes: z.number(), limitBytes: z.number() }),
  sharedCache: z.enum(['none', 'in use', 'away', 'full']),
  replica: z.object({ state: z.enum(['none', 'in use', 'not in use']), lagSeconds: z.nullable(z.number()) }),
  pools: z.array(pool),
  statements: z.object({ slow: z.int(), slowAfterMs: z.int(), dearest: z.array(statement) }),
  /** All processes on this database, the oldest first; each holds one connection that listens. */
  processes: z.array(z.object({ address: z.string(), since: timestamp })),
  /** The last seal of the audit log; null: nothing is sealed. */
  sealedAt: z.nullable(timestamp),
  /** When a base backup was last taken, and when one was restored and found right; null: not that anybody noted it. isArchiveFailing:
   * the database keeps what it writes because the archive does not take it. */
  backup: z.object({
    takenAt: z.nullable(timestamp),
    restoredAt: z.nullable(timestamp),
    isArchiveFailing: z.boolean(),
  }),
  /** Whether it is counted what the installation costs. Only then the addresses under /costs have something to say. */
  costs: z.boolean(),
  /** What "verify" found last, in words of the first rule that is broken; null: it never ran. */
  verification: z.nullable(z.object({ at: timestamp, broken: z.int(), words: z.string() })),
});
export type Operations = z.infer<typeof operations>;

export const operationsEndpoints = {
  get: endpoint({
    method: 'get',
    path: '/operations',
    tag: 'Operations',
    summary: 'Whether all is well, and what to do if not',
    permission: 'operations.view',
    answer: operations,
  }),
};
