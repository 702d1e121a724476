import {
  caughtUpEvent,
  changeEvent,
  type ChangeEvent,
  jobEvent,
  type JobEvent,
  resetEvent,
} from '@opex/contracts/events';
import { useEffect, useRef } from 'react';
import { rememberSeen } from './api.ts';

/** `reset`: the page missed too much and has to load everything again. */
export type LiveEvent = ({ kind: 'change' } & ChangeEvent) | { kind: 'job'; job: JobEvent } | { kind: 'reset' };
type Listener = (event: LiveEvent) => void;

const retryAfterMs = 10_000;
/** How old an answer may be when it arrives. */
const stalenessMs = 1_000;
const listeners = new Set<Listener>();
let stream: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let untilLookedAt: AbortController | undefined;

let tellEnd: () => void = () => undefined;
/** Called when the stream breaks off, for whatever reason: the server ends it when the session ends. */
export const whenStreamEnds = (listener: () => void) => void (tellEnd = listener);

/** Calls the handler for every change anywhere, its own included. One stream serves all of the app. */
export function useChanges(handler: Listener) {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const listener: Listener = (event) => latest.current(event);
    listeners.add(listener);
    open();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) close();
    };
  }, []);
}

const tell = (event: LiveEvent) => {
  for (const listener of listeners) listener(event);
};

function open() {
  if (stream || typeof EventSource === 'undefined') return;
  stream = new EventSource('/api/events');
  let isNew = true;
  stream.addEventListener('change', ({ data }: MessageEvent<string>) => {
    const parsed = changeEvent.safeParse(JSON.parse(data));
    if (!parsed.success) return;
    rememberSeen(parsed.data.seen);
    tell({ kind: 'change', ...parsed.data });
  });
  stream.addEventListener('job', ({ data }: MessageEvent<string>) => {
    const parsed = jobEvent.safeParse(JSON.parse(data));
    if (parsed.success) tell({ kind: 'job', job: parsed.data });
  });
  stream.addEventListener('reset', ({ data }: MessageEvent<string>) => {
    rememberSeen(resetEvent.safeParse(JSON.parse(data)).data?.seen);
    tell({ kind: 'reset' });
  });
  stream.addEventListener('caught-up', ({ data }: MessageEvent<string>) => {
    const parsed = caughtUpEvent.safeParse(JSON.parse(data));
    rememberSeen(parsed.data?.seen);
    // The server tells a reconnected stream what it missed. A new stream learns only whether there was anything to miss.
    if (isNew && !(parsed.success && parsed.data.quietMs > pageAgeMs() + stalenessMs)) tell({ kind: 'reset' });
    isNew = false;
  });
  stream.addEventListener('superseded', () => {
    close();
    reopenWhenLookedAt();
  });
  stream.addEventListener('error', () => {
    tellEnd();
    // The browser reconnects by itself unless the server refused.
    if (stream?.readyState !== EventSource.CLOSED) return;
    close();
    retry = setTimeout(reopen, retryAfterMs);
  });
}

/** The age of the oldest answer on the page can be no more than this. It goes by the clock, which does not stop while a machine sleeps. */
const pageAgeMs = () => Date.now() - performance.timeOrigin;

/** The server ends the oldest stream of a person with too many tabs. This tab connects again when the person looks at it. */
function reopenWhenLookedAt() {
  untilLookedAt = new AbortController();
  const { signal } = untilLookedAt;
  const again = () => {
    if (document.visibilityState === 'visible') reopen();
  };
  document.addEventListener('visibilitychange', again, { signal });
  window.addEventListener('focus', again, { signal });
}

function reopen() {
  untilLookedAt?.abort();
  if (listeners.size > 0) open();
}

function close() {
  clearTimeout(retry);
  untilLookedAt?.abort();
  stream?.close();
  stream = undefined;
}
