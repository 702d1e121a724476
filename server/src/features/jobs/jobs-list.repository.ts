import { job, jobFields, type Job, type JobPage, type JobState, type ListJobsQuery } from '@opex/contracts/jobs';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import { execute, readRows } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Jobs as administrators see and change them. */
const columns: ListColumns<typeof jobFields> = {
  id: { order: 'jobs.id', type: 'integer' },
  kind: { order: 'kind', type: 'text' },
  state: { order: 'state', type: 'text' },
  dueAt: momentColumn('jobs.due_at'),
  createdAt: momentColumn('jobs.created_at'),
  finishedAt: momentColumn('jobs.finished_at', true),
  tries: { order: 'tries', type: 'integer' },
};
const time = (name: string, as: string) => `to_json(jobs.${name})#>>'{}' AS "${as}"`;
const select = `jobs.id, kind, state, ${time('due_at', 'dueAt')}, tries, crashes, done, total, error, worker, created_by AS "createdBy",
  users.name AS creator, ${time('created_at', 'createdAt')}, ${time('started_at', 'startedAt')}, ${time('finished_at', 'finishedAt')}`;
const from = 'jobs LEFT JOIN users ON users.id = jobs.created_by';

export const findPage = (query: ListJobsQuery, secret: string): Promise<JobPage> =>
  findListPage(
    {
      table: 'jobs',
      select,
      from,
      id: 'jobs.id',
      fields: jobFields,
      columns,
      defaultSort: '-id',
      row: job,
      searched: ['kind', "lower(coalesce(error, ''))", "lower(coalesce(users.name, ''))"],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );

const locking = {
  name: 'jobs.lock',
  text: `SELECT ${select} FROM ${from} WHERE jobs.id = $1 FOR UPDATE OF jobs`,
};

export async function lock(id: number, tx: Transaction): Promise<Job | undefined> {
  const [found] = await readRows({ ...locking, values: [id] }, job, tx);
  return found;
}

const changing = {
  name: 'jobs.change',
  text: `
    UPDATE jobs SET state = $2, lease_until = NULL, due_at = CASE $2 WHEN 'waiting' THEN clock_timestamp() ELSE due_at END,
      tries = CASE $2 WHEN 'waiting' THEN 0 ELSE tries END, crashes = CASE $2 WHEN 'waiting' THEN 0 ELSE crashes END,
      finished_at = CASE $2 WHEN 'waiting' THEN NULL ELSE clock_timestamp() END
    WHERE id = $1`,
};

/** Waiting: due at once, with nothing counted against it. Cancelled: no process holds it any more. */
export const change = (id: number, state: Extract<JobState, 'waiting' | 'cancelled'>, tx: Transaction) =>
  execute({ ...changing, values: [id, state] }, tx);
