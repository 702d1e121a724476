import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Duty, startRepeating, stopDuties } from './duties.ts';

const done: string[] = [];
afterEach(() => (done.length = 0));

const flushing = (name: string, flush: () => Promise<unknown> = () => Promise.resolve()): Duty => ({
  name,
  flush: async () => {
    await flush();
    done.push(name);
  },
});

test('are flushed one after the other, whatever one of them does', async () => {
  const duties = [
    flushing('first', () => sleep(20)),
    flushing('fails', () => Promise.reject(new Error('no database'))),
    flushing('hangs', () => new Promise(() => undefined)),
    { name: 'holds nothing' },
    flushing('last'),
  ];
  await stopDuties(duties, 50);
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
  const duties: Duty[] = [{ name: 'Test', repeat: { everyMs: 10, isDueAtStart: true, work } }];
  startRepeating(duties);
  expect(started).toBe(1);
  await expect.poll(() => started).toBeGreaterThan(2);
  await stopDuties(duties, 50);
  await expect.poll(() => running).toBe(0);
  const atStop = started;
  await sleep(50);
  expect([started, most]).toEqual([atStop, 1]);
});
