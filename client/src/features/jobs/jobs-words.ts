import { type Job, type JobKind, jobKinds, type JobState } from '@opex/contracts/jobs';

const isKnown = (kind: string): kind is JobKind => Object.hasOwn(jobKinds, kind);
export const kindWords = (kind: string) => (isKnown(kind) ? jobKinds[kind] : kind);

export const stateWords: Record<JobState, string> = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const times = (count: number, one: string) => (count === 1 ? `${one} once` : `${one} ${count} times`);

/** How far it is, and what went wrong on the way. */
export function howItGoes({ state, done, total, tries, crashes, error }: Job): string {
  const parts = [
    ...(state === 'running' && total !== null ? [`${done ?? 0} of ${total}`] : []),
    ...(tries > 0 ? [times(tries, 'failed')] : []),
    ...(crashes > 0 ? [times(crashes, 'lost its process')] : []),
    ...(error && state !== 'done' ? [error] : []),
  ];
  return parts.join(', ');
}
