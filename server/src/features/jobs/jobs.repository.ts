import { type JobState, jobStates } from '@opex/contracts/jobs';
import { z } from 'zod';
import { execute, only, readRows } from '../../database/read.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';

/** Long enough for a process that is late, and short enough for people who wait. Leases are renewed every two seconds. */
const lease = `clock_timestamp() + interval '15 seconds'`;
const notice = z.object({
  id: z.int(),
  kind: z.string(),
  state: z.enum(jobStates),
  done: z.int().nullable(),
  total: z.int().nullable(),
  createdBy: z.int().nullable(),
});
export type JobNotice = z.infer<typeof notice>;
/** What the database tells of a job that was added, has another state or came further. */
export const parseNotice = (payload: string) => notice.parse(JSON.parse(payload));

const idRow = z.object({ id: z.int() });

export type NewJob = {
  kind: string;
  payload: unknown;
  dueAt?: Date | undefined;
  /** A second job of the same key is not added. */
  dueKey?: string;
  createdBy: number | null;
};

const inserting = {
  name: 'jobs.insert',
  text: `
    INSERT INTO jobs (kind, payload, due_at, due_key, created_by)
    SELECT kind, payload, coalesce("dueAt", clock_timestamp()), "dueKey", "createdBy"
    FROM jsonb_to_recordset($1) AS job (kind text, payload jsonb, "dueAt" timestamptz, "dueKey" text, "createdBy" int)
    ON CONFLICT (due_key) DO NOTHING
    RETURNING id`,
};

/** Answers the ids of those that were added. */
export const insert = async (jobs: NewJob[], tx: Transaction): Promise<number[]> =>
  (await readRows({ ...inserting, values: [JSON.stringify(jobs)] }, idRow, tx)).map(({ id }) => id);

const claimed = z.object({
  id: z.int(),
  kind: z.string(),
  payload: z.unknown(),
  claim: z.int(),
  tries: z.int(),
  createdBy: z.int().nullable(),
  creator: z.string().nullable(),
});
export type Claimed = z.infer<typeof claimed>;

const claiming = {
  name: 'jobs.claim',
  text: `
    WITH next AS MATERIALIZED (
      SELECT id FROM jobs WHERE state = 'waiting' AND due_at <= clock_timestamp() AND kind = ANY ($1::text[])
      ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET state = 'running', claim = claim + 1, worker = $3, lease_until = ${lease}, started_at = clock_timestamp(),
      done = NULL, total = NULL
    FROM next WHERE jobs.id = next.id
    RETURNING jobs.id, kind, payload, claim, tries, created_by AS "createdBy",
      (SELECT name FROM users WHERE users.id = created_by) AS creator`,
};

/**
 * Jobs that are due, for this worker alone. Kinds that it does not know are left to a newer build. One statement is enough:
 * what is claimed by one that is lost on its way comes back with its lease.
 */
export const claim = (kinds: string[], most: number, worker: string): Promise<Claimed[]> =>
  readRows({ ...claiming, values: [kinds, most, worker] }, claimed);

export type Held = Pick<Claimed, 'id' | 'claim'>;
const mine = 'unnest($1::int[], $2::int[]) AS mine (id, claim) USING (id, claim)';
const valuesOf = (held: Held[]) => [held.map(({ id }) => id), held.map(({ claim }) => claim)];

const renewing = {
  name: 'jobs.renew',
  text: `
    WITH free AS MATERIALIZED (
      SELECT id FROM jobs JOIN ${mine} WHERE state = 'running' FOR UPDATE OF jobs SKIP LOCKED
    ), renewed AS (UPDATE jobs SET lease_until = ${lease} FROM free WHERE jobs.id = free.id)
    SELECT id FROM jobs JOIN ${mine} WHERE state = 'running'`,
};

/** Answers which of them are still held. One that is just being finished is locked, and needs no longer lease. */
export const renew = async (held: Held[]): Promise<Set<number>> => {
  const rows = await inTransaction([], (tx) => readRows({ ...renewing, values: valuesOf(held) }, idRow, tx));
  return new Set(rows.map(({ id }) => id));
};

const finishing = {
  name: 'jobs.finish',
  text: `
    UPDATE jobs SET state = 'done', finished_at = clock_timestamp(), lease_until = NULL, error = NULL
    WHERE id = $1 AND claim = $2 AND state = 'running' RETURNING id`,
};

/** False when the job is not held any more. */
export const finish = async ({ id, claim }: Held, tx: Transaction): Promise<boolean> =>
  (await readRows({ ...finishing, values: [id, claim] }, idRow, tx)).length > 0;

const failing = {
  name: 'jobs.fail',
  text: `
    UPDATE jobs SET state = $3, tries = tries + 1, error = $4, due_at = clock_timestamp() + $5 * interval '1 millisecond',
      finished_at = CASE $3 WHEN 'failed' THEN clock_timestamp() END, lease_until = NULL
    WHERE id = $1 AND claim = $2 AND state = 'running' RETURNING id, state`,
};

export const fail = ({ id, claim }: Held, state: JobState, pauseMs: number, error: string) =>
  inTransaction([], (tx) => execute({ ...failing, values: [id, claim, state, error, pauseMs] }, tx));

const handingBack = {
  name: 'jobs.hand_back',
  text: `
    UPDATE jobs SET state = 'waiting', lease_until = NULL FROM ${mine.replace(/ USING.*/, '')}
    WHERE jobs.id = mine.id AND jobs.claim = mine.claim AND state = 'running' RETURNING jobs.id`,
};

export const handBack = (held: Held[]) =>
  inTransaction([], (tx) => execute({ ...handingBack, values: valuesOf(held) }, tx));

const lostLeases = {
  name: 'jobs.take_back',
  text: `
    WITH lost AS MATERIALIZED (
      SELECT id FROM jobs WHERE state = 'running' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET crashes = crashes + 1, due_at = clock_timestamp(), lease_until = NULL,
      error = 'The process that ran it (' || worker || ') ended or hung',
      state = CASE WHEN crashes < $1 - 1 THEN 'waiting' ELSE 'failed' END,
      finished_at = CASE WHEN crashes < $1 - 1 THEN NULL ELSE clock_timestamp() END
    FROM lost WHERE jobs.id = lost.id RETURNING jobs.id`,
};

/** Takes jobs from processes that do not renew their lease. They go to the end of the queue, and fail after so many crashes. */
export const takeBackLost = (mostCrashes: number) =>
  inTransaction([], (tx) => readRows({ ...lostLeases, values: [mostCrashes] }, idRow, tx));

const noting = {
  name: 'jobs.progress',
  text: `
    UPDATE jobs SET done = $3, total = $4 WHERE id = $1 AND claim = $2 AND state = 'running' RETURNING id`,
};

export const noteProgress = ({ id, claim }: Held, done: number, total: number) =>
  inTransaction([], (tx) => execute({ ...noting, values: [id, claim, done, total] }, tx));

const measuring = {
  name: 'jobs.measure',
  text: `
    SELECT count(*)::int AS depth, coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0)::float AS age
    FROM jobs WHERE state = 'waiting' AND due_at <= clock_timestamp()`,
};
const measured = z.object({ depth: z.int(), age: z.number() });

/** How many jobs are due and not begun, and for how many seconds the oldest of them. */
export const measure = async () => only(await readRows(measuring, measured));

const removing = {
  name: 'jobs.remove',
  text: `
    DELETE FROM jobs WHERE finished_at < clock_timestamp() - CASE state WHEN 'failed' THEN interval '30 days' ELSE interval '7 days' END`,
};

export const removeOld = (tx: Transaction) => execute(removing, tx);
