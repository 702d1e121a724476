import { dayMs, hourMs } from '../../lib/time.ts';

const firstPauseMs = 10_000;
const longestPauseMs = 12 * hourMs;

/** What becomes of a job that failed for the `tries`th time. What was refused by a rule would be refused again. */
export function afterFailure(isRefused: boolean, tries: number, mostTries: number, random = Math.random()) {
  if (isRefused || tries >= mostTries) return { state: 'failed' as const, pauseMs: 0 };
  const pauseMs = Math.min(firstPauseMs * 4 ** (tries - 1), longestPauseMs);
  // Jobs that failed together do not come back together.
  return { state: 'waiting' as const, pauseMs: Math.round(pauseMs * (0.9 + 0.2 * random)) };
}

/** Every so many minutes, counted from midnight UTC and shifted by some; each day for so many minutes from then on. */
export type Times = { everyMinutes: number; shiftedByMinutes?: number; forMinutes?: number };

export function nextTime({ everyMinutes, shiftedByMinutes = 0, forMinutes = 24 * 60 }: Times, now: Date): Date {
  const [every, shift] = [everyMinutes * 60_000, shiftedByMinutes * 60_000];
  const next = (Math.floor((now.getTime() - shift) / every) + 1) * every + shift;
  const sinceBegin = (((next - shift) % dayMs) + dayMs) % dayMs;
  return new Date(sinceBegin < forMinutes * 60_000 ? next : next - sinceBegin + dayMs);
}
