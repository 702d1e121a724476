import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createUser, sessionOf } from '../../../test/factories/index.ts';
import { createJob } from '../../../test/factories/jobs.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { countEffects, effect, makeEffects } from '../../../test/harness/effects.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { streamsStory } from '../../../test/stories/streams.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as jobs from './jobs.service.ts';
import { queueOf } from './queue.service.ts';

/** What administrators see of jobs and do with them, and what is told of them as they go. */
const { streamFor } = await streamsStory();
const counting = jobs.jobKind({
  name: 'counting',
  payload: z.object({}),
  async work(_, { progress }) {
    await progress(1, 3);
    await progress(2, 3); // too soon to be told
    await progress(3, 3);
  },
});
let aborted = 0;
const endless = jobs.jobKind({
  name: 'endless',
  payload: z.object({}),
  work: (_, { signal, keep }) =>
    new Promise((resolve, reject) =>
      signal.addEventListener('abort', () => {
        aborted += 1;
        keep({ tags: [] }, () => Promise.resolve([])).then(resolve, reject);
      }),
    ),
});
const queue = queueOf({ effect, counting, endless });
let admin: Person;

beforeAll(async () => {
  await makeEffects();
  queue.listen?.();
  admin = await as('Admin');
});
afterAll(() => queue.drain?.());

const stateOf = async (id: number) =>
  (await sql<{ state: string }>('SELECT state FROM jobs WHERE id = $1', [id]))[0]?.state;
const entriesOf = (id: number) =>
  sql<{ action: string }>(`SELECT action FROM audit_entries WHERE subject_type = 'job' AND subject_id = $1`, [id]);

describe('an administrator', () => {
  test('sees jobs with what became of them, and nothing of what they work on', async () => {
    await sql(`INSERT INTO jobs (kind, payload, state, error, finished_at)
      VALUES ('mail', '{"to": "private@example.test"}', 'failed', 'The other end is away', now())`);
    const { body, text } = await admin.get('/api/jobs').query({ state: 'failed', q: 'other end' }).expect(200);
    expect(body.data).toMatchObject([{ kind: 'mail', state: 'failed', error: 'The other end is away', tries: 0 }]);
    expect(text).not.toContain('private@example.test');
    expectProblem(await (await as('Approver')).get('/api/jobs'), 403);
  });

  test.each([
    ['failed', 200],
    ['cancelled', 200],
    ['waiting', 200],
    ['done', 409],
  ] as const)('begins again at once what is %s: %i', async (state, status) => {
    const id = await createJob(state);
    const answer = await admin.post(`/api/jobs/${id}/retry`);
    expect(answer.status).toBe(status);
    if (status === 409) return;
    expect(answer.body).toMatchObject({ id, state: 'waiting', tries: 0 });
    expect(new Date(answer.body.dueAt as string).getTime()).toBeLessThanOrEqual(Date.now());
    await admin.post(`/api/jobs/${id}/retry`).expect(200);
    expect(await entriesOf(id)).toEqual([{ action: 'job.retried' }]);
  });

  test('cancels what waits, once, however often it is asked', async () => {
    const id = await createJob('waiting');
    const key = randomUUID();
    for (const replayed of [undefined, 'true']) {
      const answer = await admin.post(`/api/jobs/${id}/cancel`).set('idempotency-key', key).expect(200);
      expect(answer.body).toMatchObject({ id, state: 'cancelled' });
      expect(answer.headers['idempotency-replayed']).toBe(replayed);
    }
    await admin.post(`/api/jobs/${id}/cancel`).expect(200);
    expect(await entriesOf(id)).toEqual([{ action: 'job.cancelled' }]);
    expectProblem(await admin.post(`/api/jobs/${await createJob('done')}/cancel`), 409);
    expectProblem(await admin.post('/api/jobs/999999999/cancel'), 404);
  });

  test('cancels what runs: it hears of it at once, and keeps nothing', async () => {
    await inTransaction([], (tx) => jobs.add(endless, {}, { id: null, name: 'Test' }, tx));
    await expect
      .poll(async () => (await sql(`SELECT FROM jobs WHERE kind = 'endless' AND state = 'running'`)).length)
      .toBe(1);
    const [{ id }] = (await sql<{ id: number }>(`SELECT id FROM jobs WHERE kind = 'endless'`)) as [{ id: number }];
    await admin.post(`/api/jobs/${id}/cancel`).expect(200);
    await expect.poll(() => aborted, { timeout: 1_500 }).toBe(1);
    await queue.drain?.();
    expect(await stateOf(id)).toBe('cancelled');
    expect(await countEffects()).toEqual({ numbers: 0, effects: 0 });
  });
});

test('who asked for a job hears how it goes, and who sees all jobs; nobody else does', async () => {
  const asking = await createUser('Editor', null);
  const [own, ofAdmin, ofOther] = [
    await streamFor(await sessionOf(asking.id)),
    await streamFor(admin.headers),
    await streamFor((await as('Editor')).headers),
  ];
  for (const stream of [own, ofAdmin, ofOther]) await expect.poll(() => stream.caughtUp).toHaveLength(1);
  await inTransaction([], (tx) => jobs.add(counting, {}, { id: asking.id, name: 'Asha' }, tx));
  const steps = (stream: typeof own) =>
    stream.events.filter(({ event }) => event === 'job').map(({ data }) => [data['state'], data['done']]);
  const told = [
    ['waiting', null],
    ['running', null],
    ['running', 1],
    ['running', 3],
    ['done', 3],
  ];
  await expect.poll(() => steps(own), { timeout: 5_000 }).toEqual(told);
  await expect.poll(() => steps(ofAdmin)).toEqual(told);
  expect(steps(ofOther)).toEqual([]);
});
