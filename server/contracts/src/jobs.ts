import * as z from 'zod/mini';
import { id, idParams, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, type ListFields, pageOf } from './list.ts';

/** What is done behind the requests, and what readers call it. */
export const jobKinds = {
  cleaning: 'Cleaning up',
  mail: 'Sending a mail',
  webhook: 'Telling a webhook',
  warming: 'Keeping ready what people open first',
  summaries: 'Beginning the day',
  summary: 'Writing a daily summary',
  'import-check': 'Checking a file that was loaded',
  'import-write': 'Applying a file, or undoing it',
} as const satisfies Record<string, string>;
export type JobKind = keyof typeof jobKinds;

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** What a job works on is not shown: it may hold addresses and words of people. */
export const job = z.object({
  id,
  /** A newer build may have kinds that this one does not know. */
  kind: z.string(),
  state: z.enum(jobStates),
  /** When it is begun, or begun again. */
  dueAt: timestamp,
  /** How often it failed, and how often its process ended or hung. */
  tries: z.int(),
  crashes: z.int(),
  /** So many of so many, where the work counts. */
  done: z.nullable(z.int()),
  total: z.nullable(z.int()),
  error: z.nullable(z.string()),
  worker: z.nullable(z.string()),
  createdBy: z.nullable(id),
  creator: z.nullable(z.string()),
  createdAt: timestamp,
  startedAt: z.nullable(timestamp),
  finishedAt: z.nullable(timestamp),
});
export type Job = z.infer<typeof job>;
export const jobPage = pageOf(job);
export type JobPage = z.infer<typeof jobPage>;

export const jobFields = {
  id: 'number',
  kind: 'choice',
  state: 'choice',
  dueAt: 'date',
  createdAt: 'date',
  finishedAt: 'date',
  tries: 'number',
} as const satisfies ListFields;
export const listJobsQuery = listQuery(jobFields, {});
export type ListJobsQuery = z.infer<typeof listJobsQuery>;

const tag = 'Jobs';
export const jobEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/jobs',
    tag,
    summary: 'What is done behind the requests, newest first',
    permission: 'jobs.view',
    query: listJobsQuery,
    answer: jobPage,
  }),
  retry: endpoint({
    method: 'post',
    path: '/jobs/:id/retry',
    tag,
    summary: 'Begin a job now that failed, was cancelled or waits; its tries count anew',
    permission: 'jobs.edit',
    params: idParams,
    answer: job,
    idempotent: true,
  }),
  cancel: endpoint({
    method: 'post',
    path: '/jobs/:id/cancel',
    tag,
    summary: 'Cancel a job that waits or runs; it keeps nothing any more',
    permission: 'jobs.edit',
    params: idParams,
    answer: job,
    idempotent: true,
  }),
};
