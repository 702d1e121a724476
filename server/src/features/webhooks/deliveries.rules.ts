import { dayMs } from '../../lib/time.ts';

const mostFailures = 10;
const longestMs = dayMs;

type Failing = { failures: number; failingSince: string };

/** A day without one that arrives is no short outage, and ten tries are no accident of a quiet day. */
export const isGivenUp = ({ failures, failingSince }: Failing, now: Date) =>
  failures >= mostFailures && now.getTime() - new Date(failingSince).getTime() >= longestMs;

/** How long no delivery of it is tried: twice as long each time, and five minutes at most. */
export const pauseMs = (failures: number) => Math.min(5_000 * 2 ** Math.min(failures - 1, 10), 300_000);

export const whyOff = ({ failures, failingSince }: Failing, lastWords: string) =>
  `Nothing has arrived since ${failingSince.slice(0, 16).replace('T', ' ')} UTC, in ${failures} tries. The last one: ${lastWords}`.slice(
    0,
    500,
  );

export const switchedOff = (to: string, name: string, why: string, place: string | undefined) => ({
  to,
  subject: `The webhook ${name} was switched off`,
  text: [
    `The webhook ${name} was switched off.`,
    why,
    '',
    'Mend the other end, send a test under Webhooks, and switch it on again. What happens meanwhile it is not told.',
    ...(place ? ['', place] : []),
  ].join('\n'),
});
