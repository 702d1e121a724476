/** What is done behind the requests, and what readers call it. */
export const jobKinds = {
  cleaning: 'Removing what is past its time',
} as const satisfies Record<string, string>;
export type JobKind = keyof typeof jobKinds;

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];
