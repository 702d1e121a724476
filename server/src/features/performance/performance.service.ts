import { createHash } from 'node:crypto';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BodyOf } from '@opex/contracts/endpoint';
import type { Benchmark, Breakers, performanceEndpoints, PerformanceNow } from '@opex/contracts/performance';
import { config } from '../../config.ts';
import { redis, redisIsUsable } from '../../cache/redis.ts';
import { breakers } from '../../lib/breakers.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { logger } from '../../lib/logger.ts';
import { isLeakSuspected } from '../../lib/metrics.ts';
import { recordSecurityEvent } from '../../lib/security-log.ts';
import * as repository from './performance.repository.ts';
import { countsOf, quantilesOf } from './performance.rules.ts';

const isOn = config.PERFORMANCE === 'on';
const loop = isOn ? monitorEventLoopDelay({ resolution: 10 }) : undefined;
loop?.enable();
const ms = (nanoseconds = 0) => Math.round(nanoseconds / 1e4) / 100;

export function now(): PerformanceNow {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    uptimeSeconds: process.uptime(),
    cpuSeconds: { user: user / 1e6, system: system / 1e6 },
    memory: {
      residentBytes: rss,
      heapBytes: heapTotal,
      heapUsedBytes: heapUsed,
      heapLimitBytes: getHeapStatistics().heap_size_limit,
      outsideBytes: external + arrayBuffers,
    },
    leakSuspected: isLeakSuspected() ?? null,
    busyShare: performance.eventLoopUtilization().utilization,
    loopDelayMs: { p50: ms(loop?.percentile(50)), p99: ms(loop?.percentile(99)), max: ms(loop?.max) },
    open: countsOf(process.getActiveResourcesInfo()),
  };
}

let isBusy = false;

/** Each disturbs what it measures, so there is one at a time, and the log and the security log say whose. */
async function alone<Result>(caller: Caller, what: string, work: () => Promise<Result> | Result): Promise<Result> {
  if (isBusy) throw new AppError(409, 'This process is being measured; wait until that has ended');
  isBusy = true;
  logger.info('The process is looked into', { what, user: caller.email });
  noteExamined(caller, what);
  try {
    return await work();
  } finally {
    isBusy = false;
  }
}

const noteExamined = ({ id, email }: Caller, what: string) =>
  recordSecurityEvent({ event: 'process_examined', userId: id, subject: email, details: { what } });

async function timesOf(count: number, work: () => unknown) {
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return quantilesOf(times);
}

const block = Buffer.alloc(1_048_576, 'opex');
const document = JSON.stringify(
  Array.from({ length: 1_000 }, (_, id) => ({ id, budget: `${id}.00`, months: [id, id] })),
);

/** Small enough that others hardly notice, and the same on every machine. */
export const benchmark = (caller: Caller): Promise<Benchmark> =>
  alone(caller, 'benchmark', async () => ({
    hash: await timesOf(20, () => createHash('sha256').update(block).digest()),
    json: await timesOf(20, () => JSON.stringify(JSON.parse(document))),
    database: await timesOf(50, repository.askNothing),
    sharedCache: redisIsUsable() ? await timesOf(50, () => redis?.ping()) : null,
  }));

export const collectGarbage = (caller: Caller) =>
  alone(caller, 'garbage', () => {
    const beforeBytes = process.memoryUsage.rss();
    const begun = performance.now();
    // V8 gives the function only to a context that is made while it is allowed.
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    setFlagsFromString('--no-expose-gc');
    return { beforeBytes, afterBytes: process.memoryUsage.rss(), milliseconds: performance.now() - begun };
  });

/** Of memory every so many bytes are looked at; the processor's profiler has no such measure. */
const fine = { samplingInterval: 32_768 };
/** Ends early when the caller has left: nobody would get it, and others wait for their turn. */
type Asked = { seconds: number; left: AbortSignal };
type Profiler = { enable: string; start: string; stop: string };

/** Names of functions and where they stand, no values. */
const profileOf = (caller: Caller, what: string, { seconds, left }: Asked, { enable, start, stop }: Profiler) =>
  alone(caller, `${what} for ${seconds} s`, async () => {
    const session = new Session();
    session.connect();
    const post = (method: string, params?: object): Promise<unknown> => session.post(method, params);
    try {
      await post(enable);
      await post(start, fine);
      await sleep(seconds * 1_000, undefined, { signal: left }).catch(() => undefined);
      return ((await post(stop)) as { profile: Record<string, unknown> }).profile;
    } finally {
      session.disconnect();
    }
  });

export const cpuProfile = (caller: Caller, asked: Asked) =>
  profileOf(caller, 'cpu profile', asked, { enable: 'Profiler.enable', start: 'Profiler.start', stop: 'Profiler.stop' }); // prettier-ignore

export const heapProfile = (caller: Caller, asked: Asked) =>
  profileOf(caller, 'heap profile', asked, { enable: 'HeapProfiler.enable', start: 'HeapProfiler.startSampling', stop: 'HeapProfiler.stopSampling' }); // prettier-ignore

export const breakersNow = (): Breakers => ({
  data: [...breakers.values()].map(({ name, isOpen, isHeld }) => ({
    name,
    state: isOpen ? 'open' : 'closed',
    held: isHeld,
  })),
});

/** Held open until it is left to the process again, or the process ends. */
export function setBreaker(caller: Caller, { name, state }: BodyOf<typeof performanceEndpoints.setBreaker>): Breakers {
  const found = breakers.get(name);
  if (!found) throw notFound('This breaker');
  found.isHeld = state === 'open';
  logger.warn(found.isHeld ? 'A part is held out of use' : 'A part is left to the process again', {
    part: name,
    user: caller.email,
  });
  noteExamined(caller, `${name}: ${state}`);
  return breakersNow();
}
