import type { Job, JobKind, JobPage, ListJobsQuery } from '@opex/contracts/jobs';
import type { z } from 'zod';
import type { IdempotencyKey } from '../../database/idempotency.ts';
import { only } from '../../database/read.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, notFound } from '../../lib/errors.ts';
import type { Actor, Recorded } from '../audit/audit.service.ts';
import { change, type Way } from '../audit/change.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as listing from './jobs-list.repository.ts';
import * as repository from './jobs.repository.ts';

/** What the work of a job is given beside its payload. */
export type Run = {
  /** Of the job, the same each time it is tried. */
  id: number;
  /** Who asked for the job. */
  actor: Actor;
  /** Aborted when the job is cancelled, takes too long, or its process stops. */
  signal: AbortSignal;
  progress: (done: number, total: number) => Promise<void>;
  /**
   * Keeps what the job writes together with the mark that it is done: once, however often it is begun. It is the last
   * thing the work does. Work that writes nothing here may happen again, so it is such that a second time does no harm.
   */
  keep: (way: Way, write: (tx: Transaction) => Promise<Recorded | Recorded[]>) => Promise<void>;
};

export type Kind<Payload = unknown, Name extends string = string> = {
  name: Name;
  payload: z.ZodType<Payload>;
  work(this: void, payload: Payload, run: Run): Promise<unknown>;
  /** How often it may fail. */
  tries?: number;
  withinMs?: number;
  /** How many of it a process runs at once, beside the places of the others: for what waits for strangers. */
  atOnce?: number;
};

export const jobKind = <Payload, Name extends string = JobKind>(kind: Kind<Payload, Name>) => kind;

type When = { dueAt?: Date };

/** Adds a job in the transaction that needs it: it will be done if that is kept, and never else. */
export const add = async <Payload>(
  kind: Kind<Payload>,
  payload: Payload,
  { id }: Actor,
  tx: Transaction,
  { dueAt }: When = {},
): Promise<number> => only(await repository.insert([{ kind: kind.name, payload, dueAt, createdBy: id }], tx));

/** Ends a job in the transaction that makes it needless; what it keeps afterwards is refused. */
export const withdraw = (id: number, tx: Transaction) => listing.change(id, 'cancelled', tx);

export const list = async (query: ListJobsQuery): Promise<JobPage> =>
  listing.findPage(query, await settings.cursorSecret());

/** Begun at once, with nothing counted against it. */
export const retry = (caller: Caller, id: number, idempotency?: IdempotencyKey) =>
  become('waiting', 'job.retried', caller, id, idempotency, (job) => {
    if (job.state === 'running') throw conflict('This job is running');
    if (job.state === 'done') throw conflict('This job is done');
    return job.state !== 'waiting' || new Date(job.dueAt) > new Date();
  });

/** What runs cannot keep anything from then on. */
export const cancel = (caller: Caller, id: number, idempotency?: IdempotencyKey) =>
  become('cancelled', 'job.cancelled', caller, id, idempotency, (job) => {
    if (job.state === 'done' || job.state === 'failed')
      throw conflict(`This job is ${job.state === 'done' ? 'done' : 'over: it failed'}`);
    return job.state !== 'cancelled';
  });

/** A job that is so already stays as it is, and the log says nothing. */
const become = (
  state: 'waiting' | 'cancelled',
  action: 'job.retried' | 'job.cancelled',
  caller: Caller,
  id: number,
  idempotency: IdempotencyKey | undefined,
  isToChange: (job: Job) => boolean,
): Promise<Job> =>
  change(caller, { tags: [], idempotency }, async (tx) => {
    const before = await listing.lock(id, tx);
    if (!before) throw notFound('Job');
    if (!isToChange(before)) return { answer: before, entries: [] };
    await listing.change(id, state, tx);
    const changes = { state: { from: before.state, to: state } };
    const subject = { type: 'job' as const, id, label: before.kind };
    return { answer: (await listing.lock(id, tx)) as Job, entries: { action, subject, changes } };
  });

export const parseNotice = repository.parseNotice;
export type { JobNotice } from './jobs.repository.ts';

export const clean = () => inTransaction([], repository.removeOld);
