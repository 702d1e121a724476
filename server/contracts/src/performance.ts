import * as z from 'zod/mini';
import { example } from './common.ts';
import { endpoint } from './endpoint.ts';

const times = z.object({ times: z.int(), p50Ms: z.number(), p95Ms: z.number() });

/** Something that requests do without while it fails, or while it is held out of use. */
const breaker = z.object({ name: z.string(), state: z.enum(['closed', 'open']), held: z.boolean() });
export const breakers = z.object({ data: z.array(breaker) });
export type Breakers = z.infer<typeof breakers>;

/** Of the process that answers; other processes have their own. */
export const performanceNow = z.object({
  uptimeSeconds: z.number(),
  cpuSeconds: z.object({ user: z.number(), system: z.number() }),
  memory: z.object({ residentBytes: z.number(), heapBytes: z.number(), heapUsedBytes: z.number(), heapLimitBytes: z.number(), outsideBytes: z.number() }), // prettier-ignore
  /** Null while it is too early to say. */
  leakSuspected: z.nullable(z.boolean()),
  /** The share of the time in which the process had something to do. */
  busyShare: z.number(),
  loopDelayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  /** What keeps the process going, by kind. */
  open: z.array(z.object({ what: z.string(), count: z.int() })),
});
export type PerformanceNow = z.infer<typeof performanceNow>;

export const benchmark = z.object({
  hash: times,
  json: times,
  database: times,
  /** Null where there is none. */
  sharedCache: z.nullable(times),
});
export type Benchmark = z.infer<typeof benchmark>;

const profileQuery = z.strictObject({
  seconds: z.optional(z.enum(['1', '2', '5', '10']).check(example('1'))),
});
/** As the developer tools of Chromium open it. */
const profile = z.looseObject({});

export const breakerStates = ['open', 'automatic'] as const;
const breakerBody = z
  .strictObject({ name: z.string().check(z.maxLength(60)), state: z.enum(breakerStates) })
  .check(example({ name: 'replica', state: 'automatic' }));

const common = { tag: 'Performance', permission: 'operations.run' } as const;
export const performanceEndpoints = {
  now: endpoint({ ...common, method: 'get', path: '/performance', summary: 'How the process fares', answer: performanceNow }), // prettier-ignore
  cpuProfile: endpoint({ ...common, method: 'post', path: '/performance/cpu-profile', summary: 'What the process works on, for some seconds', query: profileQuery, slow: true, answer: profile }), // prettier-ignore
  heapProfile: endpoint({ ...common, method: 'post', path: '/performance/heap-profile', summary: 'What takes memory, for some seconds', query: profileQuery, slow: true, answer: profile }), // prettier-ignore
  benchmark: endpoint({ ...common, method: 'post', path: '/performance/benchmark', summary: 'Measure trifles here and now', slow: true, answer: benchmark }), // prettier-ignore
  collectGarbage: endpoint({ ...common, method: 'post', path: '/performance/collect-garbage', summary: 'Give back memory that nothing needs', slow: true, answer: z.object({ beforeBytes: z.number(), afterBytes: z.number(), milliseconds: z.number() }) }), // prettier-ignore
  breakers: endpoint({ ...common, method: 'get', path: '/performance/breakers', summary: 'What is left alone now', answer: breakers }), // prettier-ignore
  setBreaker: endpoint({ ...common, method: 'post', path: '/performance/breakers', summary: 'Hold something out of use, or leave it to the process again', body: breakerBody, answer: breakers }), // prettier-ignore
};
