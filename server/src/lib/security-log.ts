import { outcomeOf, type SecurityEvent, type SecurityEventName } from '@opex/contracts/security-events';
import { authAttempts, authLockouts, authzDenied, csrfRejected, securityEventsLost } from './metrics.ts';
import { currentRequest } from './request-context.ts';
import { hourMs } from './time.ts';

/** What happened. Without an address it happened in the request that is being answered. */
export type Happened = {
  event: SecurityEventName;
  userId?: number | null;
  subject?: string;
  address?: string;
  details?: SecurityEvent['details'];
};
export type Entry = Omit<SecurityEvent, 'id'>;
type Kept = { entry: Entry; isWritten: boolean; until: number };

/** The same event again within this time is only counted. */
const windowMs = (event: SecurityEventName) => (event === 'apikey_used' ? hourMs : 60_000);
/** So many different events are kept within that time. Further ones are only counted, so that a flood does not fill the disk. */
const mostAtOnce = { success: 5_000, failure: 200, refused: 200 };
const mostWaiting = 10_000;

const kept = { success: new Map<string, Kept>(), failure: new Map<string, Kept>(), refused: new Map<string, Kept>() };
let ready: Entry[] = [];

/** The only way into the security log. It costs a look into a map, because a duty writes events later, in batches. */
export function recordSecurityEvent(happened: Happened) {
  count(happened.event);
  const entry = entryOf(happened);
  const now = kept[entry.outcome];
  const key = keyOf(entry);
  const room = now.has(key) || now.size < mostAtOnce[entry.outcome];
  add(now, room ? key : entry.event, room ? entry : nameless(entry));
}

const keyOf = ({ event, userId, subject, address }: Entry) => JSON.stringify([event, userId, subject, address]);
const nameless = (entry: Entry): Entry => ({
  ...entry,
  userId: null,
  subject: '',
  address: '',
  details: { many: true },
});

function add(now: Map<string, Kept>, key: string, entry: Entry) {
  const earlier = now.get(key);
  if (earlier && Date.now() < earlier.until) {
    earlier.entry.times += 1;
    earlier.entry.lastAt = entry.at;
    if (earlier.entry.times === 1) earlier.entry.at = entry.at;
    return;
  }
  if (earlier) close(earlier);
  now.set(key, { entry, isWritten: false, until: Date.now() + windowMs(entry.event as SecurityEventName) });
}

function entryOf({ event, userId = null, subject = '', address, details = {} }: Happened): Entry {
  const request = currentRequest();
  const at = new Date().toISOString();
  return {
    at,
    lastAt: at,
    times: 1,
    event,
    outcome: outcomeOf[event],
    userId,
    subject: subject.slice(0, 254),
    address: (address ?? request?.address ?? '').slice(0, 64),
    requestId: request?.requestId ?? null,
    details,
  };
}

function close({ entry }: Kept) {
  if (entry.times > 0) putBack([entry]);
}

/** The events to be written now: each one when it first happened, and when its time is over how often it happened again. */
export function takeSecurityEvents(all = false): Entry[] {
  for (const map of Object.values(kept))
    for (const [key, one] of map) {
      if (all || Date.now() >= one.until) {
        close(one);
        map.delete(key);
      } else if (!one.isWritten) {
        ready.push({ ...one.entry });
        one.entry.times = 0;
        one.isWritten = true;
      }
    }
  const taken = ready;
  ready = [];
  return taken;
}

/** Keeps events that could not be written for the next attempt, up to a number. */
export function putBack(entries: Entry[]) {
  const room = Math.max(0, mostWaiting - ready.length);
  ready.push(...entries.slice(0, room));
  securityEventsLost.inc(Math.max(0, entries.length - room));
}

function count(event: SecurityEventName) {
  if (event === 'session_created') authAttempts.inc({ result: 'success' });
  if (event === 'authn_login_fail') authAttempts.inc({ result: 'failure' });
  if (event === 'authn_login_lock') {
    authAttempts.inc({ result: 'refused' });
    authLockouts.inc();
  }
  if (event === 'authz_fail') authzDenied.inc();
  if (event === 'csrf_fail') csrfRejected.inc();
}
