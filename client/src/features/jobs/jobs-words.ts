import { type Job, type JobKind, jobKinds, type JobState } from '@opex/contracts/jobs';
import { times } from '../../domain/words/counted.ts';

const isKnown = (kind: string): kind is JobKind => Object.hasOwn(jobKinds, kind);
export const kindWords = (kind: string) => (isKnown(kind) ? jobKinds[kind] : kind);

export const stateWords: Record<JobState, string> = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** How far it is, and what went wrong on the way. */
export function howItGoes({ state, done, total, tries, crashes, error }: Job): string {
  const parts = [
    ...(state === 'running' && total !== null ? [`${done ?? 0} of ${total}`] : []),
    ...(tries > 0 ? [`failed ${times(tries)}`] : []),
    ...(crashes > 0 ? [`lost its process ${times(crashes)}`] : []),
    ...(error && state !== 'done' ? [error] : []),
  ];
  return parts.join(', ');
}
