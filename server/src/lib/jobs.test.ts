import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Job, startRepeating, stopJobs } from './jobs.ts';

const done: string[] = [];
afterEach(() => (done.length = 0));

const flushing = (name: string, flush: () => Promise<unknown> = () => Promise.resolve()): Job => ({
  name,
  flush: async () => {
    await flush();
    done.push(name);
  },
});

test('are flushed one after the other, whatever one of them does', async () => {
  const jobs = [
    flushing('first', () => sleep(20)),
    flushing('fails', () => Promise.reject(new Error('no database'))),
    flushing('hangs', () => new Promise(() => undefined)),
    { name: 'holds nothing' },
    flushing('last'),
  ];
  await stopJobs(jobs, 50);
  expect(done).toEqual(['first', 'last']);
});

test('are repeated, also after they failed, never twice at the same time, and not after the stop', async () => {
  let [started, running, most] = [0, 0, 0];
  const work = async () => {
    started += 1;
    running += 1;
    most = Math.max(most, running);
    await sleep(25);
    running -= 1;
    throw new Error('again');
  };
  const jobs: Job[] = [{ name: 'Test', repeat: { everyMs: 10, isDueAtStart: true, work } }];
  startRepeating(jobs);
  expect(started).toBe(1);
  await expect.poll(() => started).toBeGreaterThan(2);
  await stopJobs(jobs, 50);
  await expect.poll(() => running).toBe(0);
  const atStop = started;
  await sleep(50);
  expect([started, most]).toEqual([atStop, 1]);
});
