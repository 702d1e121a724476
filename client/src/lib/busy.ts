import { useSyncExternalStore } from 'react';
import { createListeners } from './listeners.ts';

/** How often a request to a busy server is made at most. */
const mostTries = 8;
const widestSpreadSeconds = 4;
/** A longer wait than this is not sat out: the refusal is shown at once. */
const longestWaitSeconds = 60;

let waiting = 0;
const { subscribe, tell } = createListeners();
const publish = (next: number) => {
  waiting = next;
  tell();
};

/** A request was turned away for now, and is made again. */
export const useIsBusy = () => useSyncExternalStore(subscribe, () => waiting > 0);

/**
 * Asks again when a busy server says it will have time, if `mayRepeat` what it has refused. Gives the last answer, which
 * may be a refusal too.
 */
export async function patiently(
  ask: () => Promise<Response>,
  mayRepeat: (refusal: Response) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<Response> {
  let answer = await ask();
  const isWorthWaiting = async () => isForNow(answer) && (await mayRepeat(answer));
  if (!(await isWorthWaiting())) return answer;
  publish(waiting + 1);
  try {
    for (let tries = 1; tries < mostTries && (await isWorthWaiting()); tries++) {
      await pause(waitMs(answer, tries), signal);
      answer = await ask();
    }
    return answer;
  } finally {
    publish(waiting - 1);
  }
}

/** Undefined: the server did not say. */
export function retryAfterSeconds({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}

function isForNow(answer: Response) {
  const seconds = retryAfterSeconds(answer) ?? Infinity;
  return (answer.status === 503 || answer.status === 429) && seconds <= longestWaitSeconds;
}

/** Spreads the repeats more widely each time. Otherwise all who were turned away together would come back together. */
const waitMs = (refusal: Response, tries: number) =>
  ((retryAfterSeconds(refusal) ?? 0) + Math.random() * Math.min(2 ** (tries - 1), widestSpreadSeconds)) * 1000;

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
