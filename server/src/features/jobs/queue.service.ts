import { hostname } from 'node:os';
import { onJobNotice } from '../../database/tags.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Duty } from '../../lib/duties.ts';
import { AppError, conflict, wordsOf } from '../../lib/errors.ts';
import { logger } from '../../lib/logger.ts';
import { jobDuration, jobRetries, queueDepth, queueOldestAge } from '../../lib/metrics.ts';
import { beginSpan, endSpan, inSpan } from '../../lib/tracing.ts';
import { within } from '../../lib/within.ts';
import { change } from '../audit/change.service.ts';
import { afterFailure, nextTime, type Times } from './jobs.rules.ts';
import * as repository from './jobs.repository.ts';
import type { Kind, Run } from './jobs.service.ts';

const atOnce = 4;
const mostCrashes = 3;
const lookEveryMs = 2_000;
const progressEveryMs = 1_000;

/** At its times; or once, by whichever process finds first that it was never done. */
export type Schedule = (Times | { once: string }) & { kind: Kind<Record<string, never>> };
type Running = { held: repository.Claimed; abort: AbortController; over: Promise<void> };

/** Runs the jobs that are due, a few at once, as long as its process lives. */
export function queueOf(kinds: Record<string, Kind>, schedules: readonly Schedule[] = []): Duty {
  const own = Object.entries(kinds).flatMap(([name, kind]) =>
    kind.atOnce ? [{ names: [name], places: kind.atOnce }] : [],
  );
  const lanes = [{ names: Object.keys(kinds).filter((name) => !kinds[name]?.atOnce), places: atOnce }, ...own];
  const worker = `${hostname()}:${process.pid}`;
  const running = new Map<number, Running>();
  let isStopping = false;
  let isClaiming = false;
  let isWanted = false;
  let scheduled = new Set<string>();

  /** Notices that come while it claims make it look once more. */
  async function claimWhatIsDue() {
    isWanted = true;
    if (isClaiming) return;
    isClaiming = true;
    try {
      while (isWanted) {
        isWanted = false;
        for (const lane of lanes) if (await fill(lane)) isWanted = true;
      }
    } finally {
      isClaiming = false;
    }
  }

  /** Answers whether more may be due than there were places for. */
  async function fill({ names, places }: (typeof lanes)[number]) {
    const free = places - [...running.values()].filter(({ held }) => names.includes(held.kind)).length;
    if (isStopping || free === 0) return false;
    const claimed = await repository.claim(names, free, worker);
    for (const job of claimed) begin(job);
    return claimed.length === free;
  }
  const claimSoon = () =>
    void claimWhatIsDue().catch((error: unknown) => logger.warn('Jobs could not be claimed', { error }));

  function begin(job: repository.Claimed) {
    const abort = new AbortController();
    const span = beginSpan('job', performance.now());
    const over = inSpan(span, () => run(job, abort, span)).finally(() => {
      running.delete(job.id);
      claimSoon();
    });
    running.set(job.id, { held: job, abort, over });
  }

  async function run(job: repository.Claimed, abort: AbortController, span: ReturnType<typeof beginSpan>) {
    const { payload: schema, work, tries: mostTries = 3, withinMs = 60_000 } = kinds[job.kind] as Kind;
    const stopTimer = jobDuration.startTimer({ kind: job.kind });
    try {
      const runOfJob = runOf(job, abort.signal);
      await within(withinMs, work(schema.parse(job.payload), runOfJob), () => new Error('It took too long'));
      if (!runOfJob.isKept()) await inTransaction([], (tx) => repository.finish(job, tx));
      stopTimer({ result: 'done' });
      if (span) endSpan(span, `job ${job.kind}`, { 'opex.job': job.id }, false);
    } catch (error) {
      abort.abort();
      stopTimer({ result: 'failed' });
      if (span) endSpan(span, `job ${job.kind}`, { 'opex.job': job.id }, true);
      await noteFailure(job, error, mostTries);
    }
  }

  async function noteFailure(job: repository.Claimed, error: unknown, mostTries: number) {
    const isRefused = error instanceof AppError && error.status < 500;
    const { state, pauseMs } = afterFailure(isRefused, job.tries + 1, mostTries);
    logger.warn('A job failed', { job: job.id, kind: job.kind, state, error });
    if (state === 'waiting') jobRetries.inc({ kind: job.kind });
    const words = wordsOf(error).replaceAll('\0', '');
    // When the database is away too, the lease ends and the job is taken back.
    await repository.fail(job, state, pauseMs, words.slice(0, 1000)).catch(() => undefined);
  }

  async function renewLeases() {
    if (running.size === 0) return;
    const before = [...running.values()];
    const held = await repository.renew(before.map(({ held }) => held));
    for (const {
      held: { id },
      abort,
    } of before)
      if (!held.has(id)) abort.abort();
  }

  async function look() {
    await renewLeases();
    await repository.takeBackLost(mostCrashes);
    await addScheduled();
    const { depth, age } = await repository.measure();
    queueDepth.set(depth);
    queueOldestAge.set(age);
    await claimWhatIsDue();
  }

  /** Every process adds the next time of every schedule; the key lets one of them do it. */
  async function addScheduled() {
    const next = schedules.map(({ kind: { name }, ...times }) => {
      const dueAt = 'once' in times ? undefined : nextTime(times, new Date());
      const dueKey = 'once' in times ? times.once : dueAt?.toISOString();
      return { kind: name, payload: {}, dueAt, dueKey: `${name} ${dueKey}`, createdBy: null };
    });
    const unknown = next.filter(({ dueKey }) => !scheduled.has(dueKey));
    if (unknown.length === 0) return;
    await inTransaction([], (tx) => repository.insert(unknown, tx));
    scheduled = new Set(next.map(({ dueKey }) => dueKey));
  }

  return {
    name: 'Running jobs',
    listen: () =>
      onJobNotice((payload) => {
        const { state } = repository.parseNotice(payload);
        if (state === 'waiting') claimSoon();
        if (state === 'cancelled') void renewLeases().catch(() => undefined);
      }),
    repeat: { everyMs: lookEveryMs, isDueAtStart: true, work: look },
    hangUp: () => (isStopping = true),
    drain: () => Promise.all([...running.values()].map(({ over }) => over)),
    async flush() {
      const left = [...running.values()];
      // First, so that what ends because of it is no failure.
      if (left.length > 0) await repository.handBack(left.map(({ held }) => held));
      for (const { abort } of left) abort.abort();
    },
  };
}

function runOf(job: repository.Claimed, signal: AbortSignal): Run & { isKept: () => boolean } {
  const actor = { id: job.createdBy, name: job.creator ?? 'Schedule' };
  let isKept = false;
  let notedAt = -Infinity;
  return {
    id: job.id,
    actor,
    signal,
    async progress(done, total) {
      if (done < total && performance.now() - notedAt < progressEveryMs) return;
      notedAt = performance.now();
      await repository.noteProgress(job, done, total);
    },
    async keep(way, write) {
      await change(actor, way, async (tx) => {
        const entries = await write(tx);
        if (!(await repository.finish(job, tx))) throw conflict('The job was cancelled, or another process has it now');
        return { answer: undefined, entries };
      });
      isKept = true;
    },
    isKept: () => isKept,
  };
}
