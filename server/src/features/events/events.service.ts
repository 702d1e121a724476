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
};
const followers = new Set<Follower>();
gauge('event_streams', 'Open live streams', () => followers.size);

let lastSeenId = 0;

/** Called by PostgreSQL on every commit, whichever process wrote. */
export function startEvents() {
  onChangeNotice((payload) => {
    const notice = audit.parseNotice(payload);
    lastSeenId = Math.max(lastSeenId, notice.id);
    for (const follower of followers) tell(follower, notice);
  });
  onReconnect(() => void tellWhatWasMissed());
}

const aboutAccess = new Set(['user', 'api-key']);

function tell({ caller, send }: Follower, { entityIds, ...event }: audit.Noticed) {
  if (aboutAccess.has(event.subjectType) && !caller.permissions.has('users.view')) return;
  if (caller.scope !== 'all' && entityIds && !entityIds.some((id) => caller.scope.includes(id as never))) return;
  send(event);
}

async function tellWhatWasMissed() {
  if (lastSeenId === 0 || followers.size === 0) return;
  try {
    for (const follower of followers) await replay(follower, lastSeenId);
  } catch (error) {
    logger.warn('Missed changes could not be read', { error });
  }
}

/** From now on, and first what came after `lastEventId`, which is what reconnecting browsers send. */
export async function follow(follower: Follower, lastEventId: number | undefined): Promise<() => void> {
  if (lastEventId !== undefined) await replay(follower, lastEventId);
  followers.add(follower);
  return () => followers.delete(follower);
}

async function replay(follower: Follower, lastEventId: number) {
  const missed = await audit.after(lastEventId, mostReplayed + 1);
  if (missed.length > mostReplayed) {
    follower.reset(missed.at(-1)?.id ?? lastEventId);
    return;
  }
  for (const notice of missed) tell(follower, notice);
}
