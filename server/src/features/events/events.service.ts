import type { ChangeEvent } from '@opex/contracts/events';
import type { Caller } from '../../lib/caller.ts';
import { onChangeNotice, onReconnect } from '../../lib/cache-tags.ts';
import { logger } from '../../lib/logger.ts';
import { gauge } from '../../lib/metrics.ts';
import * as audit from '../audit/audit.service.ts';

/** More than this was missed: loading everything again is cheaper than telling it. */
const mostReplayed = 500;

type Follower = {
  caller: Caller;
  send: (event: ChangeEvent) => void;
  reset: (lastId: number) => void;
  /** Looked up in the log as far as this; notices of it may still be on their way. */
  told?: number;
  /** What arrives while older changes are still being looked up; told after them. */
  waiting?: audit.Noticed[] | undefined;
};
const followers = new Set<Follower>();
gauge('event_streams', 'Open live streams', () => followers.size);

let lastSeenId = 0;

/** Called by PostgreSQL on every commit, whichever process wrote. */
export function startEvents() {
  onChangeNotice((payload) => {
    const notice = audit.parseNotice(payload);
    lastSeenId = Math.max(lastSeenId, notice.id);
    for (const follower of followers) {
      if (follower.waiting) follower.waiting.push(notice);
      else tell(follower, notice);
    }
  });
  onReconnect(() => void tellWhatWasMissed());
}

const aboutAccess = new Set(['user', 'api-key']);

function tell({ caller, send, told = 0 }: Follower, { entityIds, ...event }: audit.Noticed) {
  if (event.id <= told) return;
  if (aboutAccess.has(event.subjectType) && !caller.permissions.has('users.view')) return;
  if (caller.scope !== 'all' && entityIds && !entityIds.some((id) => caller.scope.includes(id as never))) return;
  send(event);
}

/** Notices that came while nobody listened are gone; the log still has them. */
async function tellWhatWasMissed() {
  const since = lastSeenId;
  try {
    if (since === 0) lastSeenId = Math.max(lastSeenId, await audit.lastId());
    else await Promise.all([...followers].map((follower) => catchUp(follower, since)));
  } catch (error) {
    logger.warn('Missed changes could not be read', { error });
  }
}

/** From now on, and first what came after `lastEventId`, which is what reconnecting browsers send. */
export async function follow(follower: Follower, lastEventId: number | undefined): Promise<() => void> {
  followers.add(follower);
  const stop = () => followers.delete(follower);
  try {
    if (lastEventId !== undefined) await catchUp(follower, lastEventId);
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/** Older changes first, then those that came meanwhile: nothing is left out, nothing told twice. */
async function catchUp(follower: Follower, since: number) {
  follower.waiting = [];
  try {
    const missed = await audit.after(since, mostReplayed + 1);
    const through = missed.at(-1)?.id ?? since;
    if (missed.length > mostReplayed) follower.reset(through);
    else for (const notice of missed) tell(follower, notice);
    follower.told = through;
    lastSeenId = Math.max(lastSeenId, through);
  } finally {
    const meanwhile = follower.waiting;
    follower.waiting = undefined;
    for (const notice of meanwhile) tell(follower, notice);
  }
}
